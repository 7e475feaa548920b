import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startFaultProxy, type FaultProxy } from "../../../sandbox/fault-proxy.ts";
import { operatorNamed } from "../../../server/contracts/operator.ts";
import { setBudget } from "../../../server/domain/budgets/index.ts";
import { createTokenAsOperator } from "../../../test/create-token-as-operator.ts";
import { awaitSettled, listUncertain } from "../act/await-settled.ts";
import { disturbLines } from "../act/disturb-lines.ts";
import { keepRunning } from "../act/keep-running.ts";
import { readCampaignRows } from "../act/campaign-rows.ts";
import { killsMade, sparedOf, writeTickets } from "../act/kill-tickets.ts";
import { runSideBySide } from "../act/run-side-by-side.ts";
import { appId, openCluster, type Cluster } from "../cluster.ts";
import type { GatewayProcess, SourceMutation } from "../gateway-process.ts";
import { GatewaySlot } from "../gateway-slot.ts";
import { createRandom } from "../seeded.ts";
import type { FamilyCaller } from "./family-caller.ts";
import { readMarks, type FamilyEvidence } from "./family-evidence.ts";
import { crowdOf, nameOfCell, planCells, type FamilyPlan } from "./family-plan.ts";
import type { FamilyVendor, FamilyVendorLine, FaultOf } from "./family-vendor.ts";
import { openMarks } from "./marks.ts";
import { askRunAgain, runFamily, type FamilyRun, type FamilyScene } from "./run-family.ts";
import { watchMoney } from "./watch-money.ts";

export interface FamiliesCampaign {
  readonly seed: number;
  readonly plans: readonly FamilyPlan[];
  readonly vendors: readonly FamilyVendor[];
  readonly gateways: number;
  readonly callers: number;
  readonly patienceMs: number;
  /** A migrated database of its own. */
  readonly databaseUrl: string;
  /** How many ask for one thing at once, before anything fails. */
  readonly crowd: number;
  /** Cuts lines and shuts vendors off, now and then. */
  readonly disturbs: boolean;
  readonly mutation?: SourceMutation | undefined;
  readonly print: (line: object) => void;
}

/** Above the fence of 10 s. */
const orphanAfterMs = 12_000;
const callTimeoutMs = 4_000;
/** How long what is unknown has, from the end of the load on, until all of it that can be known is. */
const resolvedWithinMs = 90_000;
/** Where the payers of the app's checkouts come back to. */
const origin = "https://roadmapper.topolo.app";
/** Five mails, or a few more. */
const poorNanos = 5_000_000n;
/** Whose checkouts and refunds a crowd wants. */
const crowdVendor = "stripe";
const richNanos = 100_000_000_000_000n;

interface Line {
  readonly vendor: FamilyVendor;
  readonly line: FamilyVendorLine;
  readonly proxy: FaultProxy;
}

/** What meets each request of each run, by the vendor that it reaches. */
const scriptOf = (plans: ReadonlyMap<string, FamilyPlan>, met: Map<string, number>) => {
  const seen = new Map<string, number>();
  return (vendor: string): FaultOf =>
    ({ key }) => {
      const plan = key === undefined ? undefined : plans.get(key);
      if (plan === undefined) return undefined;
      const place = `${vendor} ${plan.key}`;
      const at = seen.get(place) ?? 0;
      seen.set(place, at + 1);
      const fault = plan.faults[vendor]?.[at];
      const name = nameOfCell({ ...plan, vendor, fault });
      if (fault !== undefined) met.set(name, (met.get(name) ?? 0) + 1);
      return fault;
    };
};

const openLines = async (
  { vendors }: FamiliesCampaign,
  faultOf: (vendor: string) => FaultOf,
  folder: string,
): Promise<readonly Line[]> => {
  const marks = openMarks(folder);
  return Promise.all(
    vendors.map(async (vendor) => {
      const line = await vendor.open({ faultOf: faultOf(vendor.id), callOf: marks.callOf });
      return { vendor, line, proxy: await startFaultProxy({ target: { host: line.host, port: line.port } }) };
    }),
  );
};

/** A service that may do all of it. */
const createCaller = async ({ deps, organizationId }: Cluster) => {
  const { token, serviceToken } = await createTokenAsOperator(deps, {
    label: "Campaign",
    organizations: [organizationId],
    apps: "all",
    permissions: ["email:send", "payments:create", "payments:read", "payments:manage"].map((one) => `srv_nexus.${one}`),
  });
  return {
    id: serviceToken.id,
    headers: { "x-nexus-service-token": token, "x-nexus-organization-id": organizationId, "x-service-id": appId },
  };
};

const limit = (cluster: Cluster, limitNanos: bigint, keyId?: string): Promise<unknown> =>
  setBudget(
    cluster.deps,
    { ...operatorNamed("campaign"), organizationId: cluster.organizationId },
    {
      scope: keyId === undefined ? "organization" : "key",
      period: "total",
      limitNanos: String(limitNanos),
      ...(keyId === undefined ? {} : { scopeId: keyId }),
    },
  );

const doomedOf = (plans: Iterable<FamilyPlan>) =>
  [...plans].map(({ kill, key: name, operation, vendor }) => ({ kill, name, operation, vendor, fault: undefined }));

/** So often a fault that met no request, and a kill that met no process, is made again. */
const mostRounds = 10;

/**
 * A request that was never sent meets no fault, and a process dies at no point that it never reaches: of a run that was
 * refused a shared reference, that went to another vendor, whose process died first or whose line was cut. Each such fault
 * and each such kill is made again, with nothing in its way.
 */
const runMissed = async (
  campaign: FamiliesCampaign,
  { met, planned, tickets }: Pick<Awaited<ReturnType<typeof openFamilies>>, "met" | "planned" | "tickets">,
  scene: FamilyScene,
): Promise<readonly FamilyRun[]> => {
  const wanted = new Map(
    campaign.plans.flatMap(({ operation, vendor, fault }) =>
      fault === undefined ? [] : [[nameOfCell({ operation, vendor, fault }), { operation, vendor, fault }] as const],
    ),
  );
  const done: FamilyRun[] = [];
  let doomed = doomedOf(campaign.plans);
  for (let round = 1; round <= mostRounds; round += 1) {
    const missed = [...wanted].flatMap(([name, cell]) => (met.has(name) ? [] : [cell]));
    const spared = await sparedOf(tickets, doomed);
    if (missed.length + spared.length === 0) break;
    const kills = planCells(campaign.seed, `kill-${round}`, spared).map((plan, at) => ({
      ...plan,
      kill: spared[at]?.kill,
    }));
    const plans = [...planCells(campaign.seed, `again-${round}`, missed), ...kills];
    for (const plan of plans) planned.set(plan.key, plan);
    doomed = doomedOf(kills);
    await writeTickets(tickets, doomed);
    campaign.print({ again: missed.map(nameOfCell), kills: kills.map(({ kill }) => kill), round });
    done.push(...(await runSideBySide(campaign, plans, (plan) => runFamily(scene, plan))));
  }
  return done;
};

/** The parts of a campaign that run: vendors behind their lines, and a cluster whose gateways can be told to die. */
export const openFamilies = async (
  campaign: Pick<FamiliesCampaign, "vendors" | "databaseUrl" | "gateways" | "mutation">,
  plans: readonly FamilyPlan[],
) => {
  const planned = new Map(plans.map((plan) => [plan.key, plan]));
  const { databaseUrl, gateways, mutation } = campaign;
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-families-"));
  const tickets = join(dataDir, "tickets");
  await Promise.all([mkdir(tickets), mkdir(join(dataDir, "marks"))]);
  await writeTickets(tickets, doomedOf(plans));
  const met = new Map<string, number>();
  const lines = await openLines(campaign as FamiliesCampaign, scriptOf(planned, met), dataDir);
  const cluster = await openCluster({
    databaseUrl,
    dataDir,
    vendors: Object.fromEntries(lines.map(({ vendor, line, proxy }) => [vendor.id, line.baseUrlAt(proxy.port)])),
    secrets: Object.fromEntries(lines.map(({ vendor, line }) => [vendor.id, line.secret])),
    worker: { file: join(import.meta.dirname, "families-worker.ts"), env: { NEXUS_TEST_FAMILIES: dataDir } },
    overrides: {
      callTimeoutMs,
      orphanAfterMs,
      sandboxHosts: lines.map(({ proxy }) => `127.0.0.1:${proxy.port}`),
    },
    mutation,
  });
  const [rich, poor] = [await createCaller(cluster), await createCaller(cluster)];
  await limit(cluster, richNanos);
  await limit(cluster, poorNanos, poor.id);
  const slots = Array.from({ length: gateways }, (_, at) => new GatewaySlot(at + 1, cluster));
  const stop = new AbortController();
  const running = keepRunning(slots, stop.signal);
  const alive = (): readonly GatewayProcess[] => slots.flatMap((slot) => slot.gateway ?? []);
  while (alive().length < gateways) await sleep(50);
  return {
    dataDir,
    tickets,
    lines,
    met,
    planned,
    cluster,
    alive,
    headersOf: (isPoor: boolean) => (isPoor ? poor : rich).headers,
    close: async () => {
      stop.abort();
      await running;
      await Promise.all(slots.map((slot) => slot.stop(10_000)));
      await cluster.close();
      await Promise.all(lines.flatMap(({ line, proxy }) => [proxy.close(), line.close()]));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Load on several gateways while vendors, lines and processes fail as planned; what was seen of it. */
export const runFamiliesCampaign = async (campaign: FamiliesCampaign): Promise<FamilyEvidence> => {
  const { seed, plans, vendors, patienceMs, disturbs } = campaign;
  const opened = await openFamilies(campaign, plans);
  const { cluster, lines, alive } = opened;
  try {
    const random = createRandom(seed ^ 0xca11);
    const caller = (poor: boolean): FamilyCaller => ({
      headers: opened.headersOf(poor),
      gateway: () => alive()[random.between(0, alive().length - 1)]?.url,
      patienceMs,
    });
    const scene: FamilyScene = {
      caller,
      origin,
      redirecting: new Set(vendors.flatMap(({ id, redirects }) => (redirects === true ? [id] : []))),
      formTokens: new Map(vendors.flatMap(({ id, formToken }) => (formToken === undefined ? [] : [[id, formToken]]))),
      lines: new Map(lines.map(({ vendor, line }) => [vendor.id, line])),
      others: [],
      payments: new Map(),
    };
    const money = watchMoney(cluster.pool);
    const crowd = await Promise.all(crowdOf(seed, campaign.crowd, crowdVendor).map((plan) => runFamily(scene, plan)));
    const load = new AbortController();
    const disturbing = disturbs
      ? disturbLines(
          lines.map(({ proxy }) => proxy),
          seed,
          load.signal,
        )
      : { made: { cuts: 0, outages: 0 }, ended: Promise.resolve() };
    const done = [...crowd, ...(await runSideBySide(campaign, plans, (plan) => runFamily(scene, plan)))];
    load.abort();
    await disturbing.ended;
    done.push(...(await runMissed(campaign, opened, scene)));
    await awaitSettled(cluster, resolvedWithinMs);
    const asked: FamilyRun[] = [];
    for (const run of done) asked.push(await askRunAgain(scene, run));
    return {
      runs: asked,
      others: scene.others,
      effects: (await Promise.all(lines.map(({ line }) => line.effects()))).flat(),
      payments: lines.flatMap(({ line }) => line.payments()),
      rows: await readCampaignRows(cluster.pool),
      ...(await money.stop()),
      listed: await listUncertain(cluster),
      callOf: await readMarks(opened.dataDir),
      met: opened.met,
      kills: await killsMade(opened.tickets, doomedOf(opened.planned.values())),
      ...disturbing.made,
    };
  } finally {
    await opened.close();
  }
};
