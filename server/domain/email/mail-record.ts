import { z } from "zod";
import { decodedBytes } from "../../contracts/email/attachment.ts";
import { sentMailboxOf } from "../../contracts/email/mailbox.ts";
import { MailContent } from "../../contracts/email/mail-view.ts";
import { recipientsOf, securityCategories, type ComposedEmail } from "../../contracts/email/send-email.ts";
import { createSealedBox, type SecretBox } from "../../platform/crypto/index.ts";

const Mailbox = z.object({ address: z.string(), name: z.string().optional() });

/** What is kept of every mail beside its states, sealed. */
const MailHead = z.object({
  from: Mailbox,
  recipients: z.array(Mailbox),
  /** Security mail has its code in the subject, often: nothing of it is kept. */
  subject: z.string().optional(),
});
export type MailHead = z.infer<typeof MailHead>;

const headOf = (mail: ComposedEmail): MailHead => ({
  from: sentMailboxOf(mail.from),
  recipients: recipientsOf(mail).map(({ address, name }) => ({ address, name })),
  subject: securityCategories.has(mail.category) ? undefined : mail.subject,
});

const contentOf = ({ text, html, replyTo, attachments = [] }: ComposedEmail): MailContent => ({
  text: text ?? null,
  html: html ?? null,
  replyTo: replyTo === undefined ? null : sentMailboxOf(replyTo).address,
  attachments: attachments.map((file) => ({
    filename: file.filename,
    bytes: decodedBytes(file),
    contentType: file.contentType ?? null,
  })),
});

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const read = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString("utf8"));

export const sealHead = (secretBox: SecretBox, emailId: string, mail: ComposedEmail): Uint8Array =>
  createSealedBox(secretBox, "email").seal(emailId, bytesOf(headOf(mail)));

export const openHead = (secretBox: SecretBox, emailId: string, sealed: Uint8Array): MailHead =>
  MailHead.parse(read(createSealedBox(secretBox, "email").open(emailId, sealed)));

/** Undefined for security mail: its codes and links are for nobody else. */
export const sealContent = (secretBox: SecretBox, emailId: string, mail: ComposedEmail): Uint8Array | undefined =>
  securityCategories.has(mail.category)
    ? undefined
    : createSealedBox(secretBox, "email_content").seal(emailId, bytesOf(contentOf(mail)));

export const openContent = (secretBox: SecretBox, emailId: string, sealed: Uint8Array): MailContent =>
  MailContent.parse(read(createSealedBox(secretBox, "email_content").open(emailId, sealed)));
