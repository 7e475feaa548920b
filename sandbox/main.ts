import { parseArgs } from "node:util";
import { startSandbox } from "./start-sandbox.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    log: { type: "string" },
    mail: { type: "boolean", default: false },
    "no-fsync": { type: "boolean", default: false },
    "log-max-bytes": { type: "string" },
    "pace-ms": { type: "string", default: "0" },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  mail: values.mail,
  fsync: !values["no-fsync"],
  settings: { paceMs: Number(values["pace-ms"]) },
  ...(values.log === undefined ? {} : { logFile: values.log }),
  ...(values["log-max-bytes"] === undefined ? {} : { logMaxBytes: Number(values["log-max-bytes"]) }),
});

// Whoever read what is printed here may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await sandbox.close();
  process.exit(0);
};
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
// Started by another program, it lives no longer than that one.
process.on("disconnect", () => void stop());
const { port, url, baseUrls, acting, mailbox } = sandbox;
const mail = mailbox && { url: mailbox.url, smtpUrl: mailbox.smtpUrl };
process.stdout.write(`${JSON.stringify({ port, url, baseUrls, acting, mail })}\n`);
process.send?.({ type: "ready" });
