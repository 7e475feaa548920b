import type { z } from "zod";
import { ReportEventInput, type ReportEventOutput } from "../../contracts/email/mail-event.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { classifyBounce } from "../../contracts/email/classify-bounce.ts";
import { mailboxOf } from "../../contracts/email/mailbox.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { emitAudit, emitSystemAudit } from "../audit/index.ts";
import { addressDigest } from "./address-digest.ts";
import type { EmailDeps } from "./email-deps.ts";
import {
  assignMail,
  boundPending,
  insertEvent,
  inTransaction,
  lockMatched,
  selectMailOfEvent,
  type EventRow,
} from "./store-events.ts";
import { takeEvent } from "./take-event.ts";

/** Of an app. Events come before a vendor's answer by seconds, and few at once. */
const mostPending = 1_000;
const matchedAtOnce = 100;

const rowOf = ({ pepper }: EmailDeps, { organizationId, appId }: CallContext, event: ReportEventInput): EventRow => {
  const { recipient, type, code, automated = false } = event;
  return {
    organizationId,
    appId: appId ?? "",
    provider: event.provider,
    eventId: event.eventId,
    providerMessageId: event.providerMessageId ?? null,
    type,
    digest: recipient === undefined ? null : addressDigest(pepper, organizationId, mailboxOf(recipient) ?? recipient),
    automated,
    bounce: type === "bounced" ? classifyBounce(event.bounce, code) : null,
    code: code ?? null,
    occurredAt: new Date(event.occurredAt),
  };
};

/**
 * Takes what a vendor told an app of a mail of its own, such as by a webhook that it has verified: each event once, in
 * whatever order they come.
 */
export const reportEvent = async (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof ReportEventInput>,
): Promise<ReportEventOutput> => {
  const given = parseInput(ReportEventInput, input);
  const event = rowOf(deps, ctx, given);
  const { emailId: operationId, messageId, providerMessageId } = given;
  const taken = await inTransaction(deps.db.pool, async (tx): Promise<ReportEventOutput> => {
    const mail = await selectMailOfEvent(tx, { ...event, emailId: operationId, messageId, providerMessageId });
    const isNew = await insertEvent(tx, event, mail?.emailId);
    if (mail === undefined) {
      if (isNew) await boundPending(tx, event, mostPending);
      return { accepted: isNew ? "pending" : "duplicate", emailId: null };
    }
    if (isNew) await takeEvent(deps, tx, { event, mail, operationId, audit: (one) => emitAudit(tx, ctx, one) });
    return { accepted: isNew ? "new" : "duplicate", emailId: mail.emailId };
  });
  deps.onEmailEvent?.({ provider: event.provider, type: event.type, accepted: taken.accepted });
  return taken;
};

/** Takes events whose mail has become known since: its vendor's answer came after them. Says how many there were. */
export const matchEmailEvents = (deps: EmailDeps): Promise<number> =>
  inTransaction(deps.db.pool, async (tx) => {
    const matched = await lockMatched(tx, matchedAtOnce);
    for (const { mail, ...event } of matched) {
      await assignMail(tx, event, mail.emailId);
      await takeEvent(deps, tx, { event, mail, audit: (one) => emitSystemAudit(tx, "email events", one) });
    }
    return matched.length;
  });
