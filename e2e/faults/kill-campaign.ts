import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startBudgetSampler } from "./budget-sampler.ts";
import { openCampaign, type OpenedCampaign } from "./open-campaign.ts";
import { chooseFaults } from "./fault-catalogue.ts";
import { openHosts } from "./hosts/open-hosts.ts";
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
    times: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string" },
    callers: { type: "string" },
    "max-minutes": { type: "string" },
    /** Short windows. */
    brief: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    /** So many gateways, each in a network of its own with a clock of its own; the database in another. */
    hosts: { type: "string" },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
const faults = values.faults === undefined ? undefined : chooseFaults(values.faults);
const hosts = values.hosts === undefined ? undefined : Number(values.hosts);
if (hosts !== undefined && faults) throw new Error("--hosts makes kills and the hosts' own faults: leave --faults out");
/** Beside the kills. */
const besides = hosts === undefined ? [] : chooseFaults("hosts");
const times = Number(values.times ?? (hosts === undefined ? 20 : Math.max(2, Math.round(kills / 40))));
const size = hosts ?? Number(values.gateways ?? (faults ? 5 : 3));
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

const network = hosts === undefined ? undefined : await openHosts(hosts, print);
// Nothing failed where nothing could be made.
if (hosts !== undefined && !network) process.exit(0);
print({
  campaign: faults ? "faults" : "kill",
  seed,
  ...(network && { hosts, times }),
  ...(faults ? { times } : { kills }),
  gateways: size,
});
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
  network,
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
    patienceMs: faults || network ? 20_000 : 30_000,
  });
  const progress = setInterval(() => print({ load: "running", ...client.counts }), 30_000);
  const making = { scene, times, seed, log: runLog, disturbances, mayGoOn, print };
  let made: FaultCounts;
  if (faults) made = await makeFaults({ ...making, faults, gatewaysAtOnce: Math.max(1, size - 2) });
  else {
    const [killed, others] = await Promise.all([
      makeKills({ scene, kills, seed, disturbances, mayGoOn, print }),
      makeFaults({ ...making, faults: besides, gatewaysAtOnce: 1 }),
    ]);
    made = { ...killed, ...others };
  }
  clearInterval(progress);
  await sleep(2_000);
  await client.stop();
  await Promise.all(scene.slots.map((slot) => slot.start()));
  print({ load: "stopped", made, ...client.counts });
  await recovered(deps);
  await sleep(500);
  const samples = await sampler.stop();
  const byCallers = faults ? await noteCallerFaults(files.client, runLog) : {};
  const wanted = (name: string): number => (name === "postgres" ? 1 : name === "kills" ? kills : times);
  const missing = Object.entries(made).filter(([name, count]) => count < wanted(name));
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
  await network?.close();
  if (keep) print({ kept: deps.dataDir, seed });
}
process.exitCode = passed ? 0 : 1;
