import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SmtpFault, SmtpStage } from "../../../sandbox/mail/smtp-fault.ts";
import { mailVendors } from "../../../test/mail-bench.ts";
import type { Sandbox } from "../../../sandbox/start-sandbox.ts";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { ComposedEmail } from "../../contracts/email/send-email.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { addEmailSender } from "../../domain/email/index.ts";
import { NexusError } from "../../errors.ts";
import { call } from "../../gateway/call.ts";
import { dryRun } from "../../gateway/dry-run.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { newId } from "../../platform/ids.ts";
import { emailRouteOf, readKeptEmail, sendEmailRequest } from "./index.ts";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway({ mail: true, knowsSandbox: true });
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  await fetch(`${mailbox().url}/messages`, { method: "DELETE" });
  gateway = test.fresh({ callTimeoutMs: 3_000 });
});

const mailbox = (): NonNullable<Sandbox["mailbox"]> => {
  if (!test.sandbox.mailbox) throw new Error("no mailbox");
  return test.sandbox.mailbox;
};

const context = (more: Partial<CallContext> = {}): CallContext =>
  test.context({ permissions: new Set(["srv_nexus.email:send"]), idempotencyKey: newId(), ...more });

const mail = {
  from: { address: "roadmapper@example.com", name: "Roadmapper" },
  to: ["ann@example.org"],
  subject: "A milestone was reached",
  text: "See it in Roadmapper.",
};

const requestOf = (more: Readonly<Record<string, unknown>> = {}) =>
  sendEmailRequest(ComposedEmail.parse({ ...mail, ...more }));

const failureOf = (sending: Promise<unknown>): Promise<NexusError> =>
  sending.then(
    () => Promise.reject(new Error("it was sent")),
    (error: unknown) => NexusError.from(error),
  );

/** What the vendor's price list takes for a recipient, in nano-USD. */
const feeOf = (id: string): bigint => {
  const { usd = 0, per = 1 } = mailVendors.find((vendor) => vendor.id === id)?.fees?.mail?.recipient ?? {};
  return BigInt(Math.round((usd / per) * 1e9));
};

const states = async ({ organizationId }: CallContext): Promise<string[]> =>
  (await test.rows(organizationId)).map(({ state, vendor }) => `${vendor} ${state}`);

describe.each(mailVendors.map(({ id }) => id))("a mail by %s", (provider) => {
  it("arrives once, with the attribution that leads back to its row, and a repeat is answered the same", async () => {
    const ctx = context();
    const more = { provider, cc: ["bob@example.org"], html: "<p>See it.</p>", tags: { flow: "milestone" } };
    const { result, facts } = await call(gateway, requestOf(more), ctx);
    expect(result.recipients).toEqual([
      { address: "ann@example.org", field: "to", status: "accepted" },
      { address: "bob@example.org", field: "cc", status: "accepted" },
    ]);
    expect(result.messageId).toBe(`<${facts.operationId}@example.com>`);
    expect(facts).not.toHaveProperty("model");
    const again = await call(gateway, requestOf(more), ctx);
    expect(again).toMatchObject({ replayed: true, result, facts });
    const arrived = mailbox().messages();
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({ via: provider, subject: mail.subject, from: "roadmapper@example.com" });
    expect(arrived[0]?.to).toEqual(["ann@example.org", "bob@example.org"]);
    expect(arrived[0]?.source).toContain(facts.operationId);
    const row = await test.row(facts.operationId);
    const cost = 2n * feeOf(provider);
    expect(row).toMatchObject({
      state: "settled",
      vendor: provider,
      model: "",
      cost,
      units: { message: 1, recipient: 2 },
    });
  });

  it("is shown by a dry run to the byte and not sent, with the most it can cost and without the secret", async () => {
    const ctx = context({ idempotencyKey: undefined });
    const shown = await dryRun(gateway, requestOf({ provider }), ctx);
    const { body, headers } = emailRouteOf(shown.route).vendor.render(readKeptEmail(shown.request).request);
    // SES is given the whole message in base64.
    const [, message = ""] = /"Data":"([^"]+)"/.exec(body) ?? [];
    expect(body + Buffer.from(message, "base64").toString()).toContain("See it in Roadmapper.");
    expect(shown.boundNanos).toBe(feeOf(provider) === 0n ? 1n : feeOf(provider));
    expect(JSON.stringify({ body, headers })).not.toMatch(/sandbox_?-?accepts|Bearer [^…]/);
    expect(mailbox().messages()).toHaveLength(0);
    expect(test.sandbox.resend.effects()).toHaveLength(0);
    expect(await test.rows(ctx.organizationId)).toHaveLength(0);
  });
});

it("needs an idempotency key and the permission", async () => {
  const error = await failureOf(call(gateway, requestOf(), context({ idempotencyKey: undefined })));
  expect(error).toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "idempotency-key" }] });
  const denied = await failureOf(call(gateway, requestOf(), context({ permissions: new Set() })));
  expect(denied.code).toBe("SCOPE_DENIED");
});

it("is, by SMTP, the message that was asked for: names, texts, files and headers, and no blind copy", async () => {
  const files = [
    {
      filename: "Größe – 日本.pdf",
      content: Buffer.from([0, 13, 10, 46, 13, 10, 255]).toString("base64"),
      contentType: "application/pdf",
    },
    {
      filename: "logo.png",
      content: Buffer.alloc(40_000, 9).toString("base64"),
      contentType: "image/png",
      contentId: "logo@x",
    },
  ];
  const references = Array.from({ length: 12 }, (_, at) => `<message-${at}-${"x".repeat(40)}@example.org>`).join(" ");
  const more = {
    provider: "smtp",
    from: { address: "app@bücher.example", name: 'Äpp "Quote", Ltd. <x>' },
    to: [{ address: "ann@example.org", name: "Ann, the 2nd" }],
    bcc: ["secret@example.org"],
    replyTo: { address: "support@example.com", name: "Hilfe" },
    subject: `Größe ${"– 日本 ".repeat(60)}`.trim(),
    text: ".\r\n..\r\nline\n.\n",
    html: '<p>Ü</p><img src="cid:logo@x">',
    attachments: files,
    headers: { References: references, "X-Roadmap": "Größe" },
    stream: "broadcast",
    unsubscribe: { url: "https://example.com/unsubscribe?t=1", mailto: "leave@example.com" },
  };
  await call(gateway, requestOf(more), context());
  const [arrived] = mailbox().messages();
  expect(arrived?.to).toEqual(["ann@example.org", "secret@example.org"]);
  expect(arrived?.source).not.toContain("secret@example.org");
  const parsed = await PostalMime.parse(arrived?.source ?? "");
  expect(parsed).toMatchObject({
    from: { address: "app@xn--bcher-kva.example", name: more.from.name },
    to: [{ address: "ann@example.org", name: "Ann, the 2nd" }],
    replyTo: [{ address: "support@example.com", name: "Hilfe" }],
    subject: more.subject,
  });
  expect(parsed.text?.replaceAll("\r\n", "\n").trimEnd()).toBe(".\n..\nline\n.");
  expect(parsed.html?.trim()).toBe(more.html);
  const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value;
  expect(header("references")?.replaceAll(/\s+/g, " ")).toBe(references);
  expect(header("list-unsubscribe")?.replaceAll(/\s+/g, " ")).toBe(
    "<https://example.com/unsubscribe?t=1>, <mailto:leave@example.com>",
  );
  expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const received = parsed.attachments.map(({ filename, mimeType, content }) => ({
    filename,
    mimeType,
    content: typeof content === "string" ? content : Buffer.from(new Uint8Array(content)).toString("base64"),
  }));
  expect(received.sort((a, b) => (a.filename ?? "").localeCompare(b.filename ?? ""))).toEqual(
    files
      .map(({ filename, contentType, content }) => ({ filename, mimeType: contentType, content }))
      .sort((a, b) => a.filename.localeCompare(b.filename)),
  );
});

/** What a conversation proves that goes wrong, and whether the mail arrived all the same. */
const smtpFaults: readonly (readonly [SmtpStage, SmtpFault, "none" | "unknown", string, number])[] = [
  ["greeting", { do: "drop" }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["greeting", { do: "reply", code: 554 }, "none", "PROVIDER_REJECTED", 0],
  ["greeting", { do: "reply", code: 421 }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["greeting", { do: "hang" }, "none", "PROVIDER_TIMEOUT", 0],
  ["mail", { do: "drop" }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["mail", { do: "reply", code: 550, enhanced: "5.7.1" }, "none", "PROVIDER_REJECTED", 0],
  ["mail", { do: "reply", code: 451 }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["rcpt", { do: "drop" }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["rcpt", { do: "reply", code: 550, enhanced: "5.1.1" }, "none", "PROVIDER_REJECTED", 0],
  ["rcpt", { do: "reply", code: 450 }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["rcpt", { do: "hang" }, "none", "PROVIDER_TIMEOUT", 0],
  ["dot", { do: "reply", code: 554, enhanced: "5.6.0" }, "none", "PROVIDER_REJECTED", 0],
  ["dot", { do: "reply", code: 452 }, "none", "PROVIDER_UNAVAILABLE", 0],
  ["dot", { do: "drop" }, "unknown", "OUTCOME_UNKNOWN", 1],
  ["dot", { do: "hang" }, "unknown", "OUTCOME_UNKNOWN", 1],
];

describe("by SMTP", () => {
  it.each(smtpFaults)("what goes wrong at %s with %j proves %s", async (stage, fault, effect, code, arrived) => {
    mailbox().setScript((moment) => (moment.stage === stage ? fault : undefined));
    const ctx = context();
    const error = await failureOf(call(gateway, requestOf({ provider: "smtp" }), ctx));
    expect(error).toMatchObject({ effect, code });
    expect(await states(ctx)).toEqual([`smtp ${effect === "none" ? "released" : "uncertain"}`]);
    expect(mailbox().messages()).toHaveLength(arrived);
  });

  it("a connection that ends while the message is being sent has delivered nothing", async () => {
    mailbox().setScript(({ stage }) => (stage === "data" ? { do: "drop" } : undefined));
    const ctx = context();
    const large = { provider: "smtp", text: "x".repeat(1_500_000) };
    const error = await failureOf(call(gateway, requestOf(large), ctx));
    expect(error).toMatchObject({ effect: "none", code: "PROVIDER_UNAVAILABLE" });
    expect(mailbox().messages()).toHaveLength(0);
  });

  it("asks again for those recipients alone that were refused for now", async () => {
    const asked: string[] = [];
    mailbox().setScript(({ stage, recipient = "" }) => {
      if (stage !== "rcpt") return undefined;
      asked.push(recipient);
      if (recipient.startsWith("gone")) return { do: "reply", code: 550, enhanced: "5.1.1" };
      const isFirst = asked.filter((one) => one === recipient).length === 1;
      return recipient.startsWith("later") && isFirst ? { do: "reply", code: 452, enhanced: "4.5.3" } : undefined;
    });
    const to = ["ann@example.org", "gone@example.org", "later@example.org"];
    const { result, facts } = await call(gateway, requestOf({ provider: "smtp", to }), context());
    expect(result.recipients).toEqual([
      { address: "ann@example.org", field: "to", status: "accepted" },
      { address: "gone@example.org", field: "to", status: "rejected", reason: "550 5.1.1" },
      { address: "later@example.org", field: "to", status: "accepted" },
    ]);
    expect(
      mailbox()
        .messages()
        .map((one) => one.to),
    ).toEqual([["later@example.org"], ["ann@example.org"]]);
    expect(asked).toEqual([...to, "later@example.org"]);
    expect((await test.row(facts.operationId)).units).toEqual({ message: 1, recipient: 2 });
  });
});

describe("where nobody can tell whether it left", () => {
  const cut = (): void => test.sandbox.resend.setScript(() => "execute-then-drop");

  it("is not sent by another vendor", async () => {
    cut();
    const ctx = context();
    await failureOf(call(gateway, requestOf(), ctx));
    expect(await states(ctx)).toEqual(["resend uncertain"]);
    expect(
      mailbox()
        .messages()
        .map(({ via }) => via),
    ).toEqual(["resend"]);
  });

  it("is sent by another one where the caller accepts two copies, which are known as one by their Message-ID", async () => {
    cut();
    const ctx = context();
    const request = requestOf({ category: "otp" });
    expect(request.delivery).toEqual({ mode: "at_least_once", chosenBy: "default" });
    const { result, facts } = await call(gateway, request, ctx);
    expect(result.duplicatePossible).toBe(true);
    expect(await states(ctx)).toEqual(["resend uncertain", "smtp settled"]);
    const [first] = await test.rows(ctx.organizationId);
    expect(result.messageId).toBe(`<${first?.operationId}@example.com>`);
    const arrived = mailbox().messages();
    expect(arrived.map(({ via }) => via)).toEqual(["smtp", "resend"]);
    for (const { source } of arrived) expect(source).toContain(result.messageId);
    expect(await call(gateway, request, ctx)).toMatchObject({
      replayed: true,
      facts: { operationId: facts.operationId },
    });
  });

  it("stays unknown where another one is asked, and refuses it: that it was refused there says nothing of the first", async () => {
    cut();
    mailbox().setScript(({ stage }) => (stage === "rcpt" ? { do: "reply", code: 550, enhanced: "5.1.1" } : undefined));
    const ctx = context();
    const request = requestOf({ category: "otp" });
    const heard = await failureOf(call(gateway, request, ctx));
    expect(heard).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown" });
    const repeated = await failureOf(call(gateway, requestOf({ category: "otp" }), ctx));
    expect(repeated).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", operationId: heard.operationId });
  });

  it("is not sent more than three times, however many vendors there are", async () => {
    for (const { id } of mailVendors)
      if (id !== "smtp") test.sandbox.mailVendor(id).setScript(() => "execute-then-drop");
    mailbox().setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
    const ctx = context();
    await failureOf(call(gateway, requestOf({ delivery: "at_least_once" }), ctx));
    expect((await states(ctx)).map((state) => state.split(" ")[1])).toEqual(["uncertain", "uncertain", "uncertain"]);
  });

  it("is not sent more than three times by a server that knows no keys", async () => {
    mailbox().setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
    const ctx = context();
    await failureOf(call(gateway, requestOf({ provider: "smtp", delivery: "at_least_once" }), ctx));
    expect(mailbox().messages()).toHaveLength(3);
    expect(await states(ctx)).toEqual(["smtp uncertain", "smtp uncertain", "smtp uncertain"]);
  });
});

it("goes by the next vendor after a proved no, under one hold and with one Message-ID", async () => {
  test.sandbox.resend.setScript(() => "rate-limited");
  const ctx = context();
  const { facts } = await call(gateway, requestOf(), ctx);
  expect(facts.attempts.map(({ vendor, outcome }) => [vendor, outcome])).toEqual([
    ["resend", "refused"],
    ["smtp", "answered"],
  ]);
  expect(await states(ctx)).toEqual(["smtp settled"]);
});

it("is sent with the platform's credentials for a domain alone that the organization was let send for", async () => {
  const strict = await openTestGateway({ mail: true });
  try {
    const ctx = context();
    const refused = await failureOf(call(strict.gateway, requestOf(), ctx));
    expect(refused).toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "from" }] });
    expect(await strict.rows(ctx.organizationId)).toHaveLength(0);
    const operator = { actor: { kind: "operator", name: "root" }, organizationId: ctx.organizationId } as const;
    await addEmailSender(strict.deps, operator, "Example.COM");
    expect((await call(strict.gateway, requestOf(), ctx)).result.recipients).toMatchObject([{ status: "accepted" }]);
    await failureOf(
      call(strict.gateway, requestOf({ from: "a@sub.example.com" }), context({ organizationId: ctx.organizationId })),
    );
  } finally {
    await strict.close();
  }
});
