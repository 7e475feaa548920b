import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdFacts, openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, type AttemptRecord, type Ledger, type LedgerWorkers, type QueueRoom } from "./index.ts";

let t: TestLedger;
let workers: LedgerWorkers;

beforeAll(async () => {
  t = await openTestLedger();
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

const facts = { ...holdFacts, operation: "email.send", effect: "act" } as const;
const content = Buffer.from("sealed content");

const ago = (ms: number): Date => new Date(Date.now() - ms);

interface Wanted {
  readonly dueAt?: Date;
  readonly expiresAt?: Date;
  readonly content?: Uint8Array;
}

const enqueue = async (organization: TestOrganization, wanted: Wanted = {}, ledger: Ledger = t.ledger) => {
  const call = t.call(organization, 100n, { facts });
  expect(await ledger.reserve(call)).toEqual({ status: "held" });
  const entry = {
    operationId: call.operationId,
    dueAt: wanted.dueAt ?? ago(1_000),
    expiresAt: wanted.expiresAt ?? new Date(Date.now() + 3_600_000),
    content: wanted.content ?? content,
    answer: Buffer.from("202"),
    key: undefined,
  };
  expect(await ledger.queue.enqueue(entry)).toBe(true);
  return entry.operationId;
};

const room = (more: Partial<QueueRoom> = {}): QueueRoom => ({
  limit: 100,
  bytes: 1_000_000,
  ttlMs: 60_000,
  skip: [],
  own: [],
  after: "",
  ...more,
});

/** Whatever other tests have left waiting is none of a test's business. */
const emptied = async (): Promise<void> => {
  await t.pool.query("update nexus.act_queue set waiting = false");
};

const take = async (more?: Partial<QueueRoom>, ledger: Ledger = t.ledger) =>
  (await ledger.queue.take(room(more))).taken.map(({ operationId }) => operationId);

const read = async (operationId: string) =>
  (
    await t.pool.query<{ state: string; progress: string; process_id: string; waiting: boolean; tries: number }>(
      `select o.state, nexus.progress_of(o.operation_id, o.state) as progress, o.process_id, q.waiting, q.tries
         from nexus.operation o left join nexus.act_queue q using (operation_id) where o.operation_id = $1`,
      [operationId],
    )
  ).rows[0];

const cancel = async ({ organizationId }: TestOrganization, operationId: string, appId: string | null = "srv_test") =>
  (
    await t.pool.query<{ reply: string }>("select nexus.nexus_cancel_queued($1, $2, $3) as reply", [
      operationId,
      organizationId,
      appId,
    ])
  ).rows[0]?.reply;

const attemptOf = (operationId: string, n = 1) => ({
  operationId,
  n,
  vendor: "courier",
  model: "",
  credentialTier: "byok" as const,
  credentialId: "cred_1",
  credentialVersion: 1,
  step: "send",
  priceNanos: 40n,
  request: Buffer.from("the exact request"),
  keyLifetimeMs: 60_000,
  previous: undefined,
});

const record = (n: number, evidence: AttemptRecord["evidence"]): AttemptRecord => ({
  n,
  vendor: "courier",
  model: "",
  credentialTier: "byok",
  credentialId: "cred_1",
  outcome: evidence === "unknown" ? "unknown" : "refused",
  evidence,
  phase: "sent",
});

describe("what waits", () => {
  test("is held for, belongs to no process, and is nothing that recovery ends", async () => {
    const organization = await t.organization([{ limit: 1_000n, hard: true }]);
    const operationId = await enqueue(organization, { dueAt: new Date(Date.now() + 3_600_000) });
    expect(await read(operationId)).toMatchObject({ state: "open", progress: "scheduled", process_id: "", tries: 0 });
    await t.pool.query(
      "update nexus.operation set created_at = created_at - interval '1 day' where operation_id = $1",
      [operationId],
    );
    await workers.run("recovery");
    expect(await read(operationId)).toMatchObject({ state: "open", progress: "scheduled" });
    expect((await t.budget(organization.levels[1])).reserved).toBe(100n);
    expect(await take()).not.toContain(operationId);
    expect(await t.disagreeing()).toEqual([]);
  });

  test("is taken once, by one of many that ask at once", async () => {
    await emptied();
    const organization = await t.organization();
    const ids = await Promise.all(Array.from({ length: 40 }, () => enqueue(organization)));
    const others = await Promise.all([t.open(), t.open()]);
    const rounds = await Promise.all(
      [t.ledger, ...others].flatMap((ledger) => [1, 2, 3, 4, 5].map(() => take({ limit: 7 }, ledger))),
    );
    const left = await take();
    expect([...rounds.flat(), ...left].sort()).toEqual([...ids].sort());
  });

  test("leaves in the order in which it is due, within the room that there is", async () => {
    await emptied();
    const organization = await t.organization();
    const ids: string[] = [];
    for (const ms of [3_000, 9_000, 1_000, 7_000, 5_000]) ids.push(await enqueue(organization, { dueAt: ago(ms) }));
    const [at3, at9, at1, at7, at5] = ids;
    expect(await take({ limit: 2 })).toEqual([at9, at7]);
    // The first of all is given even where it is larger than the room; the next ones are not.
    expect(await take({ bytes: 1 })).toEqual([at5]);
    expect(await take({ bytes: content.byteLength * 2 })).toEqual([at3, at1]);
  });

  test("takes turns between organizations, so that one with much does not stand before the others", async () => {
    await emptied();
    const [much, little, none] = [await t.organization(), await t.organization(), await t.organization()];
    const many = await Promise.all(Array.from({ length: 60 }, () => enqueue(much, { dueAt: ago(60_000) })));
    const few = [await enqueue(little), await enqueue(little)];
    await enqueue(none, { dueAt: new Date(Date.now() + 3_600_000) });
    const taken = await take({ limit: 4 });
    expect(taken).toHaveLength(4);
    expect(taken.filter((id) => few.includes(id))).toHaveLength(2);
    expect(many).toContain(taken.find((id) => !few.includes(id)));
    expect(await take({ limit: 4, skip: [much.organizationId] })).toEqual([]);
  });

  test("is not taken where nothing may be spent", async () => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    await t.pool.query("select nexus.stop_spending('restored')");
    expect(await take()).toEqual([]);
    await t.pool.query("select nexus.allow_spending()");
    expect(await take()).toEqual([operationId]);
  });
});

describe("what was taken", () => {
  test("may be begun by the process that took it, and by no other", async () => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    const other = await t.open();
    expect(await take({}, other)).toEqual([operationId]);
    expect(await t.ledger.acts.begin(attemptOf(operationId))).toBe(false);
    expect(await other.acts.begin(attemptOf(operationId))).toBe(true);
    expect(await read(operationId)).toMatchObject({ progress: "attempting" });
  });

  test("waits again once its attempts have proved that nothing was done, and counts on from them", async () => {
    await emptied();
    const organization = await t.organization([{ limit: 1_000n, hard: true }]);
    const operationId = await enqueue(organization);
    await take();
    await t.ledger.acts.begin(attemptOf(operationId));
    expect(await t.ledger.queue.putBack(operationId, ago(10), [record(1, "not_executed")])).toBe("waits");
    expect(await read(operationId)).toMatchObject({ progress: "scheduled", process_id: "", tries: 1 });
    const { taken } = await t.ledger.queue.take(room());
    expect(taken).toMatchObject([{ operationId, attempts: 1, tries: 1, heldNanos: 100n }]);
    const { rows } = await t.pool.query("select request from nexus.attempt where operation_id = $1", [operationId]);
    expect(rows).toEqual([{ request: null }]);
    await t.settle(operationId, 40n, { attempts: [record(2, "done")] });
    expect(await read(operationId)).toMatchObject({ state: "settled", waiting: false });
    expect((await t.budget(organization.levels[1])).reserved).toBe(0n);
    expect(await t.disagreeing()).toEqual([]);
  });

  test("does not wait again while nobody knows what an attempt did", async () => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    await take();
    await t.ledger.acts.begin(attemptOf(operationId));
    expect(await t.ledger.queue.putBack(operationId, ago(10), [])).toBe("ends");
    expect(await read(operationId)).toMatchObject({ progress: "attempting", waiting: false });
  });

  test("is not given back by a process that it no longer belongs to", async () => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    const other = await t.open();
    await take({}, other);
    expect(await t.ledger.queue.putBack(operationId, ago(10), [])).toBe("lost");
    expect(await read(operationId)).toMatchObject({ process_id: other.processId, waiting: false });
  });

  test.each([
    ["before its first attempt", 0, "scheduled"],
    ["after its attempt had begun", 1, "unknown"],
  ] as const)("by a process that died %s is neither lost nor sent twice", async (_, attempts, progress) => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    await take();
    for (let n = 1; n <= attempts; n += 1) await t.ledger.acts.begin(attemptOf(operationId, n));
    await t.pool.query(
      "update nexus.operation set process_id = 'gone', created_at = created_at - interval '1 minute' where operation_id = $1",
      [operationId],
    );
    await workers.run("recovery");
    expect(await read(operationId)).toMatchObject({ progress });
    expect(await take()).toEqual(attempts === 0 ? [operationId] : []);
  });

  test("and found not to have been done, by its look-up, waits again", async () => {
    await emptied();
    const operationId = await enqueue(await t.organization());
    await take();
    await t.ledger.acts.begin(attemptOf(operationId));
    await t.end(operationId, "uncertain");
    expect(await t.ledger.queue.putBack(operationId, ago(10), [record(1, "not_executed")])).toBe("lost");
    const claimed = await t.ledger.acts.claim(60_000, 100);
    expect(claimed.map((act) => act.operationId)).toContain(operationId);
    expect(await t.ledger.queue.putBack(operationId, ago(10), [record(1, "not_executed")])).toBe("waits");
    expect(await read(operationId)).toMatchObject({ state: "open", progress: "scheduled" });
    expect(await take()).toEqual([operationId]);
    expect(await t.ledger.acts.begin(attemptOf(operationId, 2))).toBe(true);
  });
});

describe("canceling", () => {
  test("releases what was set aside, and says so again when it is repeated", async () => {
    await emptied();
    const organization = await t.organization([{ limit: 1_000n, hard: true }]);
    const operationId = await enqueue(organization);
    expect(await cancel(organization, operationId, "srv_other")).toBe("unknown");
    expect(await cancel(await t.organization(), operationId)).toBe("unknown");
    expect(await cancel(organization, operationId)).toBe("canceled");
    expect(await cancel(organization, operationId)).toBe("canceled");
    expect(await take()).toEqual([]);
    expect(await read(operationId)).toMatchObject({ state: "released", progress: "failed" });
    expect((await t.budget(organization.levels[1])).reserved).toBe(0n);
  });

  test("against taking: exactly one of them has it", async () => {
    await emptied();
    const organization = await t.organization();
    const ids = await Promise.all(Array.from({ length: 60 }, () => enqueue(organization)));
    const others = await Promise.all([t.open(), t.open()]);
    const [taken, replies] = await Promise.all([
      Promise.all(
        [t.ledger, ...others].flatMap((ledger) => Array.from({ length: 8 }, () => take({ limit: 3 }, ledger))),
      ),
      Promise.all(ids.map(async (id) => [id, await cancel(organization, id)] as const)),
    ]);
    const left = await take();
    const canceled = replies.filter(([, reply]) => reply === "canceled").map(([id]) => id);
    expect(replies.filter(([, reply]) => reply !== "canceled" && reply !== "taken")).toEqual([]);
    expect([...taken.flat(), ...left, ...canceled].sort()).toEqual([...ids].sort());
    expect(await t.disagreeing()).toEqual([]);
  });
});

test("content is erased once the operation has ended, and not before", async () => {
  await emptied();
  const organization = await t.organization();
  const [ended, running] = [await enqueue(organization), await enqueue(organization)];
  await take();
  await t.settle(ended, 40n);
  const known = async (): Promise<string[]> =>
    (
      await t.pool.query<{ operation_id: string }>(
        "select operation_id from nexus.act_queue where operation_id = any ($1)",
        [[ended, running]],
      )
    ).rows.map(({ operation_id }) => operation_id);
  await workers.run("pruning");
  expect(await known()).toHaveLength(2);
  await t.pool.query("update nexus.act_queue set look_at = look_at - interval '2 hours'");
  await workers.run("pruning");
  expect(await known()).toEqual([running]);
});
