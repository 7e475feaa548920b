import { z } from "zod";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import type { SentMailbox } from "../../../contracts/email/mailbox.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { httpMail } from "../_http/http-mail.ts";
import { some } from "../_http/written-mailbox.ts";
import { cloudflareRefusal, takenByCloudflare } from "./cloudflare-answers.ts";
import { authorizeCloudflare, cloudflareProbe } from "./cloudflare-probe.ts";

const party = ({ address, name }: SentMailbox) => (name === undefined ? address : { address, name });

/** The body of `send`, by the types of Cloudflare's SDK 7.3. It writes Message-ID and Date itself, and keeps no tags. */
const bodyOf = (mail: OutgoingEmail) => {
  const { from, to, cc, bcc, replyTo, subject, text, html, attachments, headers } = mail;
  return {
    from: party(from),
    to: to.map(party),
    cc: some(cc.map(party)),
    bcc: some(bcc.map(party)),
    reply_to: replyTo === undefined ? undefined : party(replyTo),
    subject,
    text,
    html,
    attachments: some(
      attachments.map(({ filename, content, contentType = "application/octet-stream", contentId }) => ({
        filename,
        content,
        type: contentType,
        ...(contentId === undefined ? { disposition: "attachment" } : { disposition: "inline", content_id: contentId }),
      })),
    ),
    headers,
  };
};

/** https://developers.cloudflare.com/email-service/ */
export const cloudflare = defineProvider({
  id: "cloudflare",
  name: "Cloudflare Email Service",
  family: "email",
  credential: z.strictObject({
    apiKey: z.string().min(1).max(512).describe("An API token with the permission Email Sending: Edit"),
    accountId: z
      .string()
      .regex(/^[0-9a-f]{32}$/, { error: "the account's id, 32 hexadecimal digits" })
      .describe("The account's id, 32 hexadecimal digits"),
  }),
  defaultBaseUrl: "https://api.cloudflare.com/client/v4",
  customBaseUrl: false,
  docsUrl: "https://developers.cloudflare.com/email-service/api/send-emails/rest-api/",
  probe: cloudflareProbe,
  fees: {
    source: "https://developers.cloudflare.com/email-service/platform/pricing/",
    asOf: "2026-11-29",
    // "3,000 included per month, then $0.35 per 1,000 emails"; that every recipient counts is the dearer reading.
    mail: { recipient: { usd: 0.35, per: 1_000 } },
  },
  email: {
    capabilities: {
      // https://developers.cloudflare.com/email-service/platform/limits/
      maxRecipients: 50,
      maxBytes: 5 * 1024 * 1024,
      // https://developers.cloudflare.com/email-service/reference/headers/: one in `headers` is an error.
      keepsMessageId: false,
      needsTo: true,
      verified: "sandbox",
    },
    // Neither keys nor a way to ask are documented.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name: "Cloudflare",
      path: "/accounts/{account}/email/sending/send",
      values: ({ accountId = "" }) => ({ account: accountId }),
      authorize: authorizeCloudflare,
      authorizeShown: { authorization: "Bearer …" },
      compose: (mail) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(bodyOf(mail)) }),
      refusal: cloudflareRefusal,
      taken: takenByCloudflare,
    }),
  },
});
