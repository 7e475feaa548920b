import { parseArgs } from "node:util";
import { openPool } from "../../server/platform/db/pool.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import { openRequestLog } from "../../sandbox/request-log.ts";
import { startSandbox } from "../../sandbox/start-sandbox.ts";
import type { Sighting } from "./evidence.ts";
import { someRequestsMeet } from "./vendor-faults.ts";

// The vendors of a campaign, in a process that is never killed. Each request is on disk before it is answered, and so is
// whether its operation could be seen in the database at that moment.

const { values } = parseArgs({
  options: {
    log: { type: "string", default: "vendor.jsonl" },
    sightings: { type: "string", default: "sightings.jsonl" },
    database: { type: "string", default: "" },
    seed: { type: "string", default: "1" },
    /** Share of all requests that meets each of the vendors' faults. */
    "fault-share": { type: "string", default: "0" },
  },
});

const pool = openPool({
  connectionString: values.database,
  schema: "nexus",
  maxConnections: 4,
  applicationName: "oracle",
  log: silentLogger,
});
pool.on("error", () => undefined);
const sightings = openRequestLog(values.sightings, true);

const isVisible = async (operationId: string): Promise<boolean | null> => {
  try {
    const { rowCount } = await pool.query("select from nexus.operation where operation_id = $1", [operationId]);
    return rowCount === 1;
  } catch {
    return null;
  }
};

const sandbox = await startSandbox({
  logFile: values.log,
  settings: { paceMs: 8 },
  onRequest: async ({ operationId }) => {
    if (operationId === null) return;
    const line: Sighting = { type: "sighting", operationId, visible: await isVisible(operationId) };
    await sightings.append(line);
  },
});

const [seed, share] = [Number(values.seed), Number(values["fault-share"])];
sandbox.script(
  { faults: [{ name: "latency", delayMs: 20, jitterMs: 400, seed }] },
  ...(share > 0 ? someRequestsMeet(seed, share) : []),
);

const stop = async (): Promise<void> => {
  await sandbox.close();
  await sightings.close();
  await pool.end();
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.once("disconnect", () => void stop());
process.stdout.write(`${JSON.stringify({ baseUrls: sandbox.baseUrls })}\n`);
