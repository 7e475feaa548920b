import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { ComposedEmail } from "../../contracts/email/send-email.ts";
import { messageIdOf } from "../../contracts/email/message-id.ts";
import { setBudget } from "../../domain/budgets/index.ts";
import { cancelQueued, moveQueued } from "../../domain/queue/index.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { queueAct, type AcceptedAct } from "../../gateway/queue-act.ts";
import { startQueueWorker, type QueueWorker } from "../../gateway/queue-worker.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { newId } from "../../platform/ids.ts";
import { sendEmailRequest } from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

let test: TestGateway;
let gateway: Gateway;
let worker: QueueWorker | undefined;

beforeAll(async () => {
  test = await openTestGateway({ mail: true, knowsSandbox: true });
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  await fetch(`${mailbox().url}/messages`, { method: "DELETE" });
  gateway = test.fresh({ callTimeoutMs: 3_000 });
});
afterEach(async () => {
  worker?.stop();
  worker = undefined;
  await gateway.underWay.finish(3_000);
  await test.deps.db.pool.query("update nexus.act_queue set due_at = 'infinity' where waiting").catch(() => undefined);
});

const mailbox = () => {
  if (!test.sandbox.mailbox) throw new Error("no mailbox");
  return test.sandbox.mailbox;
};

const start = (): void => {
  worker = startQueueWorker({ gateway });
};

const context = (more: Partial<CallContext> = {}): CallContext =>
  test.context({ permissions: new Set(["srv_nexus.email:send"]), idempotencyKey: newId(), ...more });

const mail = {
  from: "shop@example.com",
  to: ["ann@example.org"],
  subject: "Your parcel",
  text: "It is on its way.",
  accept: "queued",
  provider: "resend",
} as const;

/** Any vendor may send it. */
const anyVendor = { provider: undefined };

const requestOf = (more: object = {}) => sendEmailRequest(ComposedEmail.parse({ ...mail, ...more }));

const hour = 3_600_000;

const queue = (
  ctx: CallContext,
  { more = {}, dueInMs = 0, livesMs = hour }: { more?: object; dueInMs?: number; livesMs?: number } = {},
): Promise<AcceptedAct> => {
  const dueMs = gateway.clock.now() + dueInMs;
  return queueAct(gateway, requestOf(more), ctx, { dueAt: new Date(dueMs), expiresAt: new Date(dueMs + livesMs) });
};

const states = async (ctx: CallContext): Promise<string[]> =>
  (await test.rows(ctx.organizationId)).map(({ vendor, state, errorCode }) =>
    [vendor, state, errorCode].filter(Boolean).join(" "),
  );

const until = <T>(check: () => T | Promise<T>): Promise<T> => eventually(check, { timeout: 20_000, interval: 50 });

const untilStates = (ctx: CallContext, wanted: readonly string[]): Promise<void> =>
  until(async () => expect(await states(ctx)).toEqual(wanted));

const subjects = (): string[] =>
  mailbox()
    .messages()
    .map(({ subject }) => subject);

const dueNow = (operationId: string): Promise<unknown> =>
  test.deps.db.pool.query("update nexus.act_queue set due_at = now() where operation_id = $1", [operationId]);

describe("mail that is accepted to be sent later", () => {
  it("is held for at once, and sent from the queue under the id that it had from the start", async () => {
    const ctx = context();
    const accepted = await queue(ctx);
    expect(await states(ctx)).toEqual(["resend open"]);
    expect(mailbox().messages()).toHaveLength(0);
    expect((await test.counters(ctx.organizationId)).reserved).toBe(900_000n);
    start();
    await untilStates(ctx, ["resend settled"]);
    const [arrived] = mailbox().messages();
    expect(arrived).toMatchObject({ subject: "Your parcel", via: "resend" });
    expect(arrived?.source).toContain(messageIdOf(accepted.operationId, "example.com"));
    expect(await test.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: 900_000n });
  });

  it("answers a repeat with what it answered first, before and after it was sent", async () => {
    const ctx = context();
    const first = await queue(ctx);
    expect(await queue(ctx, { dueInMs: 5_000 })).toEqual({ ...first, replayed: true });
    start();
    await untilStates(ctx, ["resend settled"]);
    expect(await queue(ctx)).toEqual({ ...first, replayed: true });
    expect(mailbox().messages()).toHaveLength(1);
    await expect(queue(ctx, { more: { subject: "Another" } })).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });

  it("is refused at once where the budget has no room for it, and not when it is due", async () => {
    const ctx = context();
    await setBudget(test.deps, ctx, { scope: "organization", period: "day", hard: true, limitNanos: "1000000" });
    await test.refresh();
    await queue(ctx, { dueInMs: hour });
    const error = await queue(context({ organizationId: ctx.organizationId })).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "BUDGET_EXCEEDED", effect: "none" });
  });

  it("does not leave before it is due, and leaves in the order in which it is", async () => {
    const ctx = context();
    const at = async (subject: string, dueInMs: number): Promise<void> =>
      void (await queue(context({ organizationId: ctx.organizationId }), { more: { subject }, dueInMs }));
    await at("third", -1_000);
    await at("first", -3_000);
    await at("tomorrow", 24 * hour);
    await at("second", -2_000);
    worker = startQueueWorker({ gateway, slots: 1 });
    await until(() => expect(subjects()).toEqual(["third", "second", "first"]));
    await until(async () => expect((await states(ctx)).filter((state) => state.endsWith("open"))).toHaveLength(1));
  });

  it("keeps what it says encrypted until it has ended", async () => {
    const ctx = context();
    const { operationId } = await queue(ctx, { more: { subject: "Secret of the house" }, dueInMs: hour });
    const { rows } = await test.deps.db.pool.query<{ content: Buffer }>(
      "select content from nexus.act_queue where operation_id = $1",
      [operationId],
    );
    expect(rows[0]?.content.byteLength).toBeGreaterThan(100);
    expect(rows[0]?.content.includes("Secret")).toBe(false);
  });
});

describe("while no vendor takes it", () => {
  it("waits through an outage of all of them, and leaves once when one is back", async () => {
    mailbox().setScript(({ stage }) => (stage === "greeting" ? { do: "reply", code: 421 } : undefined));
    const ctx = context();
    const { operationId } = await queue(ctx, { more: { provider: "smtp" } });
    start();
    await until(async () => expect((await test.attempts(operationId)).length).toBeGreaterThanOrEqual(1));
    await untilStates(ctx, ["smtp open"]);
    expect(mailbox().messages()).toHaveLength(0);
    mailbox().setScript(() => undefined);
    gateway = test.fresh({ callTimeoutMs: 3_000 });
    worker?.stop();
    start();
    await until(async () => {
      await dueNow(operationId);
      expect(await states(ctx)).toEqual([expect.stringMatching(/settled$/)]);
    });
    expect(mailbox().messages()).toHaveLength(1);
  });

  it("goes by the next vendor where one proves that it sent nothing", async () => {
    test.sandbox.resend.setScript(() => "rate-limited");
    const ctx = context();
    await queue(ctx, { more: anyVendor });
    start();
    await until(async () => expect(await states(ctx)).toEqual([expect.stringMatching(/^(?!resend).* settled$/)]));
    expect(mailbox().messages()).toHaveLength(1);
  });

  it("expires in the end: its hold is given back, and nothing is sent any more", async () => {
    mailbox().setScript(({ stage }) => (stage === "greeting" ? { do: "drop" } : undefined));
    const ctx = context();
    await queue(ctx, { more: { provider: "smtp" }, livesMs: 1_500 });
    start();
    await untilStates(ctx, ["smtp released EXPIRED"]);
    expect(await test.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: 0n });
    expect(mailbox().messages()).toHaveLength(0);
  });

  it("fails at once, and is not tried again, where the vendor's no is about the mail", async () => {
    mailbox().setScript(({ stage }) => (stage === "rcpt" ? { do: "reply", code: 550, enhanced: "5.1.1" } : undefined));
    const ctx = context();
    await queue(ctx, { more: { provider: "smtp" } });
    start();
    await untilStates(ctx, ["smtp released PROVIDER_REJECTED"]);
  });

  it("is not sent again where nobody can tell, unless its sender accepts two copies", async () => {
    mailbox().setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
    const ctx = context();
    await queue(ctx, { more: { provider: "smtp" } });
    start();
    await untilStates(ctx, ["smtp uncertain OUTCOME_UNKNOWN"]);
    expect(mailbox().messages()).toHaveLength(1);
    test.sandbox.resend.setScript(() => "execute-then-drop");
    mailbox().setScript(() => undefined);
    const otp = context();
    await queue(otp, { more: { ...anyVendor, category: "otp" } });
    await until(async () =>
      expect(await states(otp)).toEqual([
        expect.stringMatching(/^resend uncertain/),
        expect.stringMatching(/ settled$/),
      ]),
    );
  });

  it.each([
    ["once more, as another operation, where its sender accepts two copies", "otp", 2],
    ["no further where its sender does not", "receipt", 1],
  ] as const)("that its process could not find out about is sent %s", async (_, category, sends) => {
    mailbox().setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
    const ctx = context();
    const to = `${category}@example.org`;
    const { operationId } = await queue(ctx, { more: { provider: "smtp", category, to: [to] } });
    const reserve = () => Promise.reject(new NexusError("LEDGER_UNAVAILABLE"));
    worker = startQueueWorker({ gateway: { ...gateway, ledger: { ...gateway.ledger, reserve } } });
    await untilStates(ctx, ["smtp uncertain OUTCOME_UNKNOWN"]);
    worker.stop();
    mailbox().setScript(() => undefined);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([resolveUncertain(gateway), resolveUncertain(gateway)]);
      await test.deps.db.pool.query(
        "update nexus.reconciliation set due_at = now(), tries = 0, review_at = null where operation_id = $1",
        [operationId],
      );
    }
    const again = Array.from({ length: sends - 1 }, () => "smtp settled");
    expect(await states(ctx)).toEqual(["smtp uncertain OUTCOME_UNKNOWN", ...again]);
    const ids = mailbox()
      .messages(to)
      .map(({ source }) => /^message-id: (.*)$/im.exec(source)?.[1]);
    expect(ids).toEqual(Array.from({ length: sends }, () => messageIdOf(operationId, "example.com")));
  });

  it("does not hold up another organization's mail", async () => {
    mailbox().setScript(({ stage }) => (stage === "greeting" ? { do: "hang" } : undefined));
    const slow = context();
    for (let n = 0; n < 12; n += 1)
      await queue(context({ organizationId: slow.organizationId }), { more: { provider: "smtp" }, dueInMs: -60_000 });
    worker = startQueueWorker({ gateway, slots: 6 });
    const quick = context();
    await queue(quick, { more: { provider: "resend" } });
    await untilStates(quick, ["resend settled"]);
    expect((await states(slow)).every((state) => state === "smtp open")).toBe(true);
  });
});

describe("before it is sent", () => {
  const change = { action: "email.cancel", what: "mail" } as const;

  it("can be canceled, and then says so", async () => {
    const ctx = context();
    const { operationId } = await queue(ctx, { dueInMs: hour });
    const stranger = context();
    await expect(cancelQueued(test.deps, stranger, { operationId, ...change })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await cancelQueued(test.deps, ctx, { operationId, ...change });
    await cancelQueued(test.deps, ctx, { operationId, ...change });
    expect(await states(ctx)).toEqual(["resend released CANCELED"]);
    expect((await test.counters(ctx.organizationId)).reserved).toBe(0n);
    const { rows } = await test.deps.db.pool.query("select action from nexus.audit_event where target = $1", [
      operationId,
    ]);
    expect(rows.length).toBeGreaterThanOrEqual(1);
  });

  it("can be moved to another time", async () => {
    const ctx = context();
    const { operationId } = await queue(ctx, { dueInMs: hour });
    await moveQueued(test.deps, ctx, { operationId, ...change, dueAt: new Date(gateway.clock.now()) });
    start();
    await untilStates(ctx, ["resend settled"]);
  });

  it("and no longer afterwards, which is told with what became of it", async () => {
    const ctx = context();
    const { operationId } = await queue(ctx);
    start();
    await untilStates(ctx, ["resend settled"]);
    const error = await cancelQueued(test.deps, ctx, { operationId, ...change }).catch((caught: unknown) => caught);
    expect(NexusError.is(error) && error).toMatchObject({
      code: "CONFLICT",
      details: { progress: "succeeded" },
      message: "The mail no longer waits: it has been sent.",
    });
  });
});
