import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox.ts";
import type { ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { operatorNamed } from "../../../server/contracts/operator.ts";
import { adjustWallet, setCustomer, setPlan } from "../../../server/domain/billing/index.ts";
import { createTokenAsOperator } from "../../../test/create-token-as-operator.ts";
import { keepRunning } from "../act/keep-running.ts";
import { appId, openCluster, type Cluster } from "../cluster.ts";
import { GatewaySlot } from "../gateway-slot.ts";
import { startOwnPostgres } from "../own-postgres.ts";
import { createRandom, type Random } from "../seeded.ts";
import { readBillingEvidence } from "./billing-evidence.ts";
import type { BillingEvidence } from "./billing-judge.ts";

export interface BillingCampaign {
  readonly seed: number;
  readonly runs: number;
  readonly kills: number;
  readonly gateways: number;
  readonly callers: number;
  readonly customers: number;
  readonly print: (line: object) => void;
}

interface Counts {
  answered: number;
  empty: number;
  refused: number;
  /** Carried out and charged, by a process that died with the answer. */
  lost: number;
  unheard: number;
}

/** What was made of it, beside the evidence. */
export interface BillingMade {
  readonly counts: Readonly<Counts>;
  readonly kills: number;
  readonly meterFaults: number;
  readonly evidence: BillingEvidence;
}

const meterEvent = "sandbox_usage";
const patienceMs = 30_000;
const settledWithinMs = 300_000;

/** What meets requests to the meters now and then; what is executed all the same is sent again, and counted once. */
const meterFaults: readonly [ActingFault, ...ActingFault[]] = [
  "drop-before-head",
  "execute-then-drop",
  "execute-then-5xx",
  "5xx-without-executing",
];

const makeCustomers = async (
  { deps, organizationId }: Cluster,
  sandbox: Sandbox,
  { customers, runs }: BillingCampaign,
  random: Random,
): Promise<readonly string[]> => {
  const ctx = { ...operatorNamed("campaign"), organizationId };
  await setPlan(deps, ctx, {
    appId,
    name: "campaign",
    markupPercent: 37.5,
    rules: [{ family: "ai", model: "openai/gpt-4o-mini", markupPercent: 12.3456 }],
    monthlyAllowanceNanos: "20000",
    meterEvent,
  });
  const ids: string[] = [];
  for (let n = 1; n <= customers; n += 1) {
    const customerId = `customer-${n}`;
    const { id } = sandbox.stripe.store.put("cus", "customer", { email: null, name: customerId, metadata: {} });
    await setCustomer(deps, ctx, { appId, customerId, plan: "campaign", stripeCustomerId: id });
    // Some run out of money.
    const rich = random.next() < 0.7;
    const amountNanos = String(rich ? BigInt(runs) * 1_000_000n : BigInt(random.between(50_000, 500_000)));
    await adjustWallet(deps, ctx, { appId, customerId, amountNanos, reason: "campaign", adjustmentId: `start-${n}` });
    ids.push(customerId);
  }
  return ids;
};

interface Caller {
  readonly slots: readonly GatewaySlot[];
  readonly headers: Readonly<Record<string, string>>;
  readonly random: Random;
  readonly counts: Counts;
}

/** One call, sent again with its key until it is answered for good. */
const callOnce = async ({ slots, headers, random, counts }: Caller, customerId: string, key: string): Promise<void> => {
  const until = Date.now() + patienceMs;
  const body = JSON.stringify({
    model: "openai/gpt-4o-mini",
    prompt: `Say ${key}`,
    maxOutputTokens: 8 + random.between(0, 24),
  });
  while (Date.now() < until) {
    const urls = slots.flatMap((slot) => slot.gateway?.url ?? []);
    const url = urls[random.between(0, urls.length - 1)];
    const response =
      url === undefined
        ? undefined
        : await fetch(`${url}/api/ai/generate-text`, {
            method: "POST",
            headers: {
              ...headers,
              "content-type": "application/json",
              "idempotency-key": key,
              "x-nexus-customer-id": customerId,
            },
            body,
            signal: AbortSignal.timeout(10_000),
          })
            .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
            .catch(() => undefined);
    if (response?.status === 200) {
      counts.answered += 1;
      return;
    }
    if (response?.status === 402) {
      counts.empty += 1;
      return;
    }
    if (response?.text.includes('"ANSWER_LOST"')) {
      counts.lost += 1;
      return;
    }
    if (response !== undefined && response.status < 500 && response.status !== 409 && response.status !== 429) {
      counts.refused += 1;
      return;
    }
    await sleep(50 + random.between(0, 150));
  }
  counts.unheard += 1;
};

interface Killing {
  readonly slots: readonly GatewaySlot[];
  readonly campaign: BillingCampaign;
  readonly random: Random;
  /** How many calls are through. */
  readonly through: () => number;
  readonly signal: AbortSignal;
}

/** Spread over the whole load; those that are left at its end are made while it is settled. */
const killAll = async ({
  slots,
  campaign: { kills, runs, print },
  random,
  through,
  signal,
}: Killing): Promise<number> => {
  let made = 0;
  while (made < kills && !signal.aborted) {
    const due = Math.floor((through() / runs) * kills);
    const running = slots.filter(({ gateway }) => gateway !== undefined);
    const [first, ...others] = running;
    if (first === undefined || running.length < 2 || (made > due && through() < runs)) {
      await sleep(20);
      continue;
    }
    if (await random.pick([first, ...others]).kill()) made += 1;
    if (made % 20 === 0) print({ kills: made, calls: through() });
    await sleep(random.between(20, 200));
  }
  return made;
};

/** Nothing runs, nothing is unknown, and Stripe has been told of everything; or the time is over. */
const awaitTold = async ({ pool }: Cluster, print: BillingCampaign["print"]): Promise<void> => {
  const until = Date.now() + settledWithinMs;
  for (let round = 0; Date.now() < until; round += 1) {
    const { rows } = await pool.query<{ unended: number; waiting: number }>(
      `select (select count(*)::int from nexus.operation where state in ('open', 'uncertain')) as unended,
              (select count(*)::int from nexus.meter_event where state = 'waiting') as waiting`,
    );
    const [left] = rows;
    if (left?.unended === 0 && left.waiting === 0) return;
    if (round % 10 === 0) print({ settling: left });
    await sleep(1_000);
  }
};

/** Calls that customers' wallets pay for, while gateways are killed and meters fail; what was seen of it. */
export const runBillingCampaign = async (campaign: BillingCampaign): Promise<BillingMade> => {
  const { seed, runs, gateways, callers, print } = campaign;
  const random = createRandom(seed);
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-billing-"));
  const sandbox = await startSandbox({ keep: 1_000 });
  const postgres = await startOwnPostgres(dataDir);
  const cluster = await openCluster({
    databaseUrl: postgres.databaseUrl,
    dataDir,
    vendors: { openai: sandbox.baseUrls.openai, stripe: sandbox.stripe.access.baseUrl },
    secrets: { stripe: sandbox.stripe.access.secret },
    overrides: { callTimeoutMs: 5_000, orphanAfterMs: 12_000, uncertainSettleAfterMs: 5_000 },
  });
  try {
    const customers = await makeCustomers(cluster, sandbox, campaign, random);
    let faults = 0;
    const ofMeters = createRandom(seed ^ 0x3e7e);
    sandbox.stripe.setScript(({ path }) => {
      if (path !== "/v1/billing/meter_events" || ofMeters.next() > 0.04) return undefined;
      faults += 1;
      return ofMeters.pick(meterFaults);
    });
    const { token } = await createTokenAsOperator(cluster.deps, {
      label: "Campaign",
      organizations: [cluster.organizationId],
      apps: "all",
      permissions: ["srv_nexus.ai:invoke"],
    });
    const headers = {
      "x-nexus-service-token": token,
      "x-nexus-organization-id": cluster.organizationId,
      "x-service-id": appId,
    };
    const slots = Array.from({ length: gateways }, (_, at) => new GatewaySlot(at + 1, cluster));
    const stop = new AbortController();
    const running = keepRunning(slots, stop.signal);
    while (slots.some((slot) => slot.gateway === undefined)) await sleep(100);
    print({ started: gateways, customers: customers.length });
    const counts: Counts = { answered: 0, empty: 0, refused: 0, lost: 0, unheard: 0 };
    let next = 0;
    let through = 0;
    const [firstCustomer = "", ...otherCustomers] = customers;
    const progress = setInterval(() => print({ calls: through, of: runs, ...counts }), 15_000);
    const killing = killAll({
      slots,
      campaign,
      random: createRandom(seed ^ 0x1c11),
      through: () => through,
      signal: stop.signal,
    });
    const work = async (): Promise<void> => {
      while (next < runs) {
        const n = (next += 1);
        await callOnce(
          { slots, headers, random, counts },
          random.pick([firstCustomer, ...otherCustomers]),
          `${seed}-${n}`,
        );
        through += 1;
      }
    };
    await Promise.all(Array.from({ length: callers }, work));
    const kills = await killing;
    clearInterval(progress);
    print({ load: "over", kills, ...counts });
    await awaitTold(cluster, print);
    stop.abort();
    await running;
    const evidence = await readBillingEvidence(cluster.pool, sandbox, counts.answered);
    await Promise.all(slots.map((slot) => slot.stop(10_000)));
    return { counts, kills, meterFaults: faults, evidence };
  } finally {
    await cluster.close();
    await sandbox.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
