import { parseArgs } from "node:util";
import { openPool } from "../../server/platform/db/pool.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import {
  readClientLog,
  readDatabaseAtRest,
  readDisturbances,
  readRunLog,
  readSightings,
  readVendorLog,
} from "./evidence.ts";
import { judge } from "./judge.ts";
import { demandOfKills, leastDemand, type Demand } from "./verdicts/enough.ts";

// Reads the logs of a run and its database, prints one verdict an invariant as JSON, and a summary. Changes nothing.

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    "vendor-log": { type: "string" },
    "client-log": { type: "string" },
    sightings: { type: "string" },
    disturbances: { type: "string" },
    /** Faults with their effect, and the budgets from moment to moment. */
    "run-log": { type: "string" },
    /** What the run must have shown: of a campaign with so many kills, changed by a JSON object of `Demand`'s fields. */
    kills: { type: "string", default: "0" },
    demand: { type: "string", default: "{}" },
    /** A process whose heartbeat is older had died. */
    "alive-ms": { type: "string", default: "10000" },
  },
});

const required = (name: "database" | "vendor-log" | "client-log" | "sightings" | "disturbances"): string => {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const numberAt = (changes: object, name: string, otherwise: number): number => {
  const value: unknown = Reflect.get(changes, name) ?? otherwise;
  if (typeof value !== "number") throw new Error(`--demand: ${name} is a number`);
  return value;
};

/** Every field is one of the least demand's. */
const demandOf = (kills: number, changes: object): Demand => {
  const stray = Object.keys(changes).find((name) => !Object.hasOwn(leastDemand, name));
  if (stray !== undefined) throw new Error(`--demand: there is no ${stray}`);
  const demand = Object.entries(demandOfKills(kills)).map(([name, least]) => [name, numberAt(changes, name, least)]);
  return Object.fromEntries(demand) as Demand;
};

const parsed: unknown = JSON.parse(values.demand);
if (typeof parsed !== "object" || parsed === null) throw new Error("--demand is a JSON object");
const demand = demandOf(Number(values.kills), parsed);

const pool = openPool({
  connectionString: required("database"),
  schema: "nexus",
  maxConnections: 1,
  applicationName: "check",
  log: silentLogger,
});
try {
  const evidence = {
    ...(await readVendorLog(required("vendor-log"))),
    client: await readClientLog(required("client-log")),
    sightings: await readSightings(required("sightings")),
    disturbances: await readDisturbances(required("disturbances")),
    run: values["run-log"] === undefined ? [] : await readRunLog(values["run-log"]),
    ...(await readDatabaseAtRest(pool, Number(values["alive-ms"]))),
  };
  const judgement = judge(evidence, demand);
  for (const verdict of judgement.verdicts) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  process.stdout.write(`${JSON.stringify({ passed: judgement.passed, ...judgement.summary })}\n`);
  process.exitCode = judgement.passed ? 0 : 1;
} finally {
  await pool.end();
}
