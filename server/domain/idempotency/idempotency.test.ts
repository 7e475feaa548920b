import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CallActor } from "../../contracts/call-context.ts";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { newId } from "../../platform/ids.ts";
import { fingerprintOf, idempotencyKeyOf, readFirstAnswer } from "./index.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

/** The key of the hold that follows an operation. */
const keyOf = (operationId: string): Buffer => fingerprintOf(operationId);

const first = async () => {
  const org = await t.organization();
  const operationId = await t.hold(org, 100n);
  return {
    operationId,
    read: () => readFirstAnswer(t.pool, { organizationId: org.organizationId, operationId, keyAfter: keyOf }),
  };
};

test("a settled operation gives its answer, byte by byte", async () => {
  const { operationId, read } = await first();
  const answer = crypto.getRandomValues(new Uint8Array(50_000));
  await t.settle(operationId, 7n, { answer });
  expect(new Uint8Array((await read()).sealed)).toEqual(answer);
});

test("an answer that was not kept is said to be done, with its cost", async () => {
  const { operationId, read } = await first();
  await t.settle(operationId, 7n);
  await expect(read()).rejects.toMatchObject({
    code: "ANSWER_LOST",
    effect: "done",
    operationId,
    details: { costNanoUsd: "7" },
  });
});

test("a paid failure is the same failure again", async () => {
  const { operationId, read } = await first();
  await t.settle(operationId, 7n, { result: { errorCode: "OBJECT_INVALID" } });
  await expect(read()).rejects.toMatchObject({ code: "OBJECT_INVALID", effect: "done", operationId });
});

test("a running one asks for patience, an unknown one says so, a released one frees its key", async () => {
  const { operationId, read } = await first();
  await expect(read()).rejects.toMatchObject({
    code: "IDEMPOTENCY_IN_PROGRESS",
    effect: "unknown",
    retryable: true,
    retryAfterMs: 1_000,
  });
  await t.end(operationId, "uncertain");
  await expect(read()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", operationId });
  await t.end(operationId, "released");
  await expect(read()).rejects.toMatchObject({ code: "IDEMPOTENCY_IN_PROGRESS", effect: "none" });
});

test("an answer of another organization is not there", async () => {
  const { operationId } = await first();
  await t.settle(operationId, 7n, { answer: new Uint8Array([1]) });
  await expect(
    readFirstAnswer(t.pool, { organizationId: "org_other", operationId, keyAfter: keyOf }),
  ).rejects.toMatchObject({
    code: "ANSWER_LOST",
    details: { costNanoUsd: null },
  });
  await expect(
    readFirstAnswer(t.pool, { organizationId: "org_other", operationId: newId(), keyAfter: keyOf }),
  ).rejects.toMatchObject({
    code: "ANSWER_LOST",
  });
});

test("a call that went on under a second hold is answered by that one", async () => {
  const org = await t.organization();
  const idempotency = { key: fingerprintOf("k"), fingerprint: fingerprintOf("f") };
  const one = await t.hold(org, 100n, { idempotency });
  await t.settle(one, 7n, { source: "estimated" });
  const two = await t.hold(org, 100n, { idempotency: { ...idempotency, key: keyOf(one) } });
  const read = () => readFirstAnswer(t.pool, { organizationId: org.organizationId, operationId: one, keyAfter: keyOf });
  await expect(read()).rejects.toMatchObject({ code: "IDEMPOTENCY_IN_PROGRESS", operationId: two });
  await t.settle(two, 7n, { answer: new Uint8Array([9]) });
  expect(await read()).toEqual({ operationId: two, sealed: Buffer.from([9]), again: true });
});

test.each(["settled", "uncertain"] as const)(
  "a %s hold whose follower was given back is the call's end",
  async (end) => {
    const org = await t.organization();
    const idempotency = { key: fingerprintOf(newId()), fingerprint: fingerprintOf("f") };
    const one = await t.hold(org, 100n, { idempotency });
    if (end === "settled") await t.settle(one, 7n, { source: "estimated", result: { doubt: "timeout" } });
    else await t.end(one, "uncertain");
    const two = await t.hold(org, 100n, { idempotency: { ...idempotency, key: keyOf(one) } });
    await t.end(two, "released");
    const read = () =>
      readFirstAnswer(t.pool, { organizationId: org.organizationId, operationId: one, keyAfter: keyOf });
    await expect(read()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", operationId: one });
  },
);

test("an uncertain hold whose follower answered gives that answer", async () => {
  const org = await t.organization();
  const idempotency = { key: fingerprintOf(newId()), fingerprint: fingerprintOf("f") };
  const one = await t.hold(org, 100n, { idempotency });
  await t.end(one, "uncertain");
  const two = await t.hold(org, 100n, { idempotency: { ...idempotency, key: keyOf(one) } });
  const read = () => readFirstAnswer(t.pool, { organizationId: org.organizationId, operationId: one, keyAfter: keyOf });
  await expect(read()).rejects.toMatchObject({ code: "IDEMPOTENCY_IN_PROGRESS", effect: "unknown", operationId: two });
  await t.settle(two, 7n, { answer: new Uint8Array([9]) });
  expect(await read()).toEqual({ operationId: two, sealed: Buffer.from([9]), again: true });
});

type End = "uncertain" | "released" | "answered";
const ends: readonly End[] = ["uncertain", "released", "answered"];

test("holds of one call that acts are one answer: the last that was given, else that nobody can tell, and none where all are proved so", async () => {
  const org = await t.organization();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...ends), { minLength: 1, maxLength: 3 }), async (chain) => {
      const { facts } = t.call(org, 100n);
      const fingerprint = fingerprintOf("f");
      const ids: string[] = [];
      for (const _ of chain) {
        const before = ids.at(-1);
        const key = before === undefined ? fingerprintOf(newId()) : keyOf(before);
        const more = { facts: { ...facts, effect: "act" as const }, idempotency: { key, fingerprint, after: before } };
        ids.push(await t.hold(org, 100n, more));
      }
      // What was left behind is found out later, and last of all.
      for (const [at, end] of [...chain.entries()].toReversed()) {
        const id = ids[at] ?? "";
        if (end === "answered") await t.settle(id, 7n, { answer: new Uint8Array([at]) });
        else await t.end(id, end);
      }
      const [firstId = ""] = ids;
      const read = readFirstAnswer(t.pool, {
        organizationId: org.organizationId,
        operationId: firstId,
        keyAfter: keyOf,
      });
      const given = chain.lastIndexOf("answered");
      const uses = chain.filter((end) => end !== "released").length;
      if (given >= 0)
        expect(await read).toEqual({ operationId: ids[given], sealed: Buffer.from([given]), again: uses > 1 });
      else await expect(read).rejects.toMatchObject({ effect: uses > 0 ? "unknown" : "none", retryable: uses > 0 });
    }),
    { numRuns: 40 },
  );
});

test.each([
  ["no good answer had begun", { status: 502 }, "unknown"],
  ["nothing was heard", {}, "unknown"],
  ["a good answer had begun", { status: 200 }, "done"],
  ["output had been counted", { units: { output: 3 } }, "done"],
] as const)("what was in doubt and settled by policy says what its caller was told: %s", async (_, known, effect) => {
  const { operationId, read } = await first();
  const result = { ...known, doubt: "cut", errorCode: "OUTCOME_UNKNOWN" } as const;
  await t.settle(operationId, 100n, { source: "estimated", result });
  await expect(read()).rejects.toMatchObject({
    code: "OUTCOME_UNKNOWN",
    effect,
    retryable: false,
    details: { costNanoUsd: "100", doubt: "cut" },
  });
});

test("what was in doubt until the vendor told is done", async () => {
  const { operationId, read } = await first();
  await t.settle(operationId, 100n, { source: "provider", result: { doubt: "cut", errorCode: "OUTCOME_UNKNOWN" } });
  await expect(read()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "done" });
});

const person = (userId: string, sessionId = "ses_1"): CallActor => ({
  kind: "user",
  userId,
  sessionId,
  role: "member",
  platformBypass: false,
});
const service = (tokenId: string, userId?: string): CallActor => ({ kind: "service", tokenId, userId });

test("a key means something only within organization, app and operation, and for whoever sent it", () => {
  const ctx = { organizationId: "org", appId: "app", actor: person("usr_1") };
  const keys = [
    idempotencyKeyOf(ctx, "ai.embed", "k"),
    idempotencyKeyOf(ctx, "ai.generateText", "k"),
    idempotencyKeyOf(ctx, "ai.embed", "K"),
    idempotencyKeyOf({ ...ctx, appId: undefined }, "ai.embed", "k"),
    idempotencyKeyOf({ ...ctx, organizationId: 'org","app', appId: "" }, "ai.embed", "k"),
    idempotencyKeyOf({ ...ctx, organizationId: "org2" }, "ai.embed", "k"),
    ...[
      person("usr_2"),
      { kind: "api_key", keyId: "key_1", userId: "usr_1" } as const,
      { kind: "api_key", keyId: "key_2", userId: "usr_1" } as const,
      service("nst_1"),
      service("nst_1", "usr_1"),
      service("nst_1", "usr_2"),
      service("nst_2", "usr_1"),
      // Ids that would run into one another without their borders.
      service('nst_1","usr_1'),
    ].map((actor) => idempotencyKeyOf({ ...ctx, actor }, "ai.embed", "k")),
  ].map((key) => key.toString("hex"));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.every((key) => key.length === 64)).toBe(true);
});

test("a person's next session still finds the answer of the one before", () => {
  const ctx = { organizationId: "org", appId: "app" };
  expect(idempotencyKeyOf({ ...ctx, actor: person("usr_1", "ses_2") }, "ai.embed", "k")).toEqual(
    idempotencyKeyOf({ ...ctx, actor: person("usr_1", "ses_1") }, "ai.embed", "k"),
  );
});

test("the fingerprint ignores the order of names and nothing else", () => {
  expect(fingerprintOf({ a: 1, b: [{ c: 2, d: undefined }] })).toEqual(fingerprintOf({ b: [{ c: 2 }], a: 1 }));
  expect(fingerprintOf({ a: [1, 2] })).not.toEqual(fingerprintOf({ a: [2, 1] }));
  expect(fingerprintOf({ a: "1" })).not.toEqual(fingerprintOf({ a: 1 }));
  expect(fingerprintOf({ a: null })).not.toEqual(fingerprintOf({}));
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const same = JSON.stringify(fingerprintOf(a)) === JSON.stringify(fingerprintOf(b));
      expect(fingerprintOf(a)).toEqual(fingerprintOf(structuredClone(a)));
      if (JSON.stringify(a) === JSON.stringify(b)) expect(same).toBe(true);
    }),
  );
});
