import { z } from "zod";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import type { SentMailbox } from "../../../contracts/email/mailbox.ts";

/** The request as it is kept and sent: all of it but the secret. */
const KeptRequest = z.strictObject({ key: z.string(), body: z.string() });
type KeptRequest = z.infer<typeof KeptRequest>;

const plainPhrase = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/;

/** `Name <address>`: a name of other characters than a phrase's stands in quotes, so that it ends no address and begins none. */
const written = ({ address, name }: SentMailbox): string => {
  if (name === undefined) return address;
  const phrase = plainPhrase.test(name) ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
};

const some = <T>(items: readonly T[]): readonly T[] | undefined => (items.length === 0 ? undefined : items);

/** The body of `POST /emails`, by Resend's OpenAPI description 1.5.0. */
const bodyOf = (mail: OutgoingEmail, { operationId }: ActIdentity) => {
  const { messageId, from, to, cc, bcc, replyTo, subject, text, html, attachments, headers, tags } = mail;
  const named = Object.entries({ ...tags, nexus_operation: operationId }).map(([name, value]) => ({ name, value }));
  return {
    from: written(from),
    to: to.map(written),
    cc: some(cc.map(written)),
    bcc: some(bcc.map(written)),
    reply_to: replyTo === undefined ? undefined : [written(replyTo)],
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
    tags: named,
  };
};

export const encodeResendRequest = (mail: OutgoingEmail, identity: ActIdentity): Uint8Array => {
  const kept: KeptRequest = { key: identity.providerKey, body: JSON.stringify(bodyOf(mail, identity)) };
  return Buffer.from(JSON.stringify(kept));
};

/** What is read back of a body that was kept. */
const Recipients = z.object({
  to: z.array(z.string()),
  cc: z.array(z.string()).default([]),
  bcc: z.array(z.string()).default([]),
});

export const decodeResendRequest = (bytes: Uint8Array): KeptRequest =>
  KeptRequest.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));

const addressIn = (mailbox: string): string => /<([^<>]+)>$/.exec(mailbox)?.[1] ?? mailbox;

/** Resend takes a mail for all of its recipients or for none. */
export const acceptedOf = ({ body }: Pick<KeptRequest, "body">) => {
  const { to, cc, bcc } = Recipients.parse(JSON.parse(body));
  const fields = { to, cc, bcc } as const;
  return (["to", "cc", "bcc"] as const).flatMap((field) =>
    fields[field].map((mailbox) => ({ address: addressIn(mailbox), field, status: "accepted" as const })),
  );
};
