import { parseArgs } from "node:util";
import { openPool } from "../../server/platform/db/pool.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import { readClientLog, readDatabase, readDisturbances, readSightings, readVendorLog } from "./evidence.ts";
import { judge } from "./judge.ts";

// Reads the logs of a run and its database, prints one verdict an invariant as JSON, and a summary. Changes nothing.

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    "vendor-log": { type: "string" },
    "client-log": { type: "string" },
    sightings: { type: "string" },
    disturbances: { type: "string" },
    /** A process whose heartbeat is older had died. */
    "alive-ms": { type: "string", default: "10000" },
  },
});

const required = (name: "database" | "vendor-log" | "client-log" | "sightings" | "disturbances"): string => {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const pool = openPool({
  connectionString: required("database"),
  schema: "nexus",
  maxConnections: 1,
  applicationName: "check",
  log: silentLogger,
});
try {
  const judgement = judge({
    ...(await readVendorLog(required("vendor-log"))),
    client: await readClientLog(required("client-log")),
    sightings: await readSightings(required("sightings")),
    disturbances: await readDisturbances(required("disturbances")),
    ...(await readDatabase(pool, Number(values["alive-ms"]))),
  });
  for (const verdict of judgement.verdicts) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  process.stdout.write(`${JSON.stringify({ passed: judgement.passed, ...judgement.summary })}\n`);
  process.exitCode = judgement.passed ? 0 : 1;
} finally {
  await pool.end();
}
