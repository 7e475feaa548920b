import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { isRecord, wordAt } from "../../_wire/json.ts";
import { httpMail } from "../_http/http-mail.ts";
import { mailProbe } from "../_http/mail-probe.ts";
import { some, writtenMailbox } from "../_http/written-mailbox.ts";
import { resendRefusal } from "./resend-refusals.ts";

const dayMs = 86_400_000;

/** The body of `POST /emails`, by Resend's OpenAPI description 1.5.0. */
const bodyOf = (mail: OutgoingEmail, { operationId }: ActIdentity) => {
  const { messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments, headers, tags } = mail;
  return {
    from: writtenMailbox(from),
    to: to.map(writtenMailbox),
    cc: some(cc.map(writtenMailbox)),
    bcc: some(bcc.map(writtenMailbox)),
    reply_to: replyTo === undefined ? undefined : [writtenMailbox(replyTo)],
    subject,
    text,
    html,
    attachments: some(
      attachments.map(({ filename, content, contentType, contentId }) => ({
        filename,
        content,
        content_type: contentType,
        content_id: contentId,
      })),
    ),
    headers: { ...headers, "Message-ID": messageId },
    tags: Object.entries({ ...tags, nexus_operation: operationId }).map(([name, value]) => ({ name, value })),
  };
};

const name = "Resend";
const authorize = ({ apiKey = "" }: Readonly<Record<string, string>>) => ({ authorization: `Bearer ${apiKey}` });

/** https://resend.com/docs/api-reference */
export const resend = defineProvider({
  id: "resend",
  name,
  family: "email",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512) }),
  defaultBaseUrl: "https://api.resend.com",
  customBaseUrl: false,
  docsUrl: "https://resend.com/docs/api-reference/emails/send-email",
  // https://resend.com/docs/api-reference/domains/list-domains
  probe: mailProbe({
    name,
    asks: "lists the domains",
    path: "/domains",
    authorize,
    refusal: resendRefusal,
    isAnswer: ({ status, document }) => status === 200 && isRecord(document) && Array.isArray(document["data"]),
    // https://resend.com/docs/api-reference/errors: "The API key is restricted to only send emails".
    isLimit: ({ document }) => wordAt(document, "name") === "restricted_api_key",
  }),
  fees: {
    source: "https://resend.com/pricing",
    asOf: "2026-11-29",
    // What is beyond the quota of the Pro plan; every recipient counts as a mail.
    mail: { recipient: { usd: 0.9, per: 1_000 } },
  },
  email: {
    capabilities: {
      maxRecipients: 50,
      // "Max 40MB per email, after Base64 encoding of the attachments": https://resend.com/docs/dashboard/emails/attachments
      maxBytes: 40_000_000,
      // Nobody says that it does, and Resend tells the Message-ID that a mail has got ("so you can capture the Message-ID"):
      // https://resend.com/changelog/message-id-for-sent-emails
      keepsMessageId: false,
      needsTo: true,
      verified: "sandbox",
    },
    // https://resend.com/docs/dashboard/emails/idempotency-keys: a day, 409 on other bytes. The list of mails knows no tags.
    rules: { keyLifetimeMs: dayMs, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name,
      path: "/emails",
      authorize,
      authorizeShown: { authorization: "Bearer …" },
      compose: (mail, identity) => ({
        headers: { "content-type": "application/json", "idempotency-key": identity.providerKey },
        body: JSON.stringify(bodyOf(mail, identity)),
      }),
      refusal: resendRefusal,
      taken: ({ document }) => {
        const id = wordAt(document, "id");
        return id === undefined ? undefined : { id };
      },
    }),
  },
});
