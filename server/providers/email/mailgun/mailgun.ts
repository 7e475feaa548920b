import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { isRecord, wordAt } from "../../_wire/json.ts";
import { httpMail, type MailAnswer, type MailRefusal } from "../_http/http-mail.ts";
import {
  badKey,
  badRequest,
  exhausted,
  refusedHere,
  tooFast,
  unknown,
  type MailVerdict,
} from "../_http/mail-verdicts.ts";
import { mailProbe } from "../_http/mail-probe.ts";
import { writtenMailbox } from "../_http/written-mailbox.ts";
import { multipartForm, type FormPart } from "./mailgun-form.ts";

const field = (name: string, value: string | undefined): FormPart[] => (value === undefined ? [] : [{ name, value }]);

/** The form of `POST /v3/{domain}/messages`. An inline file is named by its file name, which is then its content id. */
const partsOf = (mail: OutgoingEmail, { operationId }: ActIdentity): FormPart[] => {
  const { messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments, headers, tags } = mail;
  return [
    { name: "from", value: writtenMailbox(from) },
    ...to.map((one) => ({ name: "to", value: writtenMailbox(one) })),
    ...cc.map((one) => ({ name: "cc", value: writtenMailbox(one) })),
    ...bcc.map((one) => ({ name: "bcc", value: writtenMailbox(one) })),
    { name: "subject", value: subject },
    ...field("text", text),
    ...field("html", html),
    ...Object.entries(headers).map(([name, value]) => ({ name: `h:${name}`, value })),
    ...field("h:Reply-To", replyTo === undefined ? undefined : writtenMailbox(replyTo)),
    { name: "h:Message-Id", value: messageId },
    ...Object.entries(tags).map(([name, value]) => ({ name: `v:${name}`, value })),
    { name: "v:nexus_operation", value: operationId },
    ...attachments.map(({ filename, content, contentType = "application/octet-stream", contentId }) => ({
      name: contentId === undefined ? "attachment" : "inline",
      filename: contentId ?? filename,
      contentType,
      value: Buffer.from(content, "base64"),
    })),
  ];
};

/**
 * By status, https://documentation.mailgun.com/docs/mailgun/api-reference/mg-errors. Of 5xx: "Mailgun Send errored while
 * processing your request", which does not say that nothing was queued.
 */
const byStatus: Readonly<Record<number, MailVerdict>> = {
  400: badRequest,
  // The answer to a wrong key is the word Forbidden, and no JSON.
  401: badKey,
  // The account is disabled, or the domain is no more than a test one.
  403: refusedHere,
  // The domain of the stored credential does not exist.
  404: badKey,
  413: refusedHere,
  420: exhausted,
  429: tooFast,
};

const refusal = ({ status, document, text }: MailAnswer): MailRefusal | undefined => {
  if (status >= 200 && status <= 299) return undefined;
  const isOwn = wordAt(document, "message") !== undefined || (status === 401 && text.trim() === "Forbidden");
  return { verdict: (isOwn ? byStatus[status] : undefined) ?? unknown };
};

const name = "Mailgun";
const path = "/v3/{domain}/messages";
const values = ({ domain = "" }: Readonly<Record<string, string>>) => ({ domain });
const authorize = ({ apiKey = "" }: Readonly<Record<string, string>>) => ({
  authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString("base64")}`,
});

/** https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages */
export const mailgun = defineProvider({
  id: "mailgun",
  name,
  family: "email",
  credential: z.strictObject({
    apiKey: z.string().min(1).max(512).describe("A sending key of the domain, or a key of the account"),
    domain: z
      .string()
      .max(253)
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, { error: "a domain, mg.example.com" })
      .describe("The sending domain, such as mg.example.com"),
  }),
  defaultBaseUrl: "https://api.mailgun.net",
  // Of domains in the EU.
  addresses: ["https://api.eu.mailgun.net"],
  customBaseUrl: false,
  docsUrl: "https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages",
  // A sending key may do nothing but send: …/user-manual/api-key-mgmt/rbac-mgmt. A mail without sender and recipients is refused
  // once key and domain are known, and before anything is made of it.
  probe: mailProbe({
    name,
    asks: "asks for a mail without sender and recipients, which is refused once the key is known",
    method: "POST",
    path,
    values,
    authorize,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "subject=",
    refusal,
    isAnswer: ({ status, document }) => status === 400 && wordAt(document, "message") !== undefined,
  }),
  fees: {
    source: "https://www.mailgun.com/pricing/",
    asOf: "2026-11-29",
    // Second-hand: without a plan's quota, the dearest; every recipient counts as a mail.
    mail: { recipient: { usd: 2, per: 1_000 } },
  },
  email: {
    capabilities: {
      // https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-http: 25 MB, a thousand recipients.
      maxRecipients: 1_000,
      maxBytes: 25_000_000,
      keepsMessageId: true,
      needsTo: true,
      verified: "sandbox",
    },
    // No keys. Events are searched by variables after a while.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name,
      path,
      values,
      authorize,
      authorizeShown: { authorization: "Basic …" },
      compose: (mail, identity) => {
        const { contentType, body } = multipartForm(partsOf(mail, identity));
        return { headers: { "content-type": contentType }, body };
      },
      refusal,
      taken: ({ document }) => {
        const id = isRecord(document) ? wordAt(document, "id") : undefined;
        return id === undefined ? undefined : { id };
      },
    }),
  },
});
