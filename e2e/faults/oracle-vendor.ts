import { parseArgs } from "node:util";
import { openPool } from "../../server/platform/db/pool.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import { openRequestLog } from "../../sandbox/request-log.ts";
import { startSandbox } from "../../sandbox/start-sandbox.ts";
import type { Sighting } from "./evidence.ts";

// The vendors of a campaign, in a process that is never killed. Each request is on disk before it is answered, and so is
// whether its intent could be seen in the database at that moment.

const { values } = parseArgs({
  options: {
    log: { type: "string", default: "vendor.jsonl" },
    sightings: { type: "string", default: "sightings.jsonl" },
    database: { type: "string", default: "" },
    seed: { type: "string", default: "1" },
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
    const { rowCount } = await pool.query("select from nexus.intent where iid = $1", [operationId]);
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

const seed = Number(values.seed);
const sometimes = (probability: number, name: string, settings: object = {}) => ({
  probability,
  seed: seed + name.length,
  faults: [{ name, ...settings }],
});
sandbox.script(
  { faults: [{ name: "latency", delayMs: 20, jitterMs: 400, seed }] },
  sometimes(0.02, "cut-mid-stream"),
  sometimes(0.015, "cut-before-headers"),
  sometimes(0.015, "cut-after-last-delta"),
  sometimes(0.01, "server-error"),
  sometimes(0.01, "bad-request"),
  sometimes(0.004, "rate-limited"),
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
