import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { newId } from "../ids.ts";
import type { Ledger } from "./index.ts";

let t: TestLedger;
let ledgers: Ledger[];
beforeAll(async () => {
  t = await openTestLedger();
  ledgers = [t.ledger, await t.open(), await t.open(), await t.open()];
});
afterAll(() => t.close());

const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
const runs = Number(process.env["LEDGER_RACE_RUNS"] ?? 5);

test.each([1, 2, 4])("200 calls over budgets that fit k admit exactly k, from %i processes", async (processes) => {
  for (let run = 0; run < runs; run += 1) {
    const fits = 1 + ((run * 37 + processes * 13) % 150);
    const tightest = run % 3;
    const limits = [0, 1, 2].map((scope) => BigInt(scope === tightest ? fits * 10 + 9 : 5_000));
    const org = await t.organization([
      { limit: at(limits, 0) },
      { scope: "app", limit: at(limits, 1) },
      { scope: "user", limit: at(limits, 2) },
    ]);
    const calls = Array.from({ length: 200 }, () => t.call(org, 10n));
    const replies = await Promise.all(calls.map((call, index) => at(ledgers.slice(0, processes), index).reserve(call)));
    expect(replies.filter(({ status }) => status === "held")).toHaveLength(fits);
    expect(replies.filter(({ status }) => status === "refused")).toHaveLength(200 - fits);
    for (const level of org.levels) expect((await t.budget(level)).reserved).toBe(BigInt(fits) * 10n);
  }
  expect(await t.disagreeing()).toEqual([]);
});

test("admission, settlement and release interleaved from four processes stay within the limit", async () => {
  const org = await t.organization([{ limit: 200n }, { scope: "app", limit: 150n }, { scope: "key", limit: 170n }]);
  let held = 0;
  await Promise.all(
    Array.from({ length: 40 }, async (_, caller) => {
      const ledger = at(ledgers, caller);
      for (let turn = 0; turn < 10; turn += 1) {
        const call = t.call(org, 10n);
        if ((await ledger.reserve(call)).status !== "held") continue;
        held += 1;
        const settled = (caller + turn) % 9 === 0;
        const ended = at(ledgers, caller + turn).settle({
          operationId: call.operationId,
          end: settled ? "settled" : "released",
          costNanos: 5n,
          source: "provider",
          result: {},
        });
        expect(await ended).toBe(settled ? "settled" : "released");
      }
    }),
  );
  expect(held).toBeGreaterThan(20);
  expect(await t.disagreeing()).toEqual([]);
});

test.each([1, 4])("one key used a hundred times at once from %i processes makes one hold", async (processes) => {
  const org = await t.organization([{ limit: 100_000n }]);
  const idempotency = { key: crypto.getRandomValues(new Uint8Array(32)), fingerprint: new Uint8Array(32).fill(7) };
  const calls = Array.from({ length: 100 }, () => t.call(org, 10n, { idempotency }));
  const replies = await Promise.all(calls.map((call, index) => at(ledgers.slice(0, processes), index).reserve(call)));
  const winners = calls.filter((_, index) => replies[index]?.status === "held");
  expect(winners).toHaveLength(1);
  expect(
    replies.filter((reply) => reply.status === "replay" && reply.operationId === winners[0]?.operationId),
  ).toHaveLength(99);
  expect((await t.budget(org.levels[1])).reserved).toBe(10n);
});

test("a key with another request is a mismatch; after a release it is free, after a settlement it replays", async () => {
  const org = await t.organization();
  const key = crypto.getRandomValues(new Uint8Array(32));
  const asked = (byte: number) =>
    t.call(org, 10n, { idempotency: { key, fingerprint: new Uint8Array(32).fill(byte) } });
  const first = asked(1);
  expect(await t.ledger.reserve(first)).toEqual({ status: "held" });
  expect(await t.ledger.reserve(asked(2))).toEqual({ status: "mismatch" });
  expect(await t.ledger.reserve(asked(1))).toEqual({ status: "replay", operationId: first.operationId });
  await t.end(first.operationId, "released");
  const second = asked(2);
  expect(await t.ledger.reserve(second)).toEqual({ status: "held" });
  expect(await t.ledger.reserve(asked(2))).toEqual({ status: "replay", operationId: second.operationId });
  expect(await t.ledger.reserve(asked(1))).toEqual({ status: "mismatch" });
  await t.end(second.operationId, "uncertain");
  expect(await t.ledger.reserve(asked(2))).toEqual({ status: "replay", operationId: second.operationId });
  await t.settle(second.operationId, 3n);
  expect(await t.ledger.reserve(asked(2))).toEqual({ status: "replay", operationId: second.operationId });
});

test("a refused call does not use up its key", async () => {
  const org = await t.organization([{ limit: 10n }]);
  const idempotency = { key: crypto.getRandomValues(new Uint8Array(32)), fingerprint: new Uint8Array(32) };
  expect(await t.ledger.reserve(t.call(org, 11n, { idempotency }))).toMatchObject({ status: "refused" });
  expect(await t.ledger.reserve(t.call(org, 10n, { idempotency }))).toEqual({ status: "held" });
});

test("a stale epoch cannot skip a new budget", async () => {
  const org = await t.organization();
  expect(await t.ledger.reserve(t.call(org, 500n))).toEqual({ status: "held" });
  await t.pool.query(
    "select nexus.nexus_set_budget($1, $2, 'user', 'usr_test', 'month', 'calendar', 'nanoUsd', true, 1, '{}', 'Europe/Berlin')",
    [newId(), org.organizationId],
  );
  const replies = await Promise.all(ledgers.map((ledger) => ledger.reserve(t.call(org, 500n))));
  expect(replies).toEqual(ledgers.map(() => ({ status: "stale" })));
});
