import type pg from "pg";
import { stateToldBy } from "../../contracts/email/mail-event.ts";
import type { SuppressionReason, SuppressionStream } from "../../contracts/email/suppression.ts";
import { reportSent } from "../operations/index.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { EmailDeps } from "./email-deps.ts";
import { openHead } from "./mail-record.ts";
import {
  advance,
  countEngagement,
  countSoftBounces,
  lockToldRecipients,
  selectOpenSends,
  type EventMail,
  type EventRow,
  type ToldRecipient,
} from "./store-events.ts";
import { suppress } from "./suppressions.ts";

/** So many soft bounces in so many days are as good as a hard one, for a while. */
const softBounces = { most: 5, days: 7, restDays: 30 } as const;
const dayMs = 86_400_000;

interface Told {
  readonly reason: SuppressionReason;
  readonly stream: SuppressionStream;
  readonly expiresAt?: Date;
}

/** What an event says of mail to come: an address that is dead is dead for all mail, a complaint is about its stream. */
const suppressionBy = async (
  { clock }: EmailDeps,
  tx: pg.PoolClient,
  { type, bounce, organizationId }: EventRow,
  { stream }: EventMail,
  { digest }: ToldRecipient,
): Promise<Told | undefined> => {
  if (type === "complained") return { reason: "complaint", stream };
  if (type === "unsubscribed") return { reason: "unsubscribe", stream };
  if (type !== "bounced") return undefined;
  if (bounce === "hard") return { reason: "hard_bounce", stream: "any" };
  if (bounce !== "soft") return undefined;
  if ((await countSoftBounces(tx, organizationId, digest, softBounces.days)) < softBounces.most) return undefined;
  return { reason: "soft_bounces", stream: "any", expiresAt: new Date(clock.now() + softBounces.restDays * dayMs) };
};

interface TakeEvent {
  readonly event: EventRow;
  readonly mail: EventMail;
  /** As the vendor gave it back: the mail, or one of its operations. */
  readonly operationId?: string | undefined;
  readonly audit: (event: AuditEvent) => Promise<void>;
}

/** Nobody can have told of a mail that its vendor does not have: its unknown send is done. */
const proveSent = async (tx: pg.PoolClient, { mail, event, operationId, audit }: TakeEvent): Promise<void> => {
  const { provider, eventId, providerMessageId, organizationId, type } = event;
  const open = await selectOpenSends(tx, mail.emailId);
  const vendorOf = (vendors: readonly string[]) => [provider, "smtp"].find((vendor) => vendors.includes(vendor));
  const named = open.filter((send) => send.operationId === operationId);
  const asked = (named.length > 0 ? named : open).filter(({ vendors }) => vendorOf(vendors) !== undefined);
  const [only, ...others] = asked;
  // Of several that may have been taken, nobody can tell which one was.
  if (only === undefined || others.length > 0) return;
  const vendor = vendorOf(only.vendors) ?? provider;
  const vendorObjectId = providerMessageId ?? undefined;
  if (!(await reportSent(tx, { operationId: only.operationId, vendor, eventId, vendorObjectId }))) return;
  const details = { organizationId, vendor, eventId, outcome: "done", type };
  await audit({ action: "operation.report", target: only.operationId, details });
};

/** All that follows from an event of a known mail, in the transaction that keeps it. */
export const takeEvent = async (deps: EmailDeps, tx: pg.PoolClient, taking: TakeEvent): Promise<void> => {
  const { event, mail, audit } = taking;
  const { type, automated, digest, organizationId, provider } = event;
  const recipients = await lockToldRecipients(tx, mail.emailId, digest);
  if (stateToldBy(type) !== undefined) await advance(tx, mail, recipients, event);
  if ((type === "opened" || type === "clicked") && !automated) await countEngagement(tx, mail, recipients, type);
  for (const recipient of recipients) {
    const told = await suppressionBy(deps, tx, event, mail, recipient);
    if (told === undefined) continue;
    const { address } = openHead(deps.secretBox, mail.emailId, mail.head).recipients[recipient.n] ?? {};
    if (address === undefined) continue;
    const { added, suppressionId } = await suppress(deps, tx, {
      ...told,
      address,
      organizationId,
      source: `event ${provider}`,
    });
    const { stream, reason } = told;
    if (added)
      await audit({
        action: "email.suppression.add",
        target: suppressionId,
        details: { organizationId, stream, reason, provider, eventId: event.eventId },
      });
  }
  await proveSent(tx, taking);
};
