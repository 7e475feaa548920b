import { defaultContentDays, defaultMailCaps, type MailCap } from "../../contracts/email/mail-cap.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { messageIdOf, senderDomainOf } from "../../contracts/email/message-id.ts";
import { recipientsOf, securityCategories, type ComposedEmail } from "../../contracts/email/send-email.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { addressDigest } from "./address-digest.ts";
import type { EmailDeps } from "./email-deps.ts";
import { sealContent, sealHead } from "./mail-record.ts";
import { askAdmission, deleteUnsent, type AdmitReply, type SuppressionReason } from "./store-admission.ts";

interface EmailAdmission {
  readonly mail: ComposedEmail;
  /** Digest of the idempotency key, and of what was asked for with it. */
  readonly key: Uint8Array | undefined;
  readonly fingerprint: Uint8Array;
}

/** A mail that was let in: it has its row, and a place in the caps of its recipients. */
export interface AdmittedEmail {
  readonly emailId: string;
  /** False where its idempotency key was used before, with the same mail. */
  readonly isNew: boolean;
  /** By the recipients' order; null where it is sent to them. */
  readonly suppressed: readonly (SuppressionReason | null)[];
}

/** What people need to get into their accounts comes whatever they have unsubscribed from. */
export const bypassed = ({ category }: Pick<ComposedEmail, "category">): readonly SuppressionReason[] =>
  securityCategories.has(category) ? ["unsubscribe"] : [];

const allSuppressed = ({ suppressed }: AdmitReply, mail: ComposedEmail): NexusError =>
  new NexusError("RECIPIENT_SUPPRESSED", {
    effect: "none",
    issues: recipientsOf(mail).map(({ field, index }, n) => ({
      field: `${field}.${index}`,
      expected: `an address that is not suppressed; this one is, because of: ${suppressed[n]}`,
    })),
    details: { kind: "suppressed", reasons: suppressed },
  });

const capped = ({ at, cap, retryMs }: AdmitReply, mail: ComposedEmail): NexusError => {
  const { most = 0, seconds = 0, category = "any" }: Partial<MailCap> = cap ?? {};
  const to = recipientsOf(mail)[at ?? 0];
  const of = category === "any" ? "" : ` of the category ${category}`;
  return new NexusError("RATE_LIMITED", {
    message: `One recipient is sent at most ${most} mails${of} in ${seconds} seconds; the next one in ${Math.ceil((retryMs ?? 0) / 1_000)} seconds.`,
    effect: "none",
    ...(retryMs === null ? {} : { retryAfterMs: retryMs }),
    issues: [
      { field: to === undefined ? "to" : `${to.field}.${to.index}`, expected: "a recipient with room under the cap" },
    ],
    details: { kind: "recipient_cap", category, most, seconds },
  });
};

/** Lets a mail in, or says why not: by its idempotency key, its recipients' suppressions and their caps, in one commit. */
export const admitEmail = async (
  { db, secretBox, pepper, onEmailRefused }: EmailDeps,
  { organizationId, appId, userId }: Pick<CallContext, "organizationId" | "appId" | "userId">,
  { mail, key, fingerprint }: EmailAdmission,
): Promise<AdmittedEmail> => {
  const emailId = newId();
  const senderDomain = senderDomainOf(mail);
  const recipients = recipientsOf(mail);
  const reply = await askAdmission(db.pool, {
    emailId,
    organizationId,
    appId,
    userId,
    stream: mail.stream,
    category: mail.category,
    senderDomain,
    messageId: messageIdOf(emailId, senderDomain),
    key,
    fingerprint,
    head: sealHead(secretBox, emailId, mail),
    content: sealContent(secretBox, emailId, mail),
    contentDays: defaultContentDays,
    fields: recipients.map(({ field }) => field),
    digests: recipients.map(({ address }) => addressDigest(pepper, organizationId, address)),
    bypassed: bypassed(mail),
    caps: defaultMailCaps,
  });
  if (reply.reply === "suppressed" || reply.reply === "capped") onEmailRefused?.(reply.reply);
  switch (reply.reply) {
    case "new":
    case "known":
      return { emailId: reply.emailId ?? emailId, isNew: reply.reply === "new", suppressed: reply.suppressed };
    case "mismatch":
      throw new NexusError("IDEMPOTENCY_MISMATCH");
    case "suppressed":
      throw allSuppressed(reply, mail);
    case "capped":
      throw capped(reply, mail);
  }
};

/** Takes a mail back for which nothing was set aside, with its places in the caps. What fails here is pruned later. */
export const withdrawEmail = async ({ db, log }: Pick<EmailDeps, "db" | "log">, emailId: string): Promise<void> => {
  await deleteUnsent(db.pool, emailId).catch((error: unknown) =>
    log.warn({ err: error, emailId }, "a mail that was not sent could not be taken back"),
  );
};
