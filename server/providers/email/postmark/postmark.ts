import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { isRecord } from "../../_wire/json.ts";
import { httpMail } from "../_http/http-mail.ts";
import { mailProbe } from "../_http/mail-probe.ts";
import { some, writtenMailbox } from "../_http/written-mailbox.ts";
import { inactiveIn, messageIdIn, postmarkRefusal } from "./postmark-refusals.ts";

/** The ids of the streams that every server at Postmark begins with. */
const streams = { transactional: "outbound", broadcast: "broadcast" } as const;

/** https://postmarkapp.com/support/article/1125-custom-metadata-faq: at most ten, names of 20 and values of 80 characters. */
const metadataOf = (tags: OutgoingEmail["tags"], operationId: string): Record<string, string> => {
  const fitting = Object.entries(tags).filter(([name, value]) => name.length <= 20 && value.length <= 80);
  return { ...Object.fromEntries(fitting.slice(0, 9)), nexus_operation: operationId };
};

const listed = (mailboxes: OutgoingEmail["to"]): string | undefined =>
  mailboxes.length === 0 ? undefined : mailboxes.map(writtenMailbox).join(", ");

/** The body of `POST /email`. */
const bodyOf = (mail: OutgoingEmail, { operationId }: ActIdentity) => {
  const { messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments, headers, tags, stream } = mail;
  // Without the order to keep it, Postmark writes a Message-ID of its own.
  const all = { ...headers, "Message-ID": messageId, "X-PM-KeepID": "true" };
  return {
    From: writtenMailbox(from),
    To: listed(to),
    Cc: listed(cc),
    Bcc: listed(bcc),
    ReplyTo: replyTo === undefined ? undefined : writtenMailbox(replyTo),
    Subject: subject,
    TextBody: text,
    HtmlBody: html,
    Headers: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
    Attachments: some(
      attachments.map(({ filename, content, contentType = "application/octet-stream", contentId }) => ({
        Name: filename,
        Content: content,
        ContentType: contentType,
        ContentID: contentId === undefined ? undefined : `cid:${contentId}`,
      })),
    ),
    Metadata: metadataOf(tags, operationId),
    MessageStream: streams[stream],
  };
};

const name = "Postmark";
const authorize = ({ apiKey = "" }: Readonly<Record<string, string>>) => ({ "x-postmark-server-token": apiKey });

/** https://postmarkapp.com/developer/api/email-api */
export const postmark = defineProvider({
  id: "postmark",
  name,
  family: "email",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("The server's API token") }),
  defaultBaseUrl: "https://api.postmarkapp.com",
  customBaseUrl: false,
  docsUrl: "https://postmarkapp.com/developer/api/email-api",
  // https://postmarkapp.com/developer/api/server-api
  probe: mailProbe({
    name,
    asks: "reads the server that the token is of",
    path: "/server",
    authorize,
    refusal: postmarkRefusal,
    isAnswer: ({ status, document }) => status === 200 && isRecord(document) && typeof document["ID"] === "number",
  }),
  fees: {
    source: "https://postmarkapp.com/pricing",
    asOf: "2026-11-29",
    // Second-hand: what is beyond the quota of the Basic plan, the dearest; every recipient counts as a mail.
    mail: { recipient: { usd: 1.8, per: 1_000 } },
  },
  email: {
    capabilities: {
      // https://postmarkapp.com/developer/user-guide/send-email-with-api#sending-limits: 50 recipients, 10 MB with all files.
      maxRecipients: 50,
      maxBytes: 10_000_000,
      keepsMessageId: true,
      needsTo: true,
      verified: "sandbox",
    },
    // No idempotency keys. The search of messages knows metadata, some time after they were sent.
    rules: { keyLifetimeMs: undefined, lookUp: "none", settleMs: 900_000, cancelByKey: false },
    ...httpMail({
      name,
      path: "/email",
      authorize,
      authorizeShown: { "x-postmark-server-token": "…" },
      compose: (mail, identity) => ({
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodyOf(mail, identity)),
      }),
      refusal: postmarkRefusal,
      taken: ({ document }) => {
        const id = messageIdIn(document);
        return id === undefined ? undefined : { id, refused: inactiveIn(document) };
      },
    }),
  },
});
