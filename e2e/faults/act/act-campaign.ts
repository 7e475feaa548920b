import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startFaultProxy, type FaultProxy } from "../../../sandbox/fault-proxy.ts";
import { startActingVendor, type ActingRequest, type ActingVendor } from "../../../sandbox/acting/acting-vendor.ts";
import { documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { appId, openCluster } from "../cluster.ts";
import { GatewaySlot } from "../gateway-slot.ts";
import { startOwnPostgres } from "../own-postgres.ts";
import { createRandom } from "../seeded.ts";
import type { SourceMutation } from "../gateway-process.ts";
import { runCaller, type RunOutcome } from "./act-caller.ts";
import { readRows, type ActEvidence } from "./act-evidence.ts";
import { actingProviders } from "./acting-providers.ts";
import { actingVendorNames, actingVendors, type ActingVendorName } from "./acting-vendors.ts";
import { awaitSettled, listUncertain } from "./await-settled.ts";
import { disturbLines } from "./disturb-lines.ts";
import { keepRunning } from "./keep-running.ts";
import { killsMade, writeTickets } from "./kill-tickets.ts";
import { runSideBySide } from "./run-side-by-side.ts";
import { planRun, type RunPlan } from "./run-plan.ts";

export interface ActCampaign {
  readonly seed: number;
  readonly runs: number;
  readonly gateways: number;
  readonly callers: number;
  readonly patienceMs: number;
  readonly mutation?: SourceMutation | undefined;
  readonly print: (line: object) => void;
}

const vendorKey = "sk-acting";
/** Above the fence of 10 s. */
const orphanAfterMs = 12_000;
const callTimeoutMs = 4_000;
/** How long what is unknown has, from the end of the load on, until all of it that can be known is. */
const resolvedWithinMs = 90_000;

interface Line {
  readonly vendor: ActingVendor;
  readonly proxy: FaultProxy;
}

/** What meets each request of each run, whichever vendor it reaches. */
const scriptOf = (plans: ReadonlyMap<string, RunPlan>) => {
  const seen = new Map<string, number>();
  return ({ note }: ActingRequest): ActingFault | undefined => {
    if (note === undefined) return undefined;
    const at = seen.get(note) ?? 0;
    seen.set(note, at + 1);
    return plans.get(note)?.faults[at];
  };
};

const openLines = async (
  plans: ReadonlyMap<string, RunPlan>,
  folder: string,
): Promise<Record<ActingVendorName, Line>> => {
  const script = scriptOf(plans);
  const open = async (name: ActingVendorName): Promise<Line> => {
    const truthFile = join(folder, `${name}.jsonl`);
    const vendor = await startActingVendor({
      name,
      apiKey: vendorKey,
      ...actingVendors[name].behaviour,
      script,
      truthFile,
    });
    const { hostname, port } = new URL(vendor.baseUrl);
    return { vendor, proxy: await startFaultProxy({ target: { host: hostname, port: Number(port) } }) };
  };
  const [courier, carrier, postal, pigeon, bottle] = await Promise.all([
    open("courier"),
    open("carrier"),
    open("postal"),
    open("pigeon"),
    open("bottle"),
  ]);
  return { courier, carrier, postal, pigeon, bottle };
};

const callAll = async (
  campaign: ActCampaign,
  plans: readonly RunPlan[],
  apiKey: string,
  slots: readonly GatewaySlot[],
): Promise<RunOutcome[]> => {
  const { seed, patienceMs } = campaign;
  const random = createRandom(seed ^ 0xca11);
  const gateway = (): string | undefined => {
    const alive = slots.flatMap((slot) => slot.gateway?.url ?? []);
    return alive[random.between(0, alive.length - 1)];
  };
  return runSideBySide(campaign, plans, (plan) => runCaller({ plan, apiKey, gateway, patienceMs }));
};

const sumOf = (made: readonly ActingVendor["made"][]): ActEvidence["faults"] => {
  const sum: Partial<Record<ActingFault, number>> = {};
  for (const name of documentedFaults) sum[name] = made.reduce((total, each) => total + (each[name] ?? 0), 0);
  return sum;
};

/** Load on several gateways while vendors, lines and processes fail as planned; what was seen of it. */
export const runActCampaign = async (campaign: ActCampaign): Promise<ActEvidence> => {
  const { seed, runs, gateways, mutation } = campaign;
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-act-"));
  const tickets = join(dataDir, "tickets");
  await mkdir(tickets);
  const plans = Array.from({ length: runs }, (_, at) => planRun(seed, at + 1));
  const doomed = plans.map(({ kill, note: name }) => ({ kill, name }));
  await writeTickets(tickets, doomed);
  const lines = await openLines(new Map(plans.map((plan) => [plan.note, plan])), dataDir);
  const postgres = await startOwnPostgres(dataDir);
  const cluster = await openCluster({
    databaseUrl: postgres.databaseUrl,
    dataDir,
    vendors: Object.fromEntries(actingVendorNames.map((name) => [name, `http://127.0.0.1:${lines[name].proxy.port}`])),
    vendorKey,
    providers: actingProviders,
    worker: { file: join(import.meta.dirname, "acting-worker.ts"), env: { NEXUS_TEST_TICKETS: tickets } },
    overrides: { callTimeoutMs, orphanAfterMs },
    mutation,
  });
  try {
    const slots = Array.from({ length: gateways }, (_, at) => new GatewaySlot(at + 1, cluster));
    const { apiKey } = await cluster.createApiKey(appId);
    const stop = new AbortController();
    const running = keepRunning(slots, stop.signal);
    while (slots.every((slot) => slot.gateway === undefined)) await sleep(100);
    const load = new AbortController();
    const { made, ended } = disturbLines(
      Object.values(lines).map(({ proxy }) => proxy),
      seed,
      load.signal,
    );
    const outcomes = await callAll(campaign, plans, apiKey, slots);
    load.abort();
    await ended;
    await awaitSettled(cluster, resolvedWithinMs);
    stop.abort();
    await running;
    const evidence: ActEvidence = {
      runs: outcomes,
      effects: actingVendorNames.flatMap((vendor) =>
        lines[vendor].vendor.effects().map((effect) => ({ ...effect, vendor })),
      ),
      ...(await readRows(cluster.pool)),
      listed: await listUncertain(cluster),
      faults: sumOf(Object.values(lines).map(({ vendor }) => vendor.made)),
      kills: await killsMade(tickets, doomed),
      ...made,
    };
    await Promise.all(slots.map((slot) => slot.stop(10_000)));
    return evidence;
  } finally {
    await cluster.close();
    await Promise.all(Object.values(lines).flatMap(({ vendor, proxy }) => [proxy.close(), vendor.close()]));
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
