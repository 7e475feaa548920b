import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { mailboxOf } from "../../contracts/email/mailbox.ts";
import type { MailView } from "../../contracts/email/mail-view.ts";
import {
  GetEmailInput,
  ListEmailsInput,
  type GetEmailOutput,
  type ListEmailsOutput,
} from "../../contracts/email/read-email.ts";
import { NexusError } from "../../errors.ts";
import { firstIdOf } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { addressDigest } from "./address-digest.ts";
import type { EmailDeps } from "./email-deps.ts";
import { emailScopeOf } from "./email-scope.ts";
import { openContent, openHead, type MailHead } from "./mail-record.ts";
import { selectEmail, selectEmails, type EmailRow } from "./store-emails.ts";

const unreadable = "(not readable)";

/** Rows sealed with a key that is gone still tell what became of their mail. */
const orNull = <T>(open: () => T): T | null => {
  try {
    return open();
  } catch (error) {
    if (NexusError.is(error) && error.code === "SEALED") return null;
    throw error;
  }
};

const mailboxOfHead = (mailbox: MailHead["from"] | undefined) => ({
  address: mailbox?.address ?? unreadable,
  name: mailbox?.name ?? null,
});

const viewOf = ({ secretBox }: EmailDeps, row: EmailRow): MailView => {
  const head = orNull(() => openHead(secretBox, row.emailId, row.head));
  return {
    emailId: row.emailId,
    appId: row.appId === "" ? null : row.appId,
    userId: row.userId,
    createdAt: row.createdAt.toISOString(),
    from: mailboxOfHead(head?.from),
    subject: head?.subject ?? null,
    stream: row.stream,
    category: row.category,
    messageId: row.messageId,
    provider: row.vendor,
    providerMessageId: row.vendorMessageId,
    operationId: row.operationId,
    errorCode: row.errorCode,
    recipients: row.recipients.map(({ n, field, state, suppressed, toldAt, bounce, reason, opens, clicks }) => ({
      ...mailboxOfHead(head?.recipients[n]),
      field,
      state,
      stateAt: toldAt === null ? null : new Date(toldAt).toISOString(),
      bounce,
      reason: suppressed ?? reason,
      opens,
      clicks,
    })),
  };
};

const missing = (): NexusError => new NexusError("NOT_FOUND", { message: "There is no such mail." });

/** One mail, with what it said as long as that is kept. */
export const getEmail = async (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof GetEmailInput>,
): Promise<GetEmailOutput> => {
  const { emailId } = parseInput(GetEmailInput, input);
  const row = await selectEmail(deps.db.pool, emailScopeOf(ctx), emailId);
  if (!row) throw missing();
  const { content } = row;
  return {
    email: viewOf(deps, row),
    content: content === null ? null : orNull(() => openContent(deps.secretBox, emailId, content)),
  };
};

/** Mails that the caller may see, newest first. */
export const listEmails = async (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof ListEmailsInput>,
): Promise<ListEmailsOutput> => {
  const { before, from, to, recipient, appId, state, category, stream, limit } = parseInput(ListEmailsInput, input);
  const scope = emailScopeOf(ctx);
  if (appId !== undefined && scope.appId !== undefined && scope.appId !== appId) return { emails: [], next: null };
  const ends = [before, to === undefined ? undefined : firstIdOf(Date.parse(to))].filter((id) => id !== undefined);
  const { rows, next } = await selectEmails(
    deps.db.pool,
    { ...scope, appId: appId ?? scope.appId },
    {
      before: ends.sort()[0] ?? "ffffffff-ffff-ffff-ffff-ffffffffffff",
      from: firstIdOf(from === undefined ? 0 : Date.parse(from)),
      digest:
        recipient === undefined
          ? undefined
          : addressDigest(deps.pepper, ctx.organizationId, mailboxOf(recipient) ?? recipient),
      state,
      category,
      stream,
      limit,
    },
  );
  return { emails: rows.map((row) => viewOf(deps, row)), next: next ?? null };
};
