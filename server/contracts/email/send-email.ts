import { z } from "zod";
import { NexusFacts } from "../nexus-facts.ts";
import { Attachment, decodedBytes, maxAttachmentBytes } from "./attachment.ts";
import { TemplateUse } from "./template.ts";
import { HeaderText, MailAddress, MailParty, sameMailboxKey, sentMailboxOf } from "./mailbox.ts";

export const mailStreams = ["transactional", "broadcast"] as const;

/** What a mail is about. A second copy of the first three does no harm. */
export const mailCategories = [
  "otp",
  "password_reset",
  "security_alert",
  "receipt",
  "invoice",
  "notification",
  "marketing",
] as const;
export type MailCategory = (typeof mailCategories)[number];

/** Mail that people need to keep their accounts: nobody unsubscribes from it. */
export const securityCategories: ReadonlySet<MailCategory> = new Set(["otp", "password_reset", "security_alert"]);

export const deliveries = ["at_most_once", "at_least_once"] as const;

/** Recipients of all three fields together. */
export const maxRecipients = 50;
const maxTextLength = 2 * 1024 * 1024;

/** Headers that vendors read as orders of their own (`orderHeaders` of their wires in the sandbox), and ours. */
const reserved = /^x-(nexus-|pm-|smtpapi|mailgun-|ses-|amz-|mc-|postmark-|cf-|msys-|entity-ref-id$|mailer$)/i;
const messageIds = /^<[\x21-\x3b\x3d\x3f-\x7e]+>( <[\x21-\x3b\x3d\x3f-\x7e]+>)*$/;

const headers = z
  .record(
    z.string().regex(/^(X-[A-Za-z0-9-]{1,60}|In-Reply-To|References)$/i, { error: "X-…, In-Reply-To or References" }),
    HeaderText.min(1).max(900),
  )
  .superRefine((given, ctx) => {
    const names = Object.keys(given);
    if (names.length > 20) ctx.addIssue({ code: "custom", message: "at most 20 headers" });
    const seen = new Set<string>();
    for (const name of names) {
      const low = name.toLowerCase();
      if (seen.has(low)) ctx.addIssue({ code: "custom", path: [name], message: "each header once" });
      seen.add(low);
      if (reserved.test(name))
        ctx.addIssue({ code: "custom", path: [name], message: "a header that is no vendor's order" });
      if (!low.startsWith("x-") && !messageIds.test(given[name] ?? ""))
        ctx.addIssue({ code: "custom", path: [name], message: "message ids, <id@domain>, with a blank between them" });
    }
  })
  .describe("`X-…`, `In-Reply-To` and `References`; all other headers have fields of their own");

const word = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "1 to 128 letters, digits, _ and -" });

const unsubscribe = z
  .strictObject({
    url: z
      .string()
      .max(900)
      .regex(/^https:\/\/[\x21-\x7e]+$/, { error: "an https address in ASCII" })
      .refine((text) => !/[<>,"\\^`{|}]/.test(text) && URL.parse(text)?.username === "", { error: "an https address" })
      .describe("Unsubscribes on POST, without a page, a cookie or a question (RFC 8058)"),
    mailto: MailAddress.optional().describe("Unsubscribes by mail"),
  })
  .describe("How a recipient leaves in one click; required for broadcasts, refused for security mail");

const body = z
  .string()
  .min(1)
  .max(maxTextLength)
  .refine((text) => !text.includes("\0"), { error: "text without NUL" });

/** A zone is part of it: what has none means another time in another place. */
const moment = z.iso.datetime({ offset: true, error: "a time with its zone, such as 2026-12-01T09:00:00Z" });

const SendEmailFields = z.strictObject({
  from: MailParty.describe("The sender, of a domain that the organization may send for"),
  to: z.array(MailParty).min(1).max(maxRecipients),
  cc: z.array(MailParty).max(maxRecipients).optional(),
  bcc: z.array(MailParty).max(maxRecipients).optional(),
  replyTo: MailParty.optional(),
  subject: HeaderText.min(1).max(900).optional().describe("Required without a template"),
  text: body.optional(),
  html: body.optional(),
  template: TemplateUse.optional().describe("A stored template in place of `subject`, `text` and `html`"),
  attachments: z.array(Attachment).max(10).optional(),
  headers: headers.optional(),
  tags: z
    .record(word, word)
    .refine((tags) => Object.keys(tags).length <= 10, { error: "at most 10 tags" })
    .refine((tags) => !Object.keys(tags).some((name) => /^nexus/i.test(name)), { error: "no tag named nexus…" })
    .optional()
    .describe("For your own statistics; passed on to vendors that keep tags"),
  stream: z.enum(mailStreams).default("transactional"),
  category: z.enum(mailCategories).default("notification"),
  delivery: z
    .enum(deliveries)
    .optional()
    .describe(
      "What happens where nobody can tell whether the mail left. `at_most_once`: it is not sent again. `at_least_once`: it is, perhaps by another vendor, and may arrive twice; the default for `otp`, `password_reset` and `security_alert`",
    ),
  unsubscribe: unsubscribe.optional(),
  accept: z
    .enum(["sent", "queued"])
    .optional()
    .describe(
      "`queued`: it is answered, with 202, as soon as it is durable, and sent from the queue, by another vendor where one fails. `sent`, the default: it is answered when a vendor has taken it",
    ),
  sendAt: moment
    .optional()
    .describe("Not before; up to 90 days ahead. It waits in the queue, and can be canceled until then"),
  expiresAt: moment
    .optional()
    .describe(
      "Of queued mail: from then on it is not sent any more. By default 10 minutes after it is due for `otp`, else 24 hours; at most 7 days",
    ),
  provider: z.string().max(64).optional().describe("The only vendor that may send it"),
  credentialPolicy: z
    .enum(["any", "byok_only"])
    .optional()
    .describe("`byok_only`: by a key of the organization's own, or not at all"),
  dryRun: z
    .boolean()
    .default(false)
    .describe("Answers with the exact request and the most it can cost; nothing is sent"),
});

/** The mailboxes of a mail, by field. */
export const recipientsOf = ({
  to,
  cc = [],
  bcc = [],
}: Pick<z.output<typeof SendEmailFields>, "to" | "cc" | "bcc">) => [
  ...to.map((mailbox, index) => ({ field: "to" as const, index, ...sentMailboxOf(mailbox) })),
  ...cc.map((mailbox, index) => ({ field: "cc" as const, index, ...sentMailboxOf(mailbox) })),
  ...bcc.map((mailbox, index) => ({ field: "bcc" as const, index, ...sentMailboxOf(mailbox) })),
];

/** Whether a mail waits in the queue before it is sent. */
export const isQueued = ({ accept, sendAt }: Pick<z.output<typeof SendEmailFields>, "accept" | "sendAt">): boolean =>
  accept === "queued" || sendAt !== undefined;

/** A mail, as an app hands it over. */
export const SendEmailInput = SendEmailFields.superRefine((mail, ctx) => {
  const refuse = (path: (string | number)[], message: string): void => ctx.addIssue({ code: "custom", path, message });
  const all = recipientsOf(mail);
  if (all.length > maxRecipients) refuse(["to"], `at most ${maxRecipients} recipients, cc and bcc included`);
  const seen = new Set<string>();
  for (const { field, index, address } of all) {
    const key = sameMailboxKey(address);
    if (seen.has(key)) refuse([field, index], "each address once");
    seen.add(key);
  }
  const { subject, text, html, template } = mail;
  if (template === undefined) {
    if (subject === undefined) refuse(["subject"], "a text; it is missing");
    if (text === undefined && html === undefined) refuse(["text"], "text, html or both");
  } else {
    for (const [field, words] of Object.entries({ subject, text, html }))
      if (words !== undefined) refuse([field], "nothing: the template says it");
  }
  const bytes = (mail.attachments ?? []).reduce((sum, file) => sum + decodedBytes(file), 0);
  if (bytes > maxAttachmentBytes) refuse(["attachments"], `at most ${maxAttachmentBytes} bytes together`);
  const isSecurity = securityCategories.has(mail.category);
  if (mail.category === "marketing" && mail.stream !== "broadcast") refuse(["stream"], "broadcast for marketing");
  if (isSecurity && mail.stream === "broadcast") refuse(["stream"], `transactional for ${mail.category}`);
  if (mail.stream === "broadcast" && mail.unsubscribe === undefined)
    refuse(["unsubscribe"], "a way to unsubscribe, which broadcasts need");
  if (mail.sendAt !== undefined && mail.accept === "sent") refuse(["accept"], "queued, or nothing, with sendAt");
  if (mail.expiresAt !== undefined && !isQueued(mail)) refuse(["expiresAt"], "nothing, unless it is queued");
  if (isSecurity && mail.unsubscribe !== undefined) refuse(["unsubscribe"], `nothing for ${mail.category}`);
});
export type SendEmailInput = z.output<typeof SendEmailInput>;

/** A mail whose words are known: as its app wrote it, or as its template says it. */
export const ComposedEmail = SendEmailFields.omit({ template: true }).required({ subject: true });
export type ComposedEmail = z.output<typeof ComposedEmail>;

/** How far a mail has got to one recipient. */
export const RecipientStatus = z.object({
  address: z.string(),
  field: z.enum(["to", "cc", "bcc"]),
  status: z
    .enum(["accepted", "deferred", "rejected", "unknown", "suppressed"])
    .describe(
      "accepted: a vendor has taken it; deferred: refused for now, and may be sent again; rejected: refused for good; unknown: nobody can tell; suppressed: nothing was sent to this address",
    ),
  reason: z.string().optional().describe("The server's codes, such as `550 5.1.1`, or why the address is suppressed"),
});
export type RecipientStatus = z.infer<typeof RecipientStatus>;

/** A request as a vendor would be sent it, without the secret. */
export const RenderedRequest = z.object({
  protocol: z.enum(["http", "smtp"]),
  target: z.string().describe("Method and path, or the server"),
  headers: z.record(z.string(), z.string()).describe("HTTP headers, or the envelope"),
  body: z.string().describe("The HTTP body, or the message with all its headers"),
});
export type RenderedRequest = z.infer<typeof RenderedRequest>;

const SentEmail = z.object({
  status: z.literal("sent"),
  dryRun: z.literal(false),
  emailId: z
    .string()
    .describe("Id of the operation: of its ledger row, in reports, and in the header X-Nexus-Operation"),
  messageId: z.string().describe("The Message-ID, the same on every attempt"),
  effect: z.literal("done"),
  recipients: z.array(RecipientStatus),
  delivery: z.object({ mode: z.enum(deliveries), chosenBy: z.enum(["caller", "default"]) }),
  duplicatePossible: z.boolean().describe("An earlier attempt may have arrived too; with `at_least_once` alone"),
  providerObjectId: z.string().nullable().describe("The vendor's own id, where it gives one"),
  replayed: z.boolean().describe("The answer to an earlier call with this idempotency key"),
  nexus: NexusFacts,
});

const QueuedEmail = z.object({
  status: z.literal("queued"),
  dryRun: z.literal(false),
  emailId: z
    .string()
    .describe("Id of the operation: of its ledger row, in reports, and in the header X-Nexus-Operation"),
  messageId: z.string().describe("The Message-ID that it will have"),
  effect: z.literal("none"),
  dueAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe("From then on it is not sent any more"),
  heldNanoUsd: z.string().describe("What is set aside for it, in nano-USD"),
  delivery: z.object({ mode: z.enum(deliveries), chosenBy: z.enum(["caller", "default"]) }),
  replayed: z.boolean().describe("The answer to an earlier call with this idempotency key"),
});

/** A mail that was not sent: what it would be. */
export const RenderedEmail = z.object({
  status: z.literal("rendered"),
  dryRun: z.literal(true),
  effect: z.literal("none"),
  provider: z.string(),
  credentialTier: z.string(),
  boundNanoUsd: z.string().describe("The most it can cost, in nano-USD"),
  delivery: z.object({ mode: z.enum(deliveries), chosenBy: z.enum(["caller", "default"]) }),
  recipients: z.array(z.object({ address: z.string(), field: z.enum(["to", "cc", "bcc"]) })),
  request: RenderedRequest,
});

export type RenderedEmail = z.output<typeof RenderedEmail>;

export const SendEmailOutput = z.discriminatedUnion("status", [SentEmail, QueuedEmail, RenderedEmail]);
export type SendEmailOutput = z.output<typeof SendEmailOutput>;
