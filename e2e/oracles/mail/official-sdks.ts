import { SendEmailCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import sendgridClient from "@sendgrid/client";
import sendgridMail from "@sendgrid/mail";
import Mailgun from "mailgun.js";
import { ServerClient } from "postmark";
import { Resend } from "resend";
import { identity } from "../../../test/mail-bench.ts";
import { optionalModule } from "./optional-packages.ts";
import type { OutgoingEmail } from "../../../server/contracts/email-vendor.ts";
import type { SentMailbox } from "../../../server/contracts/email/mailbox.ts";

/** A mail, sent by a vendor's own client as its documentation shows it. */
export interface OfficialSend {
  readonly mail: OutgoingEmail;
  readonly baseUrl: string;
  readonly credential: Readonly<Record<string, string>>;
  /** The composed message, where the client is given one. */
  readonly message: Buffer;
}

const written = ({ address, name }: SentMailbox): string => (name === undefined ? address : `${name} <${address}>`);
const party = ({ address, name }: SentMailbox) => (name === undefined ? { email: address } : { email: address, name });
const { operationId, providerKey } = identity;

const byResend = async ({ mail, baseUrl, credential }: OfficialSend): Promise<void> => {
  const { from, to, cc, bcc, replyTo, subject, text = "", html = "", attachments, headers, tags, messageId } = mail;
  const client = new Resend(credential["apiKey"], { baseUrl });
  const { error } = await client.emails.send(
    {
      from: written(from),
      to: to.map(written),
      cc: cc.map(written),
      bcc: bcc.map(written),
      ...(replyTo === undefined ? {} : { replyTo: [written(replyTo)] }),
      subject,
      text,
      html,
      headers: { ...headers, "Message-ID": messageId },
      attachments: attachments.map(({ filename, content, contentType = "", contentId = "" }) => ({
        filename,
        content,
        contentType,
        contentId,
      })),
      tags: Object.entries({ ...tags, nexus_operation: operationId }).map(([name, value]) => ({ name, value })),
    },
    { idempotencyKey: providerKey },
  );
  if (error) throw new Error(error.message);
};

const byPostmark = async ({ mail, baseUrl, credential }: OfficialSend): Promise<void> => {
  const { from, to, cc, bcc, replyTo, subject, text = "", html = "", attachments, headers, tags, messageId } = mail;
  const { host, pathname } = new URL(baseUrl);
  const requestHost = `${host}${pathname === "/" ? "" : pathname}`;
  const client = new ServerClient(credential["apiKey"] ?? "", { requestHost, useHttps: false });
  const all = { ...headers, "Message-ID": messageId, "X-PM-KeepID": "true" };
  await client.sendEmail({
    From: written(from),
    To: to.map(written).join(", "),
    Cc: cc.map(written).join(", "),
    Bcc: bcc.map(written).join(", "),
    ...(replyTo === undefined ? {} : { ReplyTo: written(replyTo) }),
    Subject: subject,
    TextBody: text,
    HtmlBody: html,
    Headers: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
    Attachments: attachments.map(({ filename, content, contentType = "", contentId = "" }) => ({
      Name: filename,
      Content: content,
      ContentType: contentType,
      ContentID: `cid:${contentId}`,
    })),
    Metadata: { ...tags, nexus_operation: operationId },
    MessageStream: "outbound",
  });
};

/** As SendGrid's documentation has it: the client sends its own `contentId` under that name, which SendGrid does not know. */
const inlineAs = (contentId: string) => ({ content_id: contentId });

const bySendGrid = async ({ mail, baseUrl, credential }: OfficialSend): Promise<void> => {
  const { from, to, cc, bcc, replyTo, subject, text = "", html = "", attachments, headers, tags, messageId } = mail;
  sendgridClient.setApiKey(credential["apiKey"] ?? "");
  sendgridClient.setDefaultRequest("baseUrl", `${baseUrl}/`);
  sendgridMail.setClient(sendgridClient);
  await sendgridMail.send({
    from: party(from),
    to: to.map(party),
    cc: cc.map(party),
    bcc: bcc.map(party),
    ...(replyTo === undefined ? {} : { replyTo: party(replyTo) }),
    subject,
    text,
    html,
    headers: { ...headers, "Message-ID": messageId },
    customArgs: { ...tags, nexus_operation: operationId },
    attachments: attachments.map(({ filename, content, contentType = "", contentId = "" }) => ({
      filename,
      content,
      type: contentType,
      disposition: "inline",
      ...inlineAs(contentId),
    })),
  });
};

const byMailgun = async ({ mail, baseUrl, credential }: OfficialSend): Promise<void> => {
  const { from, to, cc, bcc, replyTo, subject, text = "", html = "", attachments, headers, tags, messageId } = mail;
  const client = new Mailgun(FormData).client({ username: "api", key: credential["apiKey"] ?? "", url: baseUrl });
  await client.messages.create(credential["domain"] ?? "", {
    from: written(from),
    to: to.map(written),
    cc: cc.map(written),
    bcc: bcc.map(written),
    subject,
    text,
    html,
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`h:${name}`, value])),
    ...(replyTo === undefined ? {} : { "h:Reply-To": written(replyTo) }),
    "h:Message-Id": messageId,
    ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`v:${name}`, value])),
    "v:nexus_operation": operationId,
    inline: attachments.map(({ content, contentType = "", contentId = "" }) => ({
      filename: contentId,
      contentType,
      data: Buffer.from(content, "base64"),
    })),
  });
};

const bySes = async ({ mail, baseUrl, credential, message }: OfficialSend): Promise<void> => {
  const { accessKeyId = "", secretAccessKey = "" } = credential;
  const client = new SESv2Client({
    region: "us-east-1",
    endpoint: baseUrl,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
  const addresses = (list: OutgoingEmail["to"]) => list.map(({ address }) => address);
  try {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from.address,
        Destination: {
          ToAddresses: addresses(mail.to),
          CcAddresses: addresses(mail.cc),
          BccAddresses: addresses(mail.bcc),
        },
        Content: { Raw: { Data: message } },
        EmailTags: Object.entries({ ...mail.tags, nexus_operation: operationId }).map(([Name, Value]) => ({
          Name,
          Value,
        })),
      }),
    );
  } finally {
    client.destroy();
  }
};

interface CloudflareClient {
  readonly emailSending: { readonly send: (params: object) => Promise<unknown> };
}

/** The package's main export is the class of its client. */
const cloudflareClass = (loaded: unknown): (new (options: object) => CloudflareClient) | undefined =>
  typeof loaded === "function" ? (loaded as new (options: object) => CloudflareClient) : undefined;

const Cloudflare = cloudflareClass(optionalModule("cloudflare"));

const byCloudflare = async ({ mail, baseUrl, credential }: OfficialSend): Promise<void> => {
  const { from, to, cc, bcc, replyTo, subject, text, html, attachments, headers } = mail;
  if (Cloudflare === undefined) throw new Error("Cloudflare's client is not installed");
  const client = new Cloudflare({ apiToken: credential["apiKey"], baseURL: baseUrl, maxRetries: 0 });
  const named = ({ address, name }: SentMailbox) => (name === undefined ? address : { address, name });
  await client.emailSending.send({
    account_id: credential["accountId"],
    from: named(from),
    to: to.map(named),
    cc: cc.map(named),
    bcc: bcc.map(named),
    ...(replyTo === undefined ? {} : { reply_to: named(replyTo) }),
    subject,
    text,
    html,
    headers,
    attachments: attachments.map(({ filename, content, contentType, contentId }) => ({
      filename,
      content,
      type: contentType,
      disposition: "inline",
      content_id: contentId,
    })),
  });
};

/** Vendors whose own client is among the dependencies, and Cloudflare where its client is installed apart. */
export const officialSdks: Readonly<Record<string, (send: OfficialSend) => Promise<void>>> = {
  ...(Cloudflare === undefined ? {} : { cloudflare: byCloudflare }),
  resend: byResend,
  postmark: byPostmark,
  sendgrid: bySendGrid,
  mailgun: byMailgun,
  ses: bySes,
};
