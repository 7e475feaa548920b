import { parseArgs } from "node:util";
import { startSandbox } from "./start-sandbox.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    log: { type: "string" },
    "no-fsync": { type: "boolean", default: false },
    "pace-ms": { type: "string", default: "0" },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  fsync: !values["no-fsync"],
  settings: { paceMs: Number(values["pace-ms"]) },
  ...(values.log === undefined ? {} : { logFile: values.log }),
});

const stop = async () => {
  await sandbox.close();
  process.exit(0);
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
process.stdout.write(`${JSON.stringify({ port: sandbox.port, url: sandbox.url, baseUrls: sandbox.baseUrls })}\n`);
