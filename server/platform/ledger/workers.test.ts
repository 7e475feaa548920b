import { afterAll, beforeAll, expect, test } from "vitest";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, type LedgerWorkers, type Orphan, type OrphanLookUp } from "./index.ts";

let t: TestLedger;
let workers: LedgerWorkers;
let lookUpAnswer: OrphanLookUp = { kind: "silent" };
const asked: Orphan[] = [];

beforeAll(async () => {
  t = await openTestLedger();
  workers = await startLedgerWorkers({
    connectionString: t.url,
    ledger: t.ledger,
    clock: systemClock,
    log,
    manual: true,
    recovery: {
      settleReadsAfterMs: 0,
      silenceMs: 30_000,
      lookUp: async (orphan) => {
        asked.push(orphan);
        return lookUpAnswer;
      },
    },
  });
});
afterAll(async () => {
  await workers.close();
  await t.close();
});

const operation = async (id: string) =>
  (
    await t.pool.query<{ state: string; cost: bigint | null; source: string; result: Record<string, unknown> }>(
      "select state, cost, source, result from nexus.operation where operation_id = $1",
      [id],
    )
  ).rows[0];

/** A hold whose process has been silent for a minute. */
const orphan = async (effect: "read" | "act" = "read"): Promise<{ id: string; root: bigint }> => {
  const dead = await t.open();
  const org = await t.organization([{ limit: 1_000n }]);
  const call = t.call(org, 100n, { facts: { ...holdFacts, effect } });
  await dead.reserve(call);
  if (effect === "act")
    await dead.acts.begin({
      operationId: call.operationId,
      n: 1,
      vendor: "courier",
      model: "order",
      step: "create",
      credentialTier: "byok",
      credentialId: "cred_test",
      credentialVersion: 1,
      priceNanos: 40n,
      request: Buffer.from("request"),
      keyLifetimeMs: undefined,
      previous: undefined,
    });
  await dead.close();
  await t.pool.query(
    "update nexus.process_heartbeat set renewed_at = renewed_at - interval '1 minute' where process_id = $1",
    [dead.processId],
  );
  return { id: call.operationId, root: org.levels[0] ?? 0n };
};

test("an operation of a living process is left alone until its deadline", async () => {
  lookUpAnswer = { kind: "absent" };
  const org = await t.organization();
  const running = await t.hold(org, 100n);
  const overdue = await t.hold(org, 100n, { ttlMs: 0 });
  await workers.run("recovery");
  expect((await operation(running))?.state).toBe("open");
  expect((await operation(overdue))?.state).toBe("released");
  await t.end(running, "released");
});

test("an orphan that the vendor knows is settled, one that it never saw is released", async () => {
  const [found, absent] = [await orphan(), await orphan()];
  lookUpAnswer = { kind: "done", costNanos: 42n, source: "provider", units: { input: 4 } };
  await t.pool.query("insert into nexus.recovery_claim values ($1, 'other', clock_timestamp() + interval '1 minute')", [
    absent.id,
  ]);
  await workers.run("recovery");
  expect(await operation(found.id)).toMatchObject({ state: "settled", cost: 42n, source: "provider" });
  expect((await operation(absent.id))?.state).toBe("open");
  lookUpAnswer = { kind: "absent" };
  await t.pool.query(
    "update nexus.recovery_claim set leased_until = clock_timestamp() - interval '1 second' where operation_id = $1",
    [absent.id],
  );
  await workers.run("recovery");
  expect((await operation(absent.id))?.state).toBe("released");
});

test("without a vendor look-up an orphan stays uncertain with its hold; a read is later settled at its whole bound", async () => {
  const [streamed, above, unseen, act] = [await orphan(), await orphan(), await orphan(), await orphan("act")];
  await t.ledger.checkpoint([
    { operationId: streamed.id, costNanos: 37n, units: { output: 12 } },
    { operationId: above.id, costNanos: 137n, units: { output: 42 } },
  ]);
  lookUpAnswer = { kind: "silent" };
  await workers.run("recovery");
  for (const { id, root } of [streamed, above, unseen, act]) {
    expect(await operation(id)).toMatchObject({
      state: "uncertain",
      cost: null,
      result: { doubt: "process_lost", errorCode: "OUTCOME_UNKNOWN" },
    });
    expect((await t.budget(root)).reserved).toBe(100n);
  }
  expect(asked.find(({ operationId }) => operationId === streamed.id)).toMatchObject({
    checkpoint: { costNanos: 37n, units: { output: 12 } },
    heldNanos: 100n,
    facts: { effect: "read" },
  });
  // What acts is asked about by itself, and not before its settle time is over.
  expect(asked.some(({ operationId }) => operationId === act.id)).toBe(false);
  await workers.run("recovery");
  expect(await operation(streamed.id)).toMatchObject({
    state: "settled",
    cost: 100n,
    source: "estimated",
    result: {
      units: { output: 12 },
      errorCode: "OUTCOME_UNKNOWN",
      doubt: "process_lost",
      resolution: { by: "policy" },
    },
  });
  expect(await operation(above.id)).toMatchObject({ state: "settled", cost: 137n, source: "estimated" });
  expect(await t.budget(above.root)).toMatchObject({ spent: 100n, overrun: 37n, reserved: 0n });
  expect(await operation(unseen.id)).toMatchObject({ state: "settled", cost: 100n, source: "estimated" });
  expect((await operation(act.id))?.state).toBe("uncertain");
  expect(await t.disagreeing()).toEqual([]);
});

test("settling by policy keeps what the process reported about its doubt", async () => {
  const org = await t.organization();
  const id = await t.hold(org, 100n);
  await t.ledger.settle({
    operationId: id,
    end: "uncertain",
    source: "none",
    result: { doubt: "timeout", errorCode: "PROVIDER_TIMEOUT", status: 504, vendorRequestId: "req_9" },
  });
  lookUpAnswer = { kind: "silent" };
  await workers.run("recovery");
  expect(await operation(id)).toMatchObject({
    state: "settled",
    cost: 100n,
    source: "estimated",
    result: {
      doubt: "timeout",
      errorCode: "PROVIDER_TIMEOUT",
      status: 504,
      vendorRequestId: "req_9",
      resolution: { by: "policy" },
    },
  });
});

test("an operation past its deadline whose process lives is uncertain because of a time-out", async () => {
  const overdue = await t.hold(await t.organization(), 100n, { ttlMs: 0 });
  lookUpAnswer = { kind: "silent" };
  await workers.run("recovery");
  expect(await operation(overdue)).toMatchObject({ state: "uncertain", result: { doubt: "timeout" } });
});

type Step = "lost" | "policy" | "answer" | "guess" | "nothing";

/** What a recovery and a process that was only paused do to one operation, in any order. */
const steps: Readonly<Record<Step, (id: string) => Promise<unknown>>> = {
  lost: () => workers.run("recovery"),
  policy: () => workers.run("recovery"),
  answer: (id) => t.settle(id, 40n),
  guess: (id) => t.settle(id, 55n, { source: "estimated", result: { units: { output: 3 }, status: 200 } }),
  nothing: (id) => t.end(id, "released"),
};

test.each<readonly [readonly Step[], object]>([
  [["lost", "answer"], { state: "settled", cost: 40n, source: "provider" }],
  [["lost", "answer", "policy"], { state: "settled", cost: 40n, source: "provider" }],
  [["lost", "policy", "answer"], { state: "settled", cost: 40n, source: "provider" }],
  [["lost", "policy", "answer", "answer"], { state: "settled", cost: 40n, source: "provider" }],
  [["answer", "lost", "policy"], { state: "settled", cost: 40n, source: "provider" }],
  [["lost", "guess", "policy"], { state: "settled", cost: 55n, source: "estimated" }],
  [["lost", "policy", "guess"], { state: "settled", cost: 55n, source: "estimated" }],
  [["lost", "nothing", "policy"], { state: "released", cost: 0n, source: "none" }],
  [["lost", "policy", "nothing"], { state: "released", cost: 0n, source: "none" }],
])("the process that made a call has the last word, awake before or after recovery: %j", async (order, expected) => {
  lookUpAnswer = { kind: "silent" };
  const { id, root } = await orphan();
  for (const step of order) await steps[step](id);
  const row = await operation(id);
  expect(row).toMatchObject(expected);
  expect(row?.result["doubt"]).toBe(order[0] === "lost" ? "process_lost" : undefined);
  // Its own account, not what was said in its place.
  expect(row?.result["errorCode"]).toBeUndefined();
  expect(row?.result["resolution"]).toBeUndefined();
  expect(await t.budget(root)).toMatchObject({ spent: row?.cost, overrun: 0n, reserved: 0n });
  expect(await t.disagreeing()).toEqual([]);
});

test("two workers at once end an orphan only once", async () => {
  const orphans = await Promise.all(Array.from({ length: 5 }, () => orphan()));
  lookUpAnswer = { kind: "done", costNanos: 9n, source: "provider" };
  const before = t.ledger.counts.settled;
  await Promise.all([workers.run("recovery"), workers.run("recovery"), workers.run("recovery")]);
  expect(t.ledger.counts.settled - before).toBe(5);
  for (const { id } of orphans) expect((await operation(id))?.state).toBe("settled");
});

test("one of several processes leads, and another takes over", async () => {
  const start = () => startLedgerWorkers({ connectionString: t.url, ledger: t.ledger, clock: systemClock, log });
  const first = await start();
  await expect.poll(() => first.leading(), { timeout: 10_000 }).toBe(true);
  const second = await start();
  expect(second.leading()).toBe(false);
  await first.close();
  await expect.poll(() => second.leading(), { timeout: 6_000 }).toBe(true);
  await second.close();
});

test("expired keys and answers are deleted, except of operations that have not ended", async () => {
  const org = await t.organization();
  const keyed = async () => {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const id = await t.hold(org, 10n, { idempotency: { key, fingerprint: new Uint8Array(32) } });
    await t.pool.query("update nexus.idempotency set expires_at = clock_timestamp() where operation_id = $1", [id]);
    return id;
  };
  const [settled, uncertain] = [await keyed(), await keyed()];
  await t.settle(settled, 1n, { answer: new Uint8Array([1, 2, 3]) });
  await t.end(uncertain, "uncertain");
  const kept = await t.pool.query("select body from nexus.answer where operation_id = $1", [settled]);
  expect(kept.rows).toEqual([{ body: Buffer.from([1, 2, 3]) }]);
  await t.pool.query("update nexus.answer set expires_at = clock_timestamp()");
  await workers.run("pruning");
  await workers.run("pruning");
  const { rows } = await t.pool.query("select operation_id from nexus.idempotency where operation_id = any ($1)", [
    [settled, uncertain],
  ]);
  expect(rows).toEqual([{ operation_id: uncertain }]);
  expect((await t.pool.query("select from nexus.answer")).rowCount).toBe(0);
});

test("partitions of coming months are made once, and the gateway's role cannot write them", async () => {
  await t.pool.query("select nexus.nexus_make_partitions(5)");
  expect((await t.pool.query("select nexus.nexus_make_partitions(5) as made")).rows).toEqual([{ made: 0 }]);
  const { rows } = await t.pool.query(
    "select bool_or(has_table_privilege('nexus_app', inhrelid, 'insert, update, delete, truncate')) as writable, count(*)::int as n from pg_inherits where inhparent in ('nexus.operation'::regclass, 'nexus.entry'::regclass)",
  );
  expect(rows).toEqual([{ writable: false, n: 14 }]);
  const where = await t.pool.query(
    "select tableoid::regclass::text as partition from nexus.operation where operation_id = $1",
    [await t.hold(await t.organization(), 1n)],
  );
  expect(where.rows[0].partition).toMatch(/operation_\d{6}$/);
});

test("a rollup interrupted anywhere skips and repeats no entry", async () => {
  const org = await t.organization();
  const sums = async (organizationId = org.organizationId) =>
    (
      await t.pool.query(
        "select coalesce(sum(calls), 0)::int as calls, coalesce(sum(cost), 0)::int as cost, coalesce(sum(failed), 0)::int as failed, coalesce(sum(overrun), 0)::int as overrun from nexus.usage_hour where org_id = $1",
        [organizationId],
      )
    ).rows[0];
  const queued = async (organizationId: string) =>
    (await t.pool.query("select count(*)::int as n from nexus.nexus_pending_usage($1)", [organizationId])).rows[0].n;
  for (let call = 0; call < 40; call += 1) {
    const id = await t.hold(org, 10n);
    if (call % 8 === 0) await t.end(id, "released");
    else await t.settle(id, call % 5 === 0 ? 15n : 4n);
  }
  const expected = (
    await t.pool.query(
      `select count(*) filter (where kind in ('cost', 'release'))::int as calls, sum(amount)::int as cost, count(*) filter (where kind = 'release')::int as failed,
            sum(amount) filter (where kind = 'overrun')::int as overrun from nexus.entry where org_id = $1`,
      [org.organizationId],
    )
  ).rows[0];
  // An older transaction that is still open: its entries come before all later ones, and are seen after them.
  const slow = await t.pool.connect();
  const other = await t.organization();
  const late = await t.hold(other, 10n);
  await slow.query("begin");
  await slow.query(
    "select nexus.nexus_settle(array[$1::uuid], array['settled'], array[3::bigint], array['provider'], array[null], array[null], '{}', '', null, null)",
    [late],
  );
  await t.pool.query("select nexus.nexus_roll_up_usage(7)");
  // A rollup that fails after its sums were written leaves neither sums nor a shorter queue.
  const client = await t.pool.connect();
  await client.query("begin");
  await client.query("select nexus.nexus_roll_up_usage(11)");
  await client.query("rollback");
  client.release();
  const rollUp = async () => {
    while (Number((await t.pool.query("select nexus.nexus_roll_up_usage(9) as n")).rows[0].n) > 0);
    return sums();
  };
  expect(await rollUp()).toEqual(expected);
  await slow.query("commit");
  slow.release();
  expect(await queued(other.organizationId)).toBe(1);
  await rollUp();
  expect([await queued(other.organizationId), await sums(other.organizationId)]).toEqual([
    0,
    { calls: 1, cost: 3, failed: 0, overrun: 0 },
  ]);
  expect(await sums()).toEqual(expected);
  expect(await workers.run("rollup")).toBe(0);
});
