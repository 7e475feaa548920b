import { Client } from "pg";
import { systemClock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { openLedger, type HoldFacts, type Ledger } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { percentile } from "./percentile.ts";

const facts: HoldFacts = {
  appId: "srv_app_1",
  userId: "usr_1",
  keyId: undefined,
  operation: "ai.generateText",
  effect: "read",
  vendor: "openai",
  model: "gpt-4o-mini",
  requestedModel: "openai/gpt-4o-mini",
  credentialTier: "byok",
  credentialId: "0199aaaa-0000-7000-8000-000000000001",
  credentialVersion: 1,
  priceIds: ["catalogue:2026-11-01"],
  door: "openai",
  requestId: "req_bench",
};
const result = {
  units: { input: 812, cacheRead: 0, output: 143 },
  rawUsage: { prompt_tokens: 812, completion_tokens: 143, total_tokens: 955 },
  responseModel: "gpt-4o-mini-2024-07-18",
  status: 200,
  latencyMs: 412,
  streamed: false,
};

/** What some seconds of reserving and settling cost. */
export interface PairCost {
  readonly pairs: number;
  readonly pairsPerSecond: number;
  /** Processor time of the ledger's own sessions. */
  readonly databaseMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** A ledger that calls of some organizations are reserved and settled in. */
export interface PairLoad {
  readonly ledger: Ledger;
  readonly run: (callers: number, until: () => boolean) => Promise<PairCost>;
  readonly close: () => Promise<void>;
}

const levelsOf = async (sql: Client, organizationId: string) => {
  const { rows } = await sql.query<{ id: string; epoch: string }>(
    `select b.id::text, b.epoch::text from nexus.budget b left join nexus.budget_rule r on r.id = b.rule_id
      where b.org_id = $1 and clock_timestamp() >= b.starts_at and clock_timestamp() < b.ends_at and not b.of_wallet
        and (r.id is null or r.scope = 'organization' or r.scope = 'app' and r.scope_id = $2) order by b.rule_id is not null, b.id`,
    [organizationId, facts.appId],
  );
  return { levels: rows.map(({ id }) => BigInt(id)), epoch: BigInt(rows[0]?.epoch ?? "0") };
};

/** Opens a ledger, and makes the organizations' budgets where they have none: one of their own and one of their app. */
export const openPairLoad = async (connectionString: string, organizationIds: readonly string[]): Promise<PairLoad> => {
  const sql = new Client({ connectionString });
  await sql.connect();
  const set =
    "select nexus.nexus_set_budget(gen_random_uuid(), $1, $2, $3, $4, 'calendar', 'nanoUsd', true, 4000000000000000000, '{80}', 'UTC')";
  for (const organizationId of organizationIds) {
    await sql.query(set, [organizationId, "organization", null, "month"]);
    await sql.query(set, [organizationId, "app", facts.appId, "day"]);
  }
  const processId = newId();
  const opening = (await sql.query<{ at: Date }>("select clock_timestamp() as at")).rows[0]?.at;
  const ledger = await openLedger({ connectionString, processId, clock: systemClock, log, requireDurability: true });
  const { rows } = await sql.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and application_name ~ '^nexus-' and backend_start >= $1",
    [opening],
  );
  const pids = rows.map(({ pid }) => pid);
  const cpu = async (): Promise<number> => (await Promise.all(pids.map(cpuSeconds))).reduce((sum, one) => sum + one, 0);

  const run: PairLoad["run"] = async (callers, until) => {
    const known = new Map<string, Awaited<ReturnType<typeof levelsOf>>>();
    for (const organizationId of organizationIds) known.set(organizationId, await levelsOf(sql, organizationId));
    const times: number[] = [];
    const [began, cpuBefore] = [performance.now(), await cpu()];
    const pair = async (organizationId: string): Promise<void> => {
      const { levels, epoch } = known.get(organizationId) ?? { levels: [], epoch: 0n };
      const operationId = newId();
      const before = performance.now();
      const idempotency = {
        key: crypto.getRandomValues(new Uint8Array(32)),
        fingerprint: crypto.getRandomValues(new Uint8Array(32)),
      };
      const hold = {
        operationId,
        organizationId,
        levels,
        epoch,
        heldNanos: 1_000_000n,
        ttlMs: 60_000,
        idempotency,
        facts,
      };
      const reply = await ledger.reserve(hold);
      if (reply.status !== "held") throw new Error(`not held: ${reply.status}`);
      const ended = await ledger.settle({
        operationId,
        end: "settled",
        costNanos: 207_600n,
        source: "provider",
        result: { ...result, vendorRequestId: `req_${operationId}` },
      });
      if (ended !== "settled") throw new Error(`not settled: ${ended}`);
      times.push(performance.now() - before);
    };
    await Promise.all(
      Array.from({ length: callers }, async (_, index) => {
        const organizationId = organizationIds[index % organizationIds.length] ?? "";
        while (!until()) await pair(organizationId);
      }),
    );
    const seconds = (performance.now() - began) / 1_000;
    return {
      pairs: times.length,
      pairsPerSecond: times.length / seconds,
      databaseMicros: (((await cpu()) - cpuBefore) * 1e6) / Math.max(times.length, 1),
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      mostMs: times.reduce((most, one) => Math.max(most, one), 0),
    };
  };
  return {
    ledger,
    run,
    close: async () => {
      await ledger.close();
      await sql.end();
    },
  };
};
