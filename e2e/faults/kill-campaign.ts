import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startBudgetSampler } from "./budget-sampler.ts";
import { awaitRecovery, judgeCampaign } from "./end-campaign.ts";
import { failoverFaults } from "./failover/failover-faults.ts";
import { openFailover } from "./failover/open-failover.ts";
import { tableOfRecoveries, timeRecovery, type RecoveryTime } from "./failover/time-recovery.ts";
import { watchAnswers } from "./failover/watch-answers.ts";
import { openCampaign } from "./open-campaign.ts";
import { chooseFaults } from "./fault-catalogue.ts";
import { openHosts } from "./hosts/open-hosts.ts";
import { makeFaults, type FaultCounts } from "./make-faults.ts";
import { makeKills } from "./make-kills.ts";
import { noteCallerFaults } from "./note-caller-faults.ts";
import { startOracleClient } from "./oracle-client.ts";

// Load on several gateways while they, their database, their lines and their vendors fail; then the checker's verdict.

const { values } = parseArgs({
  options: {
    /** Of gateways; with --failover, faults of the database in all. */
    kills: { type: "string" },
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
    /** A database of three nodes under Patroni, with gateways on hosts of their own. */
    failover: { type: "boolean", default: false },
  },
});
const kills = Number(values.kills ?? (values.failover ? 2 * failoverFaults.length : 200));
const seed = Number(values.seed);
const faults = values.faults === undefined ? undefined : chooseFaults(values.faults);
const hosts = values.hosts === undefined ? undefined : Number(values.hosts);
if (faults && (hosts !== undefined || values.failover))
  throw new Error("--hosts and --failover make faults of their own: leave --faults out");
if (values.failover && hosts !== undefined)
  throw new Error("--failover brings hosts of its own: give --gateways, and leave --hosts out");
/** Beside the kills. */
const besides = hosts === undefined ? [] : chooseFaults("hosts");
const timesOf = (): number => {
  if (values.failover) return Math.max(1, Math.ceil(kills / failoverFaults.length));
  return hosts === undefined ? 20 : Math.max(2, Math.round(kills / 40));
};
const times = Number(values.times ?? timesOf());
const size = hosts ?? Number(values.gateways ?? (values.failover ? 2 : faults ? 5 : 3));
const callers = Number(values.callers ?? (faults ? 24 : 16));
/** A failover of a host that is gone takes half a minute, and as long again until all nodes follow. */
const maxMinutes = Number(values["max-minutes"] ?? (values.failover ? 5 + 12 * times : faults ? 16 : 10));
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

const network = hosts === undefined ? undefined : await openHosts(hosts, print);
// Nothing failed where nothing could be made.
if (hosts !== undefined && !network) process.exit(0);
const failover = values.failover ? await openFailover(size, print) : undefined;
if (values.failover && !failover) process.exit(0);
print({
  campaign: failover ? "failover" : faults ? "faults" : "kill",
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
  failover,
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
  const making = { scene, times, seed, log: runLog, disturbances, mayGoOn, print };
  let made: FaultCounts;
  const recoveries: RecoveryTime[] = [];
  if (failover) {
    const watch = watchAnswers(() => client.counts["answered"] ?? 0);
    const timed = failoverFaults.map((fault) =>
      timeRecovery(fault, watch, (time) => {
        recoveries.push(time);
        print({ recovered: time.fault, ...time });
      }),
    );
    made = await makeFaults({ ...making, faults: [...timed, ...chooseFaults("gateway-killed")], gatewaysAtOnce: 1 });
    watch.close();
  } else if (faults) made = await makeFaults({ ...making, faults, gatewaysAtOnce: Math.max(1, size - 2) });
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
  await failover?.patroni.healthy(150_000).catch((error: Error) => complain(error.message));
  print({ load: "stopped", made, ...client.counts });
  await awaitRecovery(deps, print);
  await sleep(500);
  const samples = await sampler.stop();
  const byCallers = faults ? await noteCallerFaults(files.client, runLog) : {};
  const wanted = (name: string): number => (name === "postgres" ? 1 : name === "kills" ? kills : times);
  const missing = Object.entries(made).filter(([name, count]) => count < wanted(name));
  const sound = await judgeCampaign(deps, faults || failover ? [] : ["--kills", String(kills)]);
  for (const line of tableOfRecoveries(recoveries)) print(line);
  passed = sound && missing.length === 0 && complaints.length === 0;
  print({
    verdict: passed ? "passed" : "failed",
    seed,
    judge: sound ? "passed" : "failed",
    ...(faults || failover ? { faults: Object.keys(made).length, times, made, byCallers } : { ...made, wanted: kills }),
    missing: Object.fromEntries(missing),
    complaints,
    samples,
  });
} finally {
  const keep = !passed || values.keep;
  await deps.close(keep);
  await network?.close();
  await failover?.close(keep);
  if (keep) print({ kept: deps.dataDir, seed });
}
process.exitCode = passed ? 0 : 1;
