import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startBudgetSampler } from "./budget-sampler.ts";
import { openCampaign, type OpenedCampaign } from "./open-campaign.ts";
import { chooseFaults } from "./fault-catalogue.ts";
import { makeFaults, type FaultCounts } from "./make-faults.ts";
import { makeKills } from "./make-kills.ts";
import { noteCallerFaults } from "./note-caller-faults.ts";
import { startOracleClient } from "./oracle-client.ts";

// Load on several gateways while they, their database, their lines and their vendors fail; then the checker's verdict.

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    /** Names, or "all"; without it, kills. */
    faults: { type: "string" },
    times: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string" },
    callers: { type: "string" },
    "max-minutes": { type: "string" },
    /** Short windows. */
    brief: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const [kills, seed, times] = [Number(values.kills), Number(values.seed), Number(values.times)];
const faults = values.faults === undefined ? undefined : chooseFaults(values.faults);
const size = Number(values.gateways ?? (faults ? 5 : 3));
const callers = Number(values.callers ?? (faults ? 24 : 16));
const maxMinutes = Number(values["max-minutes"] ?? (faults ? 16 : 10));
const began = Date.now();
const lastMinuteAt = began + (maxMinutes - 1.5) * 60_000;

/** An impatient operator ends the campaign early; what runs is still stopped, and judged. */
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true;
  });
}
const mayGoOn = (): boolean => !interrupted && Date.now() < lastMinuteAt;

const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

const complaints: string[] = [];
const complain = (what: string): void => {
  complaints.push(what);
  print({ complaint: what });
};

interface Unended {
  readonly open: number;
  readonly uncertain: number;
  readonly queued: number;
}

const unended = async ({ scene }: OpenedCampaign): Promise<Unended | undefined> => {
  const { rows } = await scene.cluster.pool.query<Unended>(
    `select (select count(*)::int from nexus.operation where state = 'open') open,
            (select count(*)::int from nexus.operation where state = 'uncertain') uncertain,
            (select count(*)::int from nexus.rollup_queue) queued`,
  );
  return rows[0];
};

/** Doubts that are young stay doubts; everything else has its end, and is in the rollups. */
const recovered = async (deps: OpenedCampaign): Promise<void> => {
  const deadline = Date.now() + 150_000;
  for (;;) {
    const left = await unended(deps).catch(() => undefined);
    if (left && left.open === 0 && left.queued === 0) return print({ recovered: true, ...left });
    if (Date.now() > deadline) return print({ recovery: "did not finish in time", ...left });
    await sleep(1_000);
  }
};

const checked = async ({ files, scene }: OpenedCampaign): Promise<boolean> => {
  const checker = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "check-ledger.ts"),
      "--database",
      scene.cluster.config.databaseUrl,
      "--vendor-log",
      files.vendor,
      "--client-log",
      files.client,
      "--sightings",
      files.sightings,
      "--disturbances",
      files.disturbances,
      "--run-log",
      files.run,
      ...(faults ? [] : ["--kills", String(kills)]),
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const [code]: unknown[] = await once(checker, "exit");
  return code === 0;
};

print({ campaign: faults ? "faults" : "kill", seed, ...(faults ? { times } : { kills }), gateways: size });
const deps = await openCampaign({
  seed,
  gateways: size,
  breakable: faults !== undefined,
  brief: values.brief,
  vendorFaultShare: faults ? 0 : 0.004,
  // Above the fence of 10 s, below a campaign's patience. Doubts are settled during the run, and some are left at its end.
  overrides: {
    callTimeoutMs: 5_000,
    orphanAfterMs: 12_000,
    uncertainSettleAfterMs: values.brief ? 8_000 : 20_000,
  },
  complain,
});
let passed = false;
try {
  const { scene, runLog, disturbances, files } = deps;
  await Promise.all(scene.slots.map((slot) => slot.start()));
  print({ started: "gateways" });
  const sampler = startBudgetSampler({ pool: scene.cluster.pool, log: runLog, everyMs: 500 });
  const client = startOracleClient({
    seed,
    callers,
    logFile: files.client,
    credentials: deps.callers.credentials,
    gateways: () => scene.slots.flatMap(({ gateway }) => gateway?.url ?? []),
    patienceMs: faults ? 20_000 : 30_000,
  });
  const progress = setInterval(() => print({ load: "running", ...client.counts }), 30_000);
  let made: FaultCounts;
  if (faults) {
    const gatewaysAtOnce = Math.max(1, size - 2);
    made = await makeFaults({ scene, faults, times, seed, log: runLog, disturbances, gatewaysAtOnce, mayGoOn, print });
  } else made = await makeKills({ scene, kills, seed, disturbances, mayGoOn, print });
  clearInterval(progress);
  await sleep(2_000);
  await client.stop();
  await Promise.all(scene.slots.map((slot) => slot.start()));
  print({ load: "stopped", made, ...client.counts });
  await recovered(deps);
  await sleep(500);
  const samples = await sampler.stop();
  const byCallers = faults ? await noteCallerFaults(files.client, runLog) : {};
  const wanted = faults ? times : kills;
  const missing = Object.entries(made).filter(([name, count]) => count < (name === "postgres" ? 1 : wanted));
  const sound = await checked(deps);
  passed = sound && missing.length === 0 && complaints.length === 0;
  print({
    verdict: passed ? "passed" : "failed",
    seed,
    judge: sound ? "passed" : "failed",
    ...(faults ? { faults: Object.keys(made).length, times, made, byCallers } : { ...made, wanted: kills }),
    missing: Object.fromEntries(missing),
    complaints,
    samples,
  });
} finally {
  const keep = !passed || values.keep;
  await deps.close(keep);
  if (keep) print({ kept: deps.dataDir, seed });
}
process.exitCode = passed ? 0 : 1;
