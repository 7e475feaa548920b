import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdFacts, openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { silentLogger as log } from "../logger.ts";
import {
  startLedgerWorkers,
  type ActAttempt,
  type AttemptRecord,
  type IdempotencyClaim,
  type Ledger,
  type LedgerWorkers,
} from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

let t: TestLedger;
let workers: LedgerWorkers;
let organization: TestOrganization;

beforeAll(async () => {
  t = await openTestLedger();
  organization = await t.organization();
  workers = await startLedgerWorkers({
    connectionString: t.url,
    ledger: t.ledger,
    clock: systemClock,
    log,
    manual: true,
    recovery: { settleReadsAfterMs: 0, silenceMs: 30_000 },
  });
});
afterAll(async () => {
  await workers.close();
  await t.close();
});

const facts = { ...holdFacts, operation: "payments.act", effect: "act" } as const;
const hold = (idempotency?: IdempotencyClaim): Promise<string> => t.hold(organization, 100n, { facts, idempotency });
const claimOf = (key: number): IdempotencyClaim => ({ key: Buffer.alloc(32, key), fingerprint: Buffer.alloc(32, 7) });
const request = Buffer.from("the exact request");

const attemptOf = (operationId: string, n = 1, more: Partial<ActAttempt> = {}): ActAttempt => ({
  operationId,
  n,
  vendor: n === 1 ? "courier" : "carrier",
  model: "order",
  credentialTier: "byok",
  credentialId: `cred_${n}`,
  credentialVersion: 3,
  step: "create",
  priceNanos: 40n,
  request,
  keyLifetimeMs: 60_000,
  previous: undefined,
  ...more,
});

const record = (n: number, evidence: AttemptRecord["evidence"]): AttemptRecord => ({
  n,
  vendor: "courier",
  model: "order",
  credentialTier: "byok",
  credentialId: "cred_1",
  outcome: evidence === "done" ? "answered" : evidence === "unknown" ? "unknown" : "refused",
  evidence,
  phase: "sent",
  status: 429,
});

const attempts = async (operationId: string) =>
  (
    await t.pool.query<{ n: number; evidence: string | null; phase: string | null; request: Buffer | null }>(
      "select n, evidence, phase, request from nexus.attempt where operation_id = $1 order by n",
      [operationId],
    )
  ).rows;

const read = async (operationId: string) =>
  (
    await t.pool.query<{ state: string; progress: string; cost: bigint | null }>(
      "select state, cost, nexus.progress_of(operation_id, state) as progress from nexus.operation where operation_id = $1",
      [operationId],
    )
  ).rows[0];

/** The process that holds it has been silent for a minute; recovery does its round. */
const recoverAfterSilence = async (operationId: string): Promise<void> => {
  await t.pool.query(
    `update nexus.operation set process_id = 'gone', created_at = created_at - interval '1 minute' where operation_id = $1`,
    [operationId],
  );
  await workers.run("recovery");
};

const unknown = async (more?: Partial<ActAttempt>, idempotency?: IdempotencyClaim): Promise<string> => {
  const operationId = await hold(idempotency);
  await t.ledger.acts.begin(attemptOf(operationId, 1, more));
  await t.end(operationId, "uncertain");
  return operationId;
};

const claimed = async (operationId: string, ledger: Ledger = t.ledger) =>
  (await ledger.acts.claim(60_000, 100)).find((act) => act.operationId === operationId);

/** Where the system's clock is set back for a moment, what is due now is due then. */
const claimedOnceDue = (operationId: string, ledger: Ledger = t.ledger) =>
  eventually(async () => {
    const act = await claimed(operationId, ledger);
    if (act === undefined) throw new Error(`${operationId} is not due`);
    return act;
  });

test("an operation is reserved, then attempting, then what its end says", async () => {
  const operationId = await hold();
  expect(await read(operationId)).toMatchObject({ state: "open", progress: "reserved" });
  expect(await t.ledger.acts.begin(attemptOf(operationId))).toBe(true);
  expect(await read(operationId)).toMatchObject({ state: "open", progress: "attempting" });
  expect(await attempts(operationId)).toEqual([{ n: 1, evidence: null, phase: null, request }]);
  await t.settle(operationId, 40n, { attempts: [record(1, "done")] });
  expect(await read(operationId)).toMatchObject({ state: "settled", progress: "succeeded", cost: 40n });
  expect(await attempts(operationId)).toMatchObject([{ evidence: "done", phase: "sent" }]);
});

test("the next attempt makes durable what the one before it proved", async () => {
  const operationId = await hold();
  await t.ledger.acts.begin(attemptOf(operationId));
  await t.ledger.acts.begin(attemptOf(operationId, 2, { previous: record(1, "not_executed") }));
  expect(await attempts(operationId)).toMatchObject([
    { n: 1, evidence: "not_executed" },
    { n: 2, evidence: null },
  ]);
  await t.end(operationId, "uncertain");
  expect(await claimedOnceDue(operationId)).toMatchObject({
    vendor: "carrier",
    attempt: { n: 2, credentialId: "cred_2" },
  });
});

test("a process that died before its first attempt was durable gives everything back", async () => {
  const operationId = await hold();
  await recoverAfterSilence(operationId);
  expect(await read(operationId)).toMatchObject({ state: "released", progress: "failed" });
});

test("a process that died after it leaves an unknown outcome, which no time ends", async () => {
  const operationId = await hold();
  await t.ledger.acts.begin(attemptOf(operationId));
  await recoverAfterSilence(operationId);
  expect(await read(operationId)).toMatchObject({ state: "uncertain", progress: "unknown" });
  await t.pool.query("update nexus.operation set ended_at = ended_at - interval '1 year' where operation_id = $1", [
    operationId,
  ]);
  await workers.run("recovery");
  expect(await read(operationId)).toMatchObject({ state: "uncertain" });
});

test("nothing is sent for an operation that somebody else has given up or claimed", async () => {
  for (const end of ["released", "uncertain"] as const) {
    const operationId = await hold();
    await t.end(operationId, end);
    expect(await t.ledger.acts.begin(attemptOf(operationId))).toBe(false);
  }
  const operationId = await hold();
  await t.pool.query(
    "insert into nexus.recovery_claim values ($1, 'worker', clock_timestamp() + interval '1 minute')",
    [operationId],
  );
  expect(await t.ledger.acts.begin(attemptOf(operationId))).toBe(false);
});

test("an attempt and its recovery at the same moment: it is begun and unknown, or neither", async () => {
  for (let round = 0; round < 12; round += 1) {
    const operationId = await hold();
    await t.pool.query(
      `update nexus.operation set process_id = 'gone', created_at = created_at - interval '1 minute' where operation_id = $1`,
      [operationId],
    );
    const [begun] = await Promise.all([t.ledger.acts.begin(attemptOf(operationId)), workers.run("recovery")]);
    await workers.run("recovery");
    expect(await read(operationId)).toMatchObject({ state: begun ? "uncertain" : "released" });
  }
});

test("an unknown outcome is leased to one worker, with the request, until it is deferred", async () => {
  const operationId = await unknown();
  const other = await t.open();
  const both = await Promise.all([claimed(operationId), claimed(operationId, other)]);
  const holder = both[0] === undefined ? other : t.ledger;
  const [act] = both.filter((found) => found !== undefined);
  expect(both.filter((found) => found !== undefined)).toHaveLength(1);
  expect(act).toMatchObject({
    operation: "payments.act",
    vendor: "courier",
    tries: 0,
    attempt: { n: 1, credentialVersion: 3, step: "create", priceNanos: 40n, keyAlive: true },
  });
  expect(act?.attempt?.request).toEqual(request);
  expect(await read(operationId)).toMatchObject({ progress: "reconciling" });
  await holder.acts.defer(operationId, { afterMs: 0, note: "later" });
  expect(await claimedOnceDue(operationId)).toMatchObject({ tries: 1 });
  await t.ledger.acts.defer(operationId, { afterMs: 60_000, note: "much later" });
  expect(await claimed(operationId)).toBeUndefined();
  expect(await read(operationId)).toMatchObject({ progress: "unknown" });
});

test("whoever has lost the lease to another says neither that nothing was done, nor that nobody asks any more", async () => {
  const operationId = await unknown();
  const other = await t.open();
  expect(await claimedOnceDue(operationId)).toBeDefined();
  await t.pool.query("update nexus.recovery_claim set leased_until = clock_timestamp() where operation_id = $1", [
    operationId,
  ]);
  const none = (worker: string) =>
    ({ operationId, end: "released", source: "none", result: { resolution: { by: "lookup", worker } } }) as const;
  expect(await t.ledger.settle(none(t.ledger.processId)), "although nobody else has it yet").toBe("conflict");
  expect(await claimedOnceDue(operationId, other)).toBeDefined();
  expect(await t.ledger.settle(none(t.ledger.processId))).toBe("conflict");
  await t.ledger.acts.release(operationId);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "nothing left to ask", review: true });
  expect(await read(operationId)).toMatchObject({ state: "uncertain", progress: "reconciling" });
  await other.acts.defer(operationId, { afterMs: 0, note: "later" });
  await t.pool.query("update nexus.attempt set started_at = started_at - interval '1 hour' where operation_id = $1", [
    operationId,
  ]);
  await t.ledger.acts.defer(operationId, { afterMs: 60_000, note: "sent all the same", sent: true });
  expect(await claimedOnceDue(operationId, other)).toMatchObject({ tries: 1 });
  await other.acts.defer(operationId, { afterMs: 0, note: "later" });
  expect((await claimedOnceDue(operationId, other)).quietMs).toBeLessThan(60_000);
  expect(await other.settle(none(other.processId))).toBe("released");
});

test("a key is alive until its deadline, and where there is none it never is", async () => {
  expect(await claimedOnceDue(await unknown({ keyLifetimeMs: 0 }))).toMatchObject({ attempt: { keyAlive: false } });
  expect(await claimedOnceDue(await unknown({ keyLifetimeMs: undefined }))).toMatchObject({
    attempt: { keyAlive: false },
  });
});

const report = async (operationId: string, event: string, outcome = "done"): Promise<boolean | undefined> =>
  (
    await t.pool.query<{ fresh: boolean }>(
      "select nexus.nexus_report_outcome($1, 'courier', $2, $3, 'eff_1', 'app') as fresh",
      [operationId, event, outcome],
    )
  ).rows[0]?.fresh;

test("a repeat that may still be on its way starts the quiet time anew", async () => {
  const operationId = await unknown();
  await t.pool.query("update nexus.attempt set started_at = started_at - interval '1 hour' where operation_id = $1", [
    operationId,
  ]);
  expect((await claimedOnceDue(operationId)).quietMs).toBeGreaterThan(3_500_000);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "no answer", sent: true });
  expect((await claimedOnceDue(operationId)).quietMs).toBeLessThan(60_000);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "a whole answer" });
  expect((await claimedOnceDue(operationId)).quietMs).toBeLessThan(60_000);
});

test("a process that died while it asked may have sent a repeat: the quiet time starts anew", async () => {
  const operationId = await unknown();
  await t.pool.query("update nexus.attempt set started_at = started_at - interval '1 hour' where operation_id = $1", [
    operationId,
  ]);
  const die = (): Promise<unknown> =>
    t.pool.query("delete from nexus.recovery_claim where operation_id = $1", [operationId]);
  expect((await claimedOnceDue(operationId)).quietMs).toBeGreaterThan(3_500_000);
  await die();
  expect((await claimedOnceDue(operationId)).quietMs).toBeLessThan(60_000);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "not sent again" });
  expect((await claimedOnceDue(operationId)).quietMs).toBeLessThan(60_000);
});

test("a claim that sends nothing leaves the quiet time as it was", async () => {
  for (const more of [{}, { keyLifetimeMs: undefined }]) {
    const operationId = await unknown(more);
    await t.pool.query("update nexus.attempt set started_at = started_at - interval '1 hour' where operation_id = $1", [
      operationId,
    ]);
    await claimedOnceDue(operationId);
    await t.ledger.acts.defer(operationId, { afterMs: 0, note: "not sent again" });
    expect((await claimedOnceDue(operationId)).quietMs).toBeGreaterThan(3_500_000);
  }
});

test("a report that nothing was done says nothing of a repeat that was sent after it", async () => {
  const operationId = await unknown();
  await report(operationId, `before ${operationId}`, "not_done");
  expect((await claimedOnceDue(operationId)).reports).toMatchObject([{ outcome: "not_done" }]);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "no answer", sent: true });
  expect((await claimedOnceDue(operationId)).reports).toEqual([]);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "a whole answer" });
  await report(operationId, `after ${operationId}`, "not_done");
  expect((await claimedOnceDue(operationId)).reports).toMatchObject([{ outcome: "not_done" }]);
});

test("what needs review waits for a report, which counts once", async () => {
  const operationId = await unknown();
  await claimedOnceDue(operationId);
  await t.ledger.acts.defer(operationId, { afterMs: 0, note: "nothing left to ask", review: true });
  expect(await read(operationId)).toMatchObject({ progress: "needs_review" });
  expect(await claimed(operationId)).toBeUndefined();
  expect(await report(operationId, `evt-${operationId}`)).toBe(true);
  expect(await report(operationId, `evt-${operationId}`)).toBe(false);
  expect(await claimedOnceDue(operationId)).toMatchObject({ reports: [{ outcome: "done", objectId: "eff_1" }] });
});

test("a process that was given up may still say that it was done, and not that it was not", async () => {
  const operationId = await unknown();
  const bare = { operationId, source: "none", result: {} } as const;
  expect(await t.ledger.settle({ ...bare, end: "released" })).toBe("conflict");
  expect(await read(operationId)).toMatchObject({ state: "uncertain" });
  const proved = { ...bare, result: { resolution: { by: "lookup" } } } as const;
  expect(await t.ledger.settle({ ...proved, end: "released" })).toBe("released");
  const second = await unknown();
  expect(await t.settle(second, 40n)).toBe("settled");
});

const correct = async (operationId: string): Promise<string | undefined> =>
  (
    await t.pool.query<{ reply: string }>(
      "select o_reply as reply from nexus.nexus_correct($1, 'released', null, 'operator', 'ann', 'seen', null, false)",
      [operationId],
    )
  ).rows[0]?.reply;

test("an operator does not end what is being looked up at this moment", async () => {
  const operationId = await unknown();
  await claimedOnceDue(operationId);
  expect(await correct(operationId)).toBe("open");
  await t.ledger.acts.defer(operationId, { afterMs: 60_000, note: "later" });
  expect(await correct(operationId)).toBe("released");
});

test("an operator and a look-up at the same moment: one of them has it", async () => {
  for (let round = 0; round < 20; round += 1) {
    const operationId = await unknown();
    const [act, reply] = await Promise.all([claimed(operationId), correct(operationId)]);
    expect(reply).toBe(act === undefined ? "released" : "open");
    if (act !== undefined) await t.ledger.acts.defer(operationId, { afterMs: 3_600_000, note: "later" });
  }
});

const keyState = async (operationId: string) =>
  (
    await t.pool.query<{ days: number }>(
      "select round(extract(epoch from expires_at - clock_timestamp()) / 86400)::int as days from nexus.idempotency where operation_id = $1",
      [operationId],
    )
  ).rows[0];
const expire = (operationId: string): Promise<unknown> =>
  t.pool.query(
    "update nexus.idempotency set expires_at = clock_timestamp() - interval '1 hour' where operation_id = $1",
    [operationId],
  );

test("a key is kept 90 days from the end, and as long as the outcome is unknown", async () => {
  const operationId = await unknown({}, claimOf(1));
  await t.pool.query("update nexus.operation set ended_at = ended_at - interval '400 days' where operation_id = $1", [
    operationId,
  ]);
  for (let round = 0; round < 3; round += 1) {
    await expire(operationId);
    await workers.run("pruning");
    expect(await keyState(operationId)).toEqual({ days: 1 });
  }
  await t.settle(operationId, 40n);
  await expire(operationId);
  await workers.run("pruning");
  expect(await keyState(operationId)).toEqual({ days: 90 });
  expect((await attempts(operationId))[0]?.request).toBeNull();
  await t.pool.query("update nexus.operation set ended_at = ended_at - interval '90 days' where operation_id = $1", [
    operationId,
  ]);
  await expire(operationId);
  await workers.run("pruning");
  expect(await keyState(operationId)).toBeUndefined();
});

test("the key of a definite no stays used, where that of a read is free again", async () => {
  for (const [key, effect, again] of [
    [2, "act", "replay"],
    [3, "read", "held"],
  ] as const) {
    const operationId = await t.hold(organization, 100n, { facts: { ...facts, effect }, idempotency: claimOf(key) });
    await t.end(operationId, "released");
    const repeat = t.call(organization, 100n, { facts: { ...facts, effect }, idempotency: claimOf(key) });
    expect((await t.ledger.reserve(repeat)).status).toBe(again);
  }
});

test("whatever happens in whatever order, an operation ends once and the books agree", async () => {
  const step = fc.constantFrom("begin", "recover", "claim", "defer", "review", "report", "done", "none", "proved none");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const operationId = await hold();
      let n = 0;
      let ended: string | undefined;
      for (const [at, name] of steps.entries()) {
        if (name === "begin") n += (await t.ledger.acts.begin(attemptOf(operationId, n + 1))) ? 1 : 0;
        if (name === "recover") await recoverAfterSilence(operationId);
        if (name === "claim") await claimed(operationId);
        if (name === "defer") await t.ledger.acts.defer(operationId, { afterMs: 0, note: "later" });
        if (name === "review") await t.ledger.acts.defer(operationId, { afterMs: 0, note: "review", review: true });
        if (name === "report") await report(operationId, `${operationId} ${at}`);
        if (name === "done") await t.settle(operationId, 40n);
        if (name === "none") await t.end(operationId, "released");
        if (name === "proved none")
          await t.ledger.settle({
            operationId,
            end: "released",
            source: "none",
            result: { resolution: { by: "lookup" } },
          });
        const { state = "" } = (await read(operationId)) ?? {};
        if (ended !== undefined && ended !== state) expect([ended, state]).toEqual(["released", "late"]);
        if (state !== "open" && state !== "uncertain") ended = state;
      }
      expect(await t.disagreeing()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
