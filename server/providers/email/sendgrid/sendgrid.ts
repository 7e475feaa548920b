import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import type { SentMailbox } from "../../../contracts/email/mailbox.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { arrayAt, isRecord } from "../../_wire/json.ts";
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
import { some } from "../_http/written-mailbox.ts";

const party = ({ address, name }: SentMailbox) => ({ email: address, name });

/** The body of `POST /v3/mail/send`. One personalization: all of a mail's recipients see each other, but for blind copies. */
const bodyOf = (mail: OutgoingEmail, { operationId }: ActIdentity) => {
  const { messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments, headers, tags } = mail;
  const content = [
    // "text/plain" has to be the first.
    ...(text === undefined ? [] : [{ type: "text/plain", value: text }]),
    ...(html === undefined ? [] : [{ type: "text/html", value: html }]),
  ];
  return {
    personalizations: [{ to: to.map(party), cc: some(cc.map(party)), bcc: some(bcc.map(party)) }],
    from: party(from),
    reply_to: replyTo === undefined ? undefined : party(replyTo),
    subject,
    content,
    attachments: some(
      attachments.map(({ filename, content: bytes, contentType, contentId }) => ({
        filename,
        content: bytes,
        type: contentType,
        disposition: contentId === undefined ? "attachment" : "inline",
        content_id: contentId,
      })),
    ),
    headers: { ...headers, "Message-ID": messageId },
    custom_args: { ...tags, nexus_operation: operationId },
  };
};

/**
 * By status, https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses; errors are
 * sentences, and have no codes. Of 5xx it says "an error occurred when SendGrid attempted to process it", and no more.
 */
const byStatus: Readonly<Record<number, MailVerdict>> = {
  400: badRequest,
  401: badKey,
  // Of a sender that is not verified, and of a key without the scope; the mail may go elsewhere.
  403: refusedHere,
  404: badRequest,
  405: badRequest,
  406: badRequest,
  413: refusedHere,
  415: badRequest,
  429: tooFast,
};

/** "Maximum credits exceeded" comes with 401, as a wrong key does. */
const isCredits = ({ document }: MailAnswer): boolean =>
  arrayAt(document, "errors").some((error) =>
    /^Maximum credits exceeded/i.test(String(Reflect.get(Object(error), "message"))),
  );

const refusal = (answer: MailAnswer): MailRefusal | undefined => {
  const { status, document } = answer;
  if (status >= 200 && status <= 299) return undefined;
  const isOwn = arrayAt(document, "errors").length > 0;
  if (isOwn && isCredits(answer)) return { verdict: exhausted };
  return { verdict: (isOwn ? byStatus[status] : undefined) ?? unknown };
};

const name = "SendGrid";
const authorize = ({ apiKey = "" }: Readonly<Record<string, string>>) => ({ authorization: `Bearer ${apiKey}` });

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send */
export const sendgrid = defineProvider({
  id: "sendgrid",
  name,
  family: "email",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("An API key that may send mail") }),
  defaultBaseUrl: "https://api.sendgrid.com",
  // The EU's subusers.
  addresses: ["https://api.eu.sendgrid.com"],
  customBaseUrl: false,
  docsUrl: "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send",
  // https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
  probe: mailProbe({
    name,
    asks: "reads what the key may do",
    path: "/v3/scopes",
    authorize,
    refusal,
    isAnswer: ({ status, document }) => status === 200 && isRecord(document) && Array.isArray(document["scopes"]),
    isUnfit: ({ status, document }) =>
      status === 200 &&
      isRecord(document) &&
      Array.isArray(document["scopes"]) &&
      !arrayAt(document, "scopes").includes("mail.send"),
  }),
  fees: {
    source: "https://sendgrid.com/en-us/pricing",
    asOf: "2026-11-29",
    // Second-hand: what is beyond the quota of the smallest plan, the dearest; every recipient counts as a mail.
    mail: { recipient: { usd: 1.33, per: 1_000 } },
  },
  email: {
    capabilities: {
      // https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors: a thousand recipients, 30 MB with all files.
      maxRecipients: 1_000,
      maxBytes: 30_000_000,
      // https://github.com/anymail/django-anymail/pull/109: it may be replaced, says SendGrid's support.
      keepsMessageId: false,
      needsTo: true,
      verified: "sandbox",
    },
    // No keys. The log of activity is sold apart, and shows mails after a while.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name,
      path: "/v3/mail/send",
      authorize,
      authorizeShown: { authorization: "Bearer …" },
      compose: (mail, identity) => ({
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodyOf(mail, identity)),
      }),
      refusal,
      // The answer is empty, and its id in a header: without it nobody knows the mail.
      taken: ({ headers }) => {
        const id = headers["x-message-id"];
        return id === undefined || id === "" ? undefined : { id };
      },
    }),
  },
});
