import { createHash, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

const fingerprint = createHash("sha256").update("what was asked").digest();

/** A call that moves on from one hold to the next, and its first key. */
const chain = async (org: TestOrganization, holds: number) => {
  const key = randomBytes(32);
  const ids: string[] = [];
  for (let made = 0; made < holds; made += 1) {
    const after = ids.at(-1);
    ids.push(await t.hold(org, 10n, { idempotency: { key: made === 0 ? key : randomBytes(32), fingerprint, after } }));
    // A call moves on from a doubt, or from what was settled at what was told.
    if (made < holds - 1) await t.end(ids.at(-1) ?? "", "uncertain");
  }
  return { key, ids };
};

type End = "settled" | "released" | "uncertain" | "open";

const finish = async (operationId: string, end: End): Promise<void> => {
  if (end === "settled") await t.settle(operationId, 7n);
  else if (end !== "open") await t.end(operationId, end);
};

const repeat = (org: TestOrganization, key: Uint8Array, more: { readonly asked?: Uint8Array } = {}) =>
  t.ledger.reserve(t.call(org, 10n, { idempotency: { key, fingerprint: more.asked ?? fingerprint } }));

test("a key is free again only when all holds of its call are released, in any order", async () => {
  const org = await t.organization();
  const ends = fc.constantFrom<End>("settled", "released", "released", "released", "uncertain");
  await fc.assert(
    fc.asyncProperty(
      fc.array(ends, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<End>("released", "open"),
      fc.infiniteStream(fc.nat()),
      async (before, last, order) => {
        const { key, ids } = await chain(org, before.length + 1);
        const finished = [...before, last];
        const left = ids.map((id, at) => [id, finished[at] ?? "open"] as const);
        while (left.length > 0) {
          const [next] = left.splice((order.next().value ?? 0) % left.length, 1);
          // Until the last one has ended without effect, nothing runs again.
          expect(await repeat(org, key)).toEqual({ status: "replay", operationId: ids[0] });
          if (next) await finish(...next);
        }
        const expected = finished.every((end) => end === "released")
          ? { status: "held" }
          : { status: "replay", operationId: ids[0] };
        expect(await repeat(org, key)).toEqual(expected);
      },
    ),
    { numRuns: 15 },
  );
  expect(await t.disagreeing()).toEqual([]);
});

test("a key kept by a later hold still belongs to the first request", async () => {
  const org = await t.organization();
  const { key, ids } = await chain(org, 2);
  const [first = "", second = ""] = ids;
  await t.settle(second, 7n);
  await t.end(first, "released");
  expect(await repeat(org, key, { asked: randomBytes(32) })).toEqual({ status: "mismatch" });
});

test("a freed key belongs to the new call, whatever happens to the holds of the old one", async () => {
  const org = await t.organization();
  const { key, ids } = await chain(org, 2);
  for (const id of ids.toReversed()) await t.end(id, "released");
  const again = t.call(org, 10n, { idempotency: { key, fingerprint } });
  expect(await t.ledger.reserve(again)).toEqual({ status: "held" });
  // The vendor bills the old follower after all.
  expect(await t.settle(ids[1] ?? "", 7n)).toBe("late");
  await t.end(again.operationId, "released");
  expect(await repeat(org, key)).toEqual({ status: "held" });
});

test("calls in one batch, with and without keys, are decided independently", async () => {
  const org = await t.organization();
  const used = await chain(org, 2);
  const free = await chain(org, 2);
  await t.settle(used.ids[1] ?? "", 7n);
  await t.end(used.ids[0] ?? "", "released");
  for (const id of free.ids) await t.end(id, "released");
  const replies = await Promise.all([
    repeat(org, used.key),
    repeat(org, free.key),
    t.ledger.reserve(t.call(org, 10n)),
    t.ledger.reserve(t.call(org, 10n, { idempotency: { key: randomBytes(32), fingerprint, after: used.ids[1] } })),
  ]);
  expect(replies).toEqual([
    { status: "replay", operationId: used.ids[0] },
    { status: "held" },
    { status: "held" },
    { status: "held" },
  ]);
});

test("the first key of a call does not expire while a later hold is uncertain", async () => {
  const org = await t.organization();
  const { key, ids } = await chain(org, 3);
  const [first = "", second = "", third = ""] = ids;
  await t.end(third, "uncertain");
  await t.end(second, "released");
  await t.end(first, "released");
  const prune = async () => {
    await t.pool.query(
      "update nexus.idempotency set expires_at = clock_timestamp() - interval '1 day' where operation_id = any ($1)",
      [ids],
    );
    for (let round = 0; round < 4; round += 1) await t.pool.query("select nexus.nexus_prune(1000)");
    const { rows } = await t.pool.query<{ n: number }>(
      "select count(*)::int as n from nexus.idempotency where operation_id = any ($1)",
      [ids],
    );
    return rows[0]?.n;
  };
  expect(await prune()).toBe(3);
  expect(await repeat(org, key)).toEqual({ status: "replay", operationId: first });
  await t.settle(third, 7n);
  expect(await prune()).toBe(0);
});
