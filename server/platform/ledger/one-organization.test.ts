import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdFacts, openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { cutIntoShards, organizationColumns, type OneShard } from "../../../test/one-shard.ts";
import { readFirstAnswer, selectOperationOfKey } from "../../domain/idempotency/index.ts";
import { systemClock } from "../clock.ts";
import { openPool } from "../db/pool.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, type AttemptRecord, type IdempotencyClaim, type Ledger } from "./index.ts";

// Where organizations lie on several nodes, a call may need nothing that is not on its own organization's. Here a session sees
// the rows of one organization alone, beside another one that has the same of everything: what works like this works there.

let t: TestLedger;
let shards: OneShard;
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  t = await openTestLedger();
  const budgets = [
    { limit: 1_000_000n },
    { window: "rolling", period: "day", limit: 1_000_000n },
    { scope: "app", limit: 1_000_000n },
  ] as const;
  [ours, theirs] = [await t.organization(budgets), await t.organization(budgets)];
  await t.pool.query(
    "do $$ begin execute format('alter database %I set track_functions = ''all''', current_database()); end $$",
  );
  shards = await cutIntoShards(t.pool, t.url);
});
afterAll(async () => {
  await t.close();
  await shards.close();
});

/** Functions of the ledger that its client calls, as they stand in its sources. */
const calledFunctions = (): ReadonlySet<string> => {
  const files = globSync("*.ts", { cwd: import.meta.dirname }).filter((file) => !file.endsWith(".test.ts"));
  const texts = files.map((file) => readFileSync(join(import.meta.dirname, file), "utf8"));
  return new Set(texts.flatMap((text) => Array.from(text.matchAll(/nexus\.(nexus_\w+)\(/g), ([, name = ""]) => name)));
};

/** They name no organization: a process says that it lives, and one of all runs the workers. */
const ofNone = ["nexus_heartbeat", "nexus_lead", "nexus_resign", "nexus_task_done"];
/** They change tables, on every node for itself. */
const ofNodes = ["nexus_make_partitions", "nexus_drop_months"];

/** Everything of an organization, and of what hangs on its operations. */
const rowsOf = async ({ organizationId }: TestOrganization): Promise<unknown> => {
  const { rows: tables } = await t.pool.query<{ name: string; column: string }>(
    `select c.relname as name, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = any ($1)
      where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    [organizationColumns],
  );
  const found: Record<string, unknown> = {};
  for (const { name, column } of tables)
    found[name] = (
      await t.pool.query(`select to_jsonb(x) as row from nexus.${name} x where ${column} = $1 order by x::text`, [
        organizationId,
      ])
    ).rows;
  for (const name of ["attempt", "idempotency", "answer", "stream_checkpoint", "recovery_claim", "reconciliation"])
    found[name] = (
      await t.pool.query(
        `select to_jsonb(x) as row from nexus.${name} x join nexus.operation o using (operation_id) where o.org_id = $1 order by x::text`,
        [organizationId],
      )
    ).rows;
  found["budget_bucket"] = (
    await t.pool.query(
      "select to_jsonb(k) as row from nexus.budget_bucket k join nexus.budget b on b.id = k.budget_id where b.org_id = $1 order by k::text",
      [organizationId],
    )
  ).rows;
  return found;
};

const counted = async (): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await t.pool.query<{ name: string; calls: number }>(
    "select funcname as name, sum(calls)::int as calls from pg_stat_user_functions where schemaname = 'nexus' group by 1",
  );
  return new Map(rows.map(({ name, calls }) => [name, calls]));
};

const act = { ...holdFacts, operation: "email.send", effect: "act" } as const;
const claimOf = (key: string): IdempotencyClaim => ({ key: Buffer.alloc(32, key), fingerprint: Buffer.alloc(32, 7) });
const attempt = { vendor: "openai", model: "gpt-test", credentialTier: "byok", credentialId: "cred_1" } as const;
const refused: AttemptRecord = {
  n: 1,
  ...attempt,
  outcome: "refused",
  evidence: "rejected",
  phase: "sent",
  status: 429,
};
const begun = (operationId: string) => ({
  ...attempt,
  operationId,
  n: 1,
  credentialVersion: 1,
  step: "send",
  priceNanos: 40n,
  request: Buffer.from("the exact request"),
  keyLifetimeMs: 60_000,
  previous: undefined,
});
const room = { limit: 100, bytes: 1_000_000, ttlMs: 60_000, skip: [], own: [], after: "" };

interface Done {
  /** Of which another try and a repeat under the same key know. */
  readonly keyed: string;
  readonly key: IdempotencyClaim;
}

/** Everything that the ledger's client does for a call, once; it throws where something is not as it should be. */
const doEverything = async (ledger: Ledger, organization: TestOrganization): Promise<Done> => {
  const call = (more = {}) => t.call(organization, 100n, more);
  const key = claimOf(organization.organizationId.slice(4, 6));
  const holds = [call({ idempotency: key }), call(), call(), call()];
  expect(await Promise.all(holds.map((each) => ledger.reserve(each)))).toEqual(holds.map(() => ({ status: "held" })));
  const [keyed, estimated, doubted, left] = holds.map(({ operationId }) => operationId) as [
    string,
    string,
    string,
    string,
  ];
  const [beside, waits] = [call(), call()];
  await ledger.reserve(beside);
  // An end and a hold that wait at the same time.
  expect(
    await Promise.all([
      ledger.settle({ operationId: beside.operationId, end: "released", source: "none", result: {} }),
      ledger.reserve(waits),
    ]),
  ).toEqual(["released", { status: "held" }]);
  expect(await ledger.reserve(call({ idempotency: key }))).toEqual({ status: "replay", operationId: keyed });
  expect(await ledger.reserve(call({ idempotency: { ...key, fingerprint: Buffer.alloc(32, 9) } }))).toEqual({
    status: "mismatch",
  });
  expect(await ledger.reserve({ ...call(), heldNanos: 4_000_000n })).toMatchObject({ status: "refused" });
  await ledger.beginAttempt({ ...attempt, operationId: keyed, n: 2 });
  await ledger.checkpoint([{ operationId: left, costNanos: 40n, units: { output: 3 } }]);
  const settled = {
    end: "settled",
    costNanos: 150n,
    source: "provider",
    result: { units: { input: 1, output: 1 }, status: 200 },
  } as const;
  const attempts = [refused, { ...refused, n: 2, outcome: "answered" as const, status: 200 }];
  expect(await ledger.settle({ operationId: keyed, ...settled, attempts, answer: Buffer.from("sealed") })).toBe(
    "settled",
  );
  expect(await ledger.settle({ operationId: estimated, ...settled, source: "estimated" })).toBe("settled");
  expect(await ledger.settle({ operationId: estimated, ...settled, costNanos: 90n })).toBe("corrected");
  expect(await ledger.settle({ operationId: doubted, end: "uncertain", source: "none", result: {} })).toBe("uncertain");

  // What acts: begun, in doubt, looked after by whoever leases it.
  const acting = [call({ facts: act }), call({ facts: act })];
  for (const each of acting) expect(await ledger.reserve(each)).toEqual({ status: "held" });
  for (const { operationId } of acting) {
    expect(await ledger.acts.begin(begun(operationId))).toBe(true);
    expect(await ledger.settle({ operationId, end: "uncertain", source: "none", result: {} })).toBe("uncertain");
  }
  await t.pool.query(
    "update nexus.reconciliation set due_at = clock_timestamp() - interval '1 second' where operation_id = any ($1)",
    [acting.map(({ operationId }) => operationId)],
  );
  const claimed = await ledger.acts.claim(60_000, 100);
  expect(claimed.map(({ operationId }) => operationId).toSorted()).toEqual(
    acting.map(({ operationId }) => operationId).toSorted(),
  );
  const [first, second] = claimed.map(({ operationId }) => operationId) as [string, string];
  await ledger.acts.defer(first, { afterMs: 60_000, note: "nothing is known", review: true });
  await ledger.acts.release(second);
  expect(await ledger.acts.leftInReview("email", -1_000, 10)).toHaveLength(1);

  // What waits: let wait, taken, put back, read.
  const waiting = call({ facts: act });
  expect(await ledger.reserve(waiting)).toEqual({ status: "held" });
  const { operationId } = waiting;
  const entry = { operationId, dueAt: new Date(Date.now() - 1_000), expiresAt: new Date(Date.now() + 3_600_000) };
  expect(
    await ledger.queue.enqueue({ ...entry, content: Buffer.from("mail"), answer: Buffer.from("202"), key: undefined }),
  ).toBe(true);
  expect((await ledger.queue.take(room)).taken.map((taken) => taken.operationId)).toEqual([operationId]);
  expect(await ledger.queue.contentOf(operationId)).toMatchObject({ content: Buffer.from("mail") });
  expect(await ledger.queue.putBack(operationId, undefined, [])).toBe("waits");
  return { keyed, key };
};

test("every statement of a call needs and writes rows of its own organization alone", async () => {
  await doEverything(t.ledger, theirs);
  const before = await rowsOf(theirs);
  await t.pool.query("select pg_stat_reset()");

  const url = await shards.urlOf(ours.organizationId);
  const ledger = await t.open(url);
  const { keyed, key } = await doEverything(ledger, ours);
  const workers = await startLedgerWorkers({
    connectionString: url,
    ledger,
    clock: systemClock,
    log,
    manual: true,
    recovery: { settleReadsAfterMs: 0, silenceMs: 30_000 },
  });
  await t.pool.query(
    "update nexus.operation set deadline = clock_timestamp() - interval '1 second' where org_id = $1 and state = 'open' and deadline < 'infinity'",
    [ours.organizationId],
  );
  for (const task of ["recovery", "rollup", "rolling", "periods", "alerts", "forecasts", "pruning", "wallets"] as const)
    await workers.run(task);
  const pool = openPool({ connectionString: url, maxConnections: 1, applicationName: "shard", log });
  expect(await selectOperationOfKey(pool, key.key)).toBe(keyed);
  const asked = { organizationId: ours.organizationId, operationId: keyed, keyAfter: () => Buffer.alloc(32, 255) };
  expect(await readFirstAnswer(pool, asked)).toMatchObject({ operationId: keyed, sealed: Buffer.from("sealed") });
  await pool.end();
  await workers.close();
  await ledger.close();

  // Another's rows are as they were, to the last field; and the ledger's functions that were not called are no part of a call.
  expect(await rowsOf(theirs)).toEqual(before);
  const counts = await counted();
  const called = [...calledFunctions()].filter((name) => !ofNone.includes(name) && !ofNodes.includes(name));
  expect(called.filter((name) => !counts.has(name))).toEqual([]);
  expect(called.length).toBeGreaterThan(20);
  const { rows } = await t.pool.query("select count(*)::int as n from nexus.operation where org_id = $1", [
    ours.organizationId,
  ]);
  expect(rows).toEqual([{ n: 9 }]);
  expect(await t.disagreeing()).toEqual([]);
});

test("a call of another organization finds nothing on this one's node, and a batch of both is no single node's", async () => {
  const ledger = await t.open(await shards.urlOf(ours.organizationId));
  const [own, foreign] = [t.call(ours, 1n), t.call(theirs, 1n)];
  await expect(ledger.reserve(foreign)).rejects.toMatchObject({ code: "INTERNAL" });
  const both = await Promise.allSettled([ledger.reserve(own), ledger.reserve(t.call(theirs, 1n))]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});
