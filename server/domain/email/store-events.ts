import type pg from "pg";
import type { BounceKind } from "../../contracts/email/mail-state.ts";
import type { MailEventType } from "../../contracts/email/mail-event.ts";
import type { EmailScope } from "./store-emails.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

export interface EventRow {
  readonly organizationId: string;
  readonly appId: string;
  readonly provider: string;
  readonly eventId: string;
  readonly providerMessageId: string | null;
  readonly type: MailEventType;
  /** Of the recipient's address; null where it is about all of them. */
  readonly digest: Uint8Array | null;
  readonly automated: boolean;
  readonly bounce: BounceKind | null;
  readonly code: string | null;
  readonly occurredAt: Date;
}

/** The mail that an event is about. */
export interface EventMail {
  readonly emailId: string;
  readonly stream: "transactional" | "broadcast";
  readonly head: Uint8Array;
}

const mailColumns = `m.email_id as "emailId", m.stream, m.head`;

interface MailIds {
  readonly organizationId: string;
  readonly appId: string;
  readonly provider: string;
  /** Of the mail, or of one of its operations. */
  readonly emailId: string | undefined;
  readonly messageId: string | undefined;
  readonly providerMessageId: string | undefined;
}

/** The app's own mail by any of its ids, the surest first. */
export const selectMailOfEvent = async (tx: pg.PoolClient, ids: MailIds): Promise<EventMail | undefined> => {
  const { organizationId, appId, provider, emailId, messageId, providerMessageId } = ids;
  const ours = emailId ?? /^<?([0-9a-f-]{36})@/i.exec(messageId ?? "")?.[1]?.toLowerCase();
  if (ours !== undefined) {
    const { rows } = await tx.query<EventMail>(
      `select ${mailColumns} from nexus.email_message m
        where m.email_id = coalesce((select (o.facts->>'about')::uuid from nexus.operation o where o.operation_id = $1), $1)
          and m.org_id = $2 and m.app_id = $3`,
      [ours, organizationId, appId],
    );
    if (rows[0]) return rows[0];
  }
  if (providerMessageId === undefined) return undefined;
  const { rows } = await tx.query<EventMail>(
    `select ${mailColumns} from nexus.operation o
       join nexus.email_message m on m.email_id = coalesce((o.facts->>'about')::uuid, o.operation_id)
      where o.result->>'vendorRequestId' = $1 and o.org_id = $2 and m.app_id = $3 and o.vendor in ($4, 'smtp') and o.name like 'email.%' limit 1`,
    [providerMessageId, organizationId, appId, provider],
  );
  return rows[0];
};

/** False where the event was reported before. */
export const insertEvent = async (
  tx: pg.PoolClient,
  event: EventRow,
  emailId: string | undefined,
): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nexus.email_event (org_id, app_id, provider, event_id, email_id, provider_message_id, type, address_hash, automated, bounce, reason, occurred_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    [
      event.organizationId,
      event.appId,
      event.provider,
      event.eventId,
      emailId ?? null,
      event.providerMessageId,
      event.type,
      event.digest,
      event.automated,
      event.bounce,
      event.code,
      event.occurredAt,
    ],
  );
  return rowCount === 1;
};

/** Of an app no more events are kept whose mail nobody knows: the oldest go. */
export const boundPending = async (
  tx: pg.PoolClient,
  { organizationId, appId }: EventRow,
  most: number,
): Promise<void> => {
  await tx.query(
    `delete from nexus.email_event e where (e.org_id, e.app_id, e.provider, e.event_id) in (
       select x.org_id, x.app_id, x.provider, x.event_id from nexus.email_event x
        where x.org_id = $1 and x.app_id = $2 and x.email_id is null order by x.received_at desc offset $3)`,
    [organizationId, appId, most],
  );
};

/** A recipient that an event is about. */
export interface ToldRecipient {
  readonly n: number;
  readonly digest: Buffer;
}

/** Those of its address, or all; locked against mail to them, and against other events of theirs. */
export const lockToldRecipients = async (
  tx: pg.PoolClient,
  emailId: string,
  digest: Uint8Array | null,
): Promise<ToldRecipient[]> => {
  const { rows } = await tx.query<ToldRecipient>(
    `select r.n, r.address_hash as digest from nexus.email_recipient r
      where r.email_id = $1 and r.suppressed is null and ($2::bytea is null or r.address_hash = $2) order by r.address_hash`,
    [emailId, digest],
  );
  for (const row of rows)
    await tx.query("select pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 12))", [row.digest]);
  return rows;
};

/** The furthest state holds, in whatever order events come. */
export const advance = async (
  tx: pg.PoolClient,
  { emailId }: EventMail,
  recipients: readonly ToldRecipient[],
  { type, occurredAt, bounce, code }: EventRow,
): Promise<void> => {
  await tx.query(
    `update nexus.email_recipient r set told = $3, told_at = $4, bounce = $5, reason = coalesce($6, r.reason)
      where r.email_id = $1 and r.n = any ($2::int[])
        and (r.told is null or nexus.nexus_email_rank(r.told) < nexus.nexus_email_rank($3) or r.told = 'bounced' and $3 = 'bounced' and $5 = 'hard' and r.bounce <> 'hard')`,
    [emailId, recipients.map(({ n }) => n), type, occurredAt, bounce, code],
  );
};

export const countEngagement = async (
  tx: pg.PoolClient,
  { emailId }: EventMail,
  recipients: readonly ToldRecipient[],
  type: "opened" | "clicked",
): Promise<void> => {
  const column = type === "opened" ? "opens" : "clicks";
  await tx.query(
    `update nexus.email_recipient set ${column} = ${column} + 1 where email_id = $1 and n = any ($2::int[])`,
    [emailId, recipients.map(({ n }) => n)],
  );
};

/** Soft bounces of an address within so many days, of different mails. */
export const countSoftBounces = async (
  tx: pg.PoolClient,
  organizationId: string,
  digest: Uint8Array,
  days: number,
): Promise<number> => {
  const { rows } = await tx.query<{ count: number }>(
    `select count(distinct e.email_id)::int as count from nexus.email_event e join nexus.email_recipient r on r.email_id = e.email_id and r.address_hash = $2
      where r.org_id = $1 and e.org_id = $1 and e.type = 'bounced' and e.bounce = 'soft' and (e.address_hash is null or e.address_hash = $2)
        and e.occurred_at > clock_timestamp() - $3 * interval '1 day'`,
    [organizationId, digest, days],
  );
  return rows[0]?.count ?? 0;
};

/** An operation of a mail whose outcome nobody knows, by a vendor of its attempts. */
interface OpenSend {
  readonly operationId: string;
  readonly vendors: readonly string[];
}

export const selectOpenSends = async (tx: pg.PoolClient, emailId: string): Promise<OpenSend[]> => {
  const { rows } = await tx.query<OpenSend>(
    `select o.operation_id as "operationId", array(select distinct a.vendor from nexus.attempt a where a.operation_id = o.operation_id) as vendors
       from nexus.operation o where (o.operation_id = $1 or o.facts->>'about' = $1::text) and o.state in ('open', 'uncertain')`,
    [emailId],
  );
  return rows;
};

interface ListedEvent extends Omit<EventRow, "organizationId" | "appId" | "providerMessageId" | "digest"> {
  readonly receivedAt: Date;
  /** The recipient's place in the head. */
  readonly n: number | null;
}

export interface EventCursor {
  readonly occurredAt: string;
  readonly provider: string;
  readonly eventId: string;
}

/** The events of a mail that the caller may see, newest first. */
export const selectEvents = async (
  pool: pg.Pool,
  { organizationId, appId }: EmailScope,
  {
    emailId,
    before,
    limit,
  }: { readonly emailId: string; readonly before: EventCursor | undefined; readonly limit: number },
): Promise<ListedEvent[]> => {
  const { rows } = await pool.query<ListedEvent>(
    `select e.provider, e.event_id as "eventId", e.type, e.automated, e.bounce, e.reason as code, e.occurred_at as "occurredAt",
            e.received_at as "receivedAt", r.n
       from nexus.email_event e join nexus.email_message m on m.email_id = e.email_id
       left join nexus.email_recipient r on r.email_id = e.email_id and r.address_hash = e.address_hash
      where e.email_id = $1 and m.org_id = $2 and ($3::text is null or m.app_id = $3)
        and ($4::timestamptz is null or (e.occurred_at, e.provider, e.event_id) < ($4, $5, $6))
      order by e.occurred_at desc, e.provider desc, e.event_id desc limit $7`,
    [
      emailId,
      organizationId,
      appId ?? null,
      before?.occurredAt ?? null,
      before?.provider ?? "",
      before?.eventId ?? "",
      limit,
    ],
  );
  return rows;
};

interface MatchedEvent extends EventRow {
  readonly mail: EventMail;
}

/** Events that came before the answer of their vendor, with the mail that they turn out to be about; locked. */
export const lockMatched = async (tx: pg.PoolClient, limit: number): Promise<MatchedEvent[]> => {
  const { rows } = await tx.query<EventRow & EventMail>(
    `select e.org_id as "organizationId", e.app_id as "appId", e.provider, e.event_id as "eventId", e.provider_message_id as "providerMessageId",
            e.type, e.address_hash as digest, e.automated, e.bounce, e.reason as code, e.occurred_at as "occurredAt", ${mailColumns}
       from nexus.email_event e
       join nexus.operation o on o.result->>'vendorRequestId' = e.provider_message_id and o.org_id = e.org_id and o.vendor in (e.provider, 'smtp')
       join nexus.email_message m on m.email_id = coalesce((o.facts->>'about')::uuid, o.operation_id) and m.app_id = e.app_id
      where e.email_id is null order by e.received_at limit $1 for update of e skip locked`,
    [limit],
  );
  return rows.map(({ emailId, stream, head, ...event }) => ({ ...event, mail: { emailId, stream, head } }));
};

export const assignMail = async (tx: pg.PoolClient, event: EventRow, emailId: string): Promise<void> => {
  await tx.query(
    `update nexus.email_event set email_id = $5 where org_id = $1 and app_id = $2 and provider = $3 and event_id = $4`,
    [event.organizationId, event.appId, event.provider, event.eventId, emailId],
  );
};
