import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { mailVendors } from "../../../test/mail-bench.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { ComposedEmail } from "../../contracts/email/send-email.ts";
import { NexusError } from "../../errors.ts";
import { sendEmailRequest } from "../../families/email/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { newId } from "../../platform/ids.ts";
import { admitEmail, addSuppression } from "../../domain/email/index.ts";
import { syncApps } from "../../domain/apps/index.ts";
import type { SuppressionReason, SuppressionStream } from "../../contracts/email/suppression.ts";
import { letInEmail } from "./let-in-email.ts";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway({ mail: true, knowsSandbox: true });
  await syncApps(test.deps, [{ id: "srv_roadmapper", name: "Roadmapper", kind: "app" }]);
  await test.refresh();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh();
});

const context = (more: Partial<CallContext> = {}): CallContext =>
  test.context({ permissions: new Set(["srv_nexus.email:send"]), idempotencyKey: newId(), ...more });

const mailTo = (to: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  ComposedEmail.parse({ from: "app@example.com", to, subject: "Hello", text: "Hello.", ...more });

const send = (ctx: CallContext, to: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  call(gateway, sendEmailRequest(mailTo(to, more), { letIn: letInEmail(test.deps, () => []) }), ctx);

const failureOf = (sending: Promise<unknown>): Promise<NexusError> =>
  sending.then(
    () => Promise.reject(new Error("it was let in")),
    (error: unknown) => NexusError.from(error),
  );

const messages = async ({ organizationId }: CallContext) =>
  (
    await test.deps.db.pool.query<{ email_id: string; app_id: string }>(
      "select email_id, app_id from nexus.email_message where org_id = $1 order by email_id",
      [organizationId],
    )
  ).rows;

const statesOf = async (emailId: string): Promise<string[]> =>
  (
    await test.deps.db.pool.query<{ state: string }>(
      "select state from nexus.email_recipient_state where email_id = $1 order by n",
      [emailId],
    )
  ).rows.map(({ state }) => state);

/** A call of the whole deployment's admission, without its send. */
const admitOnly = (ctx: CallContext, to: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  admitEmail(test.deps, ctx, {
    mail: mailTo(to, more),
    key: undefined,
    fingerprint: createHash("sha256").update(to.join()).digest(),
  });

const suppress = (ctx: CallContext, address: string, reason: SuppressionReason, stream: SuppressionStream = "any") =>
  addSuppression(test.deps, ctx, { address, reason, stream });

describe("a mail that is sent", () => {
  it("has one record, by the id of its operation, and nobody reads an address in it without the key", async () => {
    const ctx = context({ appId: "srv_roadmapper" });
    const sending = () => send(ctx, ["Ann@Example.org", "bob@example.org"], { html: "<p>zebra</p>" });
    const { result, facts } = await sending();
    expect(result.emailId).toBe(facts.operationId);
    expect(await sending()).toMatchObject({ replayed: true, result });
    expect(await messages(ctx)).toEqual([{ email_id: result.emailId, app_id: "srv_roadmapper" }]);
    expect(await statesOf(result.emailId)).toEqual(["accepted", "accepted"]);
    const tables = ["email_message", "email_recipient", "email_content"];
    for (const table of tables) {
      const { rows } = await test.deps.db.pool.query<{ row: string }>(
        `select encode(convert_to(t::text, 'utf8'), 'escape') as row from nexus.${table} t where email_id = $1`,
        [result.emailId],
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { row } of rows) expect(row).not.toMatch(/ann|bob|zebra|Hello|616e6e40|7a65627261/i);
    }
  });

  it("keeps nothing of what security mail said", async () => {
    const { result } = await send(context(), ["ann@example.org"], { category: "otp", subject: "4711 is your code" });
    const { rowCount } = await test.deps.db.pool.query("select from nexus.email_content where email_id = $1", [
      result.emailId,
    ]);
    expect(rowCount).toBe(0);
  });

  it("stays one mail where it takes several operations", async () => {
    test.sandbox.resend.setScript(() => "execute-then-drop");
    const ctx = context();
    const { result, facts } = await send(ctx, ["ann@example.org"], { category: "otp" });
    expect(result.emailId).not.toBe(facts.operationId);
    expect(result.messageId).toBe(`<${result.emailId}@example.com>`);
    expect(await messages(ctx)).toMatchObject([{ email_id: result.emailId }]);
    expect(await statesOf(result.emailId)).toEqual(["accepted"]);
  });

  it("is unknown, failed or refused for one recipient, as its operation says", async () => {
    test.sandbox.resend.setScript(() => "execute-then-drop");
    const lost = context();
    await failureOf(send(lost, ["ann@example.org"]));
    expect(await statesOf((await messages(lost))[0]?.email_id ?? "")).toEqual(["unknown"]);
    gateway = test.fresh();
    test.sandbox.mailbox?.setScript(({ stage, recipient = "" }) =>
      stage === "rcpt" && recipient.startsWith("gone") ? { do: "reply", code: 550, enhanced: "5.1.1" } : undefined,
    );
    const gone = context();
    await failureOf(send(gone, ["gone@example.org"], { provider: "smtp" }));
    expect(await statesOf((await messages(gone))[0]?.email_id ?? "")).toEqual(["failed"]);
    const { result } = await send(context(), ["ann@example.org", "gone@example.org"], { provider: "smtp" });
    expect(await statesOf(result.emailId)).toEqual(["accepted", "rejected"]);
  });

  it("leaves nothing behind where no money could be set aside for it, and its key can be used again", async () => {
    const ctx = context();
    const refused = await failureOf(send(ctx, ["ann@example.org"], { provider: "nobody" }));
    expect(refused.effect).toBe("none");
    expect(await messages(ctx)).toEqual([]);
    await send(ctx, ["ann@example.org"]);
    expect(await messages(ctx)).toHaveLength(1);
  });

  it("is another mail under a key that was used for one: refused, and nothing of it is kept", async () => {
    const ctx = context();
    await send(ctx, ["ann@example.org"]);
    const error = await failureOf(send(ctx, ["ann@example.org"], { subject: "Other" }));
    expect(error.code).toBe("IDEMPOTENCY_MISMATCH");
    expect(await messages(ctx)).toHaveLength(1);
  });

  it("is let in once, and sent once, however many ask at once with one key", async () => {
    const ctx = context();
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => send(ctx, ["race@example.org"])));
    const failed = asked.flatMap((one) => (one.status === "rejected" ? [NexusError.from(one.reason).code] : []));
    expect(new Set(failed)).toEqual(new Set(failed.length === 0 ? [] : ["IDEMPOTENCY_IN_PROGRESS"]));
    expect(await messages(ctx)).toHaveLength(1);
    expect(test.sandbox.resend.effects()).toHaveLength(1);
  });
});

describe("suppressed addresses", () => {
  it("are left out, and said so; the others are sent to", async () => {
    const ctx = context();
    await suppress(ctx, "GONE@example.org", "hard_bounce");
    const { result, units } = await send(ctx, ["gone@example.org", "ann@example.org"]);
    expect(result.recipients).toEqual([
      { address: "gone@example.org", field: "to", status: "suppressed", reason: "hard_bounce" },
      { address: "ann@example.org", field: "to", status: "accepted" },
    ]);
    expect(units).toMatchObject({ recipient: 1 });
    expect(test.sandbox.mailbox?.messages("gone@example.org")).toEqual([]);
    expect(await statesOf(result.emailId)).toEqual(["suppressed", "accepted"]);
  });

  it.each(mailVendors.map(({ id }) => id))(
    "leave somebody in To where others remain, whom the answer names by the field that was asked for (%s)",
    async (provider) => {
      const ctx = context();
      await suppress(ctx, "gone@example.org", "hard_bounce");
      const { result } = await send(ctx, ["gone@example.org"], { provider, cc: ["ann@example.org"] });
      expect(result.recipients).toEqual([
        { address: "gone@example.org", field: "to", status: "suppressed", reason: "hard_bounce" },
        { address: "ann@example.org", field: "cc", status: "accepted" },
      ]);
    },
  );

  it.each(mailVendors.map(({ id, email }) => [id, email.capabilities.needsTo] as const))(
    "leave blind copies alone to vendors that take them; the others are refused it before anything is sent (%s)",
    async (provider, needsTo) => {
      const ctx = context();
      await suppress(ctx, "gone@example.org", "hard_bounce");
      const bcc = ["ann@example.org", "bob@example.org"];
      const sending = send(ctx, ["gone@example.org"], { provider, bcc });
      if (needsTo) {
        expect(await failureOf(sending)).toMatchObject({ code: "CAPABILITY_MISSING", issues: [{ field: "to" }] });
        expect(await messages(ctx)).toEqual([]);
        return;
      }
      expect((await sending).result.recipients.map(({ field, status }) => [field, status])).toEqual([
        ["to", "suppressed"],
        ["bcc", "accepted"],
        ["bcc", "accepted"],
      ]);
    },
  );

  it("alone are an error that names them; nothing is held or sent", async () => {
    const ctx = context();
    await suppress(ctx, "gone@example.org", "complaint", "transactional");
    const error = await failureOf(send(ctx, ["gone@example.org"]));
    expect(error).toMatchObject({ code: "RECIPIENT_SUPPRESSED", effect: "none", issues: [{ field: "to.0" }] });
    expect(await test.rows(ctx.organizationId)).toEqual([]);
    expect(await messages(ctx)).toEqual([]);
  });

  it("count in their stream and organization; security mail comes whatever they unsubscribed from, and never after a hard bounce", async () => {
    const ctx = context();
    await suppress(ctx, "left@example.org", "unsubscribe");
    await suppress(ctx, "ad@example.org", "manual", "broadcast");
    await suppress(ctx, "gone@example.org", "hard_bounce");
    const code = async (to: string, more: Readonly<Record<string, unknown>> = {}) =>
      (await admitOnly(ctx, [to], more).then(() => undefined, NexusError.from))?.code;
    expect(await code("left@example.org")).toBe("RECIPIENT_SUPPRESSED");
    expect(await code("left@example.org", { category: "password_reset" })).toBeUndefined();
    expect(await code("ad@example.org")).toBeUndefined();
    const broadcast = { stream: "broadcast", category: "marketing", unsubscribe: { url: "https://example.com/u" } };
    expect(await code("ad@example.org", broadcast)).toBe("RECIPIENT_SUPPRESSED");
    expect(await code("gone@example.org", { category: "otp" })).toBe("RECIPIENT_SUPPRESSED");
    await admitOnly(context(), ["gone@example.org"]);
  });
});

describe("caps of one recipient", () => {
  it("are five codes an hour and twenty mails a day, with the time to wait", async () => {
    const ctx = context();
    for (let sent = 0; sent < 5; sent += 1) await admitOnly(ctx, ["ann@example.org"], { category: "otp" });
    const error = await failureOf(admitOnly(ctx, ["bob@example.org", "ANN@example.org"], { category: "otp" }));
    expect(error).toMatchObject({
      code: "RATE_LIMITED",
      effect: "none",
      issues: [{ field: "to.1" }],
      details: { kind: "recipient_cap", category: "otp", most: 5, seconds: 3_600 },
    });
    expect(error.retryAfterMs).toBeGreaterThan(3_500_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(3_600_000);
    for (let sent = 0; sent < 15; sent += 1) await admitOnly(ctx, ["ann@example.org"]);
    expect((await failureOf(admitOnly(ctx, ["ann@example.org"]))).details).toMatchObject({ category: "any", most: 20 });
    await admitOnly(ctx, ["bob@example.org"]);
    await admitOnly(context(), ["ann@example.org"]);
  });

  it("let exactly as many in as there is room for, whoever asks at once", async () => {
    const ctx = context();
    const asked = await Promise.allSettled(
      Array.from({ length: 40 }, (_, at) => {
        const both = ["ann@example.org", `b${at}@example.org`];
        return admitOnly(ctx, at % 2 === 0 ? both : both.toReversed(), { category: "otp" });
      }),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  it("give the place back of a mail that was proved not sent", async () => {
    test.sandbox.mailbox?.setScript(({ stage }) => (stage === "rcpt" ? { do: "reply", code: 550 } : undefined));
    const ctx = context();
    for (let sent = 0; sent < 7; sent += 1) {
      const error = await failureOf(
        send({ ...ctx, idempotencyKey: newId() }, ["ann@example.org"], { provider: "smtp", category: "otp" }),
      );
      expect(error.code).toBe("PROVIDER_REJECTED");
    }
  });
});
