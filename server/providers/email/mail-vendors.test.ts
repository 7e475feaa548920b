import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mailFaults, type MailFault } from "../../../sandbox/mail-vendors/mail-fault.ts";
import {
  emailOf,
  identity,
  mailVendors,
  openMailBench,
  outgoingMail,
  type MailBench,
} from "../../../test/mail-bench.ts";
import { decodedBytes, type Attachment } from "../../contracts/email/attachment.ts";
import { SendEmailInput } from "../../contracts/email/send-email.ts";
import type { OutgoingEmail } from "../../contracts/email-vendor.ts";

let bench: MailBench;
beforeAll(async () => {
  bench = await openMailBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.sandbox.reset();
  await fetch(`${bench.sandbox.mailbox?.url}/messages`, { method: "DELETE" });
});

const arrived = () => bench.sandbox.mailbox?.messages() ?? [];
const party = (address: string, name?: string) => ({ address, name });
const ids = mailVendors.map(({ id }) => id);
const overHttp = ids.filter((id) => id !== "smtp");

describe.each(ids)("%s", (id) => {
  it("takes a mail for all three kinds of recipients, says so for each, and the sandbox has it once", async () => {
    const cc = [party("bob@example.org", "Bob")];
    const bcc = [party("eve@example.org")];
    const { result, units } = await bench.send(id, outgoingMail({ cc, bcc, html: "<p>Hello</p>" }));
    expect(result.recipients).toEqual([
      { address: "ann@example.org", field: "to", status: "accepted" },
      { address: "bob@example.org", field: "cc", status: "accepted" },
      { address: "eve@example.org", field: "bcc", status: "accepted" },
    ]);
    expect(units).toEqual({ message: 1, recipient: 3 });
    expect(arrived()).toHaveLength(1);
    expect(arrived()[0]).toMatchObject({
      via: id,
      from: "app@example.com",
      to: ["ann@example.org", "bob@example.org", "eve@example.org"],
    });
  });

  it("shows its request without a secret, and the operation's id can be found in it", async () => {
    const bytes = await emailOf(id).prepare(outgoingMail(), identity);
    const shown = inspect(emailOf(id).render(bytes), { depth: 9 });
    expect(shown).toContain("0190-operation");
    for (const secret of Object.values(bench.sandbox.acting[id]?.secret ?? {})) expect(shown).not.toContain(secret);
  });

  it("sends no more than it says that it can", async () => {
    const { maxRecipients, maxBytes } = emailOf(id).capabilities;
    expect(maxRecipients).toBeGreaterThanOrEqual(1);
    if (id === "smtp") return;
    const to = Array.from({ length: maxRecipients }, (_, at) => party(`a${at}@example.org`));
    expect((await bench.send(id, outgoingMail({ to }))).result.recipients).toHaveLength(maxRecipients);
    const many = await bench.failure(bench.send(id, outgoingMail({ to: [...to, party("b@example.org")] })));
    expect(many.kind).toBe("refused");
    // What is larger is refused here, and would be there.
    const wire = bench.sandbox.mailVendor(id);
    expect(wire.maxBytes).toBeGreaterThanOrEqual(maxBytes);
    if (maxBytes > 10_000_000) return;
    const large = await bench.failure(bench.send(id, outgoingMail({ text: "x".repeat(maxBytes + 1) })));
    expect(large.kind).toBe("refused");
    expect(arrived()).toHaveLength(1);
  });

  it("is sent its mail once more by a repeat, unless it knows keys", async () => {
    const { rules } = emailOf(id);
    const bytes = await emailOf(id).prepare(outgoingMail(), identity);
    const first = await bench.sendBytes(id, bytes);
    const again = await bench.sendBytes(id, bytes);
    expect(arrived()).toHaveLength(rules.keyLifetimeMs === undefined ? 2 : 1);
    if (rules.keyLifetimeMs !== undefined) expect(again.result).toEqual(first.result);
  });

  it("refuses a credential that is not its own, and repeats nothing of it", async () => {
    if (id === "smtp") return;
    const secret = bench.sandbox.acting[id]?.secret ?? {};
    const wrong = Object.fromEntries(
      Object.entries(secret).map(([name, value]) => [name, name === "apiKey" ? "wrong" : value]),
    );
    const credential = { ...wrong, ...("secretAccessKey" in secret ? { secretAccessKey: "wrong-secret" } : {}) };
    const failure = await bench.failure(bench.send(id, outgoingMail(), { credential }));
    expect(failure).toMatchObject({ kind: "refused", code: "PROVIDER_AUTH_FAILED", about: "credential" });
    expect(inspect(failure)).not.toContain("wrong");
    expect(arrived()).toHaveLength(0);
  });
});

describe.each(overHttp)("headers that %s reads as orders", (id) => {
  it("are refused in a mail, whatever their letters", () => {
    const mail = { from: "app@example.com", to: ["ann@example.org"], subject: "Hello", text: "Hello" };
    for (const name of bench.sandbox.mailVendor(id).orderHeaders)
      for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
        const { error } = SendEmailInput.safeParse({ ...mail, headers: { [written]: "1" } });
        expect(error?.issues.map(({ path }) => path.join("."))).toEqual([`headers.${written}`]);
      }
    expect(SendEmailInput.safeParse({ ...mail, headers: { "X-Order": "1" } }).success).toBe(true);
  });
});

/** What an answer proves. Where vendors differ, by their documents, it says so. */
const provedBy: Readonly<Record<MailFault, string>> = {
  "drop-before-head": "unknown PROVIDER_UNAVAILABLE",
  "execute-then-drop": "unknown PROVIDER_UNAVAILABLE",
  "execute-then-hang": "unknown PROVIDER_TIMEOUT",
  "execute-then-5xx": "unknown PROVIDER_UNAVAILABLE",
  "5xx-without-executing": "unknown PROVIDER_UNAVAILABLE",
  "html-502": "unknown PROVIDER_UNAVAILABLE",
  "truncated-body": "unknown PROVIDER_UNAVAILABLE",
  "without-id": "unknown PROVIDER_BAD_RESPONSE",
  "slow-drip": "unknown PROVIDER_TIMEOUT",
  "rate-limited": "refused PROVIDER_RATE_LIMITED",
  "bad-key": "refused PROVIDER_AUTH_FAILED",
  quota: "refused PROVIDER_ACCOUNT_EXHAUSTED",
  refuse: "refused PROVIDER_REJECTED",
  maintenance: "unknown PROVIDER_UNAVAILABLE",
  "in-progress": "unknown PROVIDER_UNAVAILABLE",
  "forget-key": "unknown PROVIDER_UNAVAILABLE",
};
const otherwise: Readonly<Record<string, Partial<Record<MailFault, string>>>> = {
  // "The Postmark API is offline for maintenance": the one 5xx of which a vendor documents that nothing was done.
  postmark: { maintenance: "refused PROVIDER_UNAVAILABLE" },
};

const faults = Object.keys(mailFaults) as MailFault[];

describe.each(overHttp)("what %s answers proves", (id) => {
  it.each(faults)("%s", async (fault) => {
    bench.sandbox.mailVendor(id).setScript(() => fault);
    const isSlow = fault === "execute-then-hang" || fault === "slow-drip";
    const failure = await bench.failure(bench.send(id, outgoingMail(), isSlow ? { deadlineMs: 1_500 } : {}));
    expect(`${failure.kind} ${failure.code}`).toBe(otherwise[id]?.[fault] ?? provedBy[fault]);
    expect(bench.sandbox.mailVendor(id).effects()).toHaveLength(mailFaults[fault].executes ? 1 : 0);
  });
});

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((said) => /^[^\p{Cc}\u2028\u2029]+$/u.test(said) && said.trim() === said && said.isWellFormed());
const name = fc.oneof(
  text,
  fc.constantFrom(
    'Äpp "Quote", Ltd. <x@example.net>',
    "a@b.example, c@d.example",
    "back\\slash",
    "Ann: Bob;",
    "=?utf-8?q?x?=",
  ),
);
const mailbox = (prefix: string) =>
  fc.record({
    address: fc.nat(999_999).map((at) => `${prefix}${at}@example.org`),
    name: fc.option(name, { nil: undefined }),
  });
/** An address is there once, as in every mail that was let in. */
const mailboxes = (prefix: string, size: { readonly minLength?: number; readonly maxLength: number }) =>
  fc.uniqueArray(mailbox(prefix), { ...size, selector: ({ address }) => address });
const file = fc.record({
  filename: fc.constantFrom("a.pdf", "Größe – 日本.pdf", 'quote".txt', "semi;colon.txt", "per%cent.txt"),
  content: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  contentType: fc.constantFrom("application/pdf", "text/plain"),
  contentId: fc.constantFrom(undefined, "logo@x"),
});

const anyMail: fc.Arbitrary<OutgoingEmail> = fc
  .record({
    from: mailbox("from"),
    to: mailboxes("to", { minLength: 1, maxLength: 3 }),
    cc: mailboxes("cc", { maxLength: 2 }),
    bcc: mailboxes("bcc", { maxLength: 2 }),
    replyTo: fc.option(mailbox("reply"), { nil: undefined }),
    subject: name,
    text: fc.oneof(text, fc.constantFrom(".\n..\nline", "--boundary--", "\r\nBcc: x@example.net")),
    html: fc.option(text, { nil: undefined }),
    attachments: fc.array(file, { maxLength: 2 }),
    stream: fc.constantFrom("transactional" as const, "broadcast" as const),
  })
  .map((mail) => outgoingMail(mail));

describe.each(overHttp)("whatever is in a mail, %s is asked", (id) => {
  it("for its recipients and no others, with its subject, its texts and its files", async () => {
    const property = fc.asyncProperty(anyMail, async (mail) => {
      await bench.sandbox.reset();
      await bench.send(id, mail);
      const [effect] = bench.sandbox.mailVendor(id).effects();
      const addresses = (list: OutgoingEmail["to"]) => list.map(({ address }) => address);
      expect(effect?.mail).toMatchObject({
        from: mail.from.address,
        to: addresses(mail.to),
        cc: addresses(mail.cc),
        bcc: addresses(mail.bcc),
        subject: mail.subject,
      });
      expect(effect?.mail.text?.replaceAll("\r\n", "\n").trimEnd()).toBe(mail.text?.replaceAll("\r\n", "\n").trimEnd());
      expect(effect?.mail.html?.trimEnd()).toBe(mail.html?.trimEnd());
      // Mailgun knows an image of the text by the name of its file.
      const nameOf = ({ filename, contentId }: Attachment) => (id === "mailgun" && contentId ? contentId : filename);
      expect(effect?.mail.attachments.map(({ filename, bytes }) => `${filename} ${bytes}`).sort()).toEqual(
        mail.attachments.map((one) => `${nameOf(one)} ${decodedBytes(one)}`).sort(),
      );
      const headers = new Map(
        Object.entries(effect?.mail.headers ?? {}).map(([key, said]) => [key.toLowerCase(), said]),
      );
      expect(headers.get("x-nexus-operation")).toBe("0190-operation");
      if (emailOf(id).capabilities.keepsMessageId) expect(headers.get("message-id")).toBe(mail.messageId);
      expect([...headers.keys()]).not.toContain("bcc");
      expect(effect?.mail.tags["nexus_operation"]).toBe("0190-operation");
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe("Postmark", () => {
  it("says of a mail that it took who does not get it, and refuses one that nobody gets", async () => {
    const to = [party("ann@example.org"), party("inactive@example.org")];
    const { result, units } = await bench.send("postmark", outgoingMail({ to }));
    expect(result.recipients).toMatchObject([{ status: "accepted" }, { status: "rejected", reason: "inactive" }]);
    expect(units).toEqual({ message: 1, recipient: 1 });
    const failure = await bench.failure(bench.send("postmark", outgoingMail({ to: [party("inactive@example.org")] })));
    expect(failure).toMatchObject({ kind: "refused", about: "request", reason: { code: "406" } });
  });

  it("sends broadcasts by a stream of their own", async () => {
    await bench.send("postmark", outgoingMail({ stream: "broadcast" }));
    expect(arrived()[0]?.source).toContain('"MessageStream": "broadcast"');
  });
});

describe("Cloudflare", () => {
  it("says of each recipient what became of it", async () => {
    const to = ["ann", "queued", "bounced", "suppressed"].map((local) => party(`${local}@example.org`));
    const { result } = await bench.send("cloudflare", outgoingMail({ to }));
    expect(result.recipients.map(({ status, reason }) => reason ?? status)).toEqual([
      "accepted",
      "accepted",
      "bounced",
      "suppressed",
    ]);
    const failure = await bench.failure(bench.send("cloudflare", outgoingMail({ to: [party("bounced@example.org")] })));
    expect(failure).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED" });
  });
});
