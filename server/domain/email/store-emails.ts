import type pg from "pg";
import type { BounceKind, MailState } from "../../contracts/email/mail-state.ts";
import type { MailCategory, mailStreams } from "../../contracts/email/send-email.ts";

interface RecipientRow {
  readonly n: number;
  readonly field: "to" | "cc" | "bcc";
  readonly state: MailState;
  readonly suppressed: string | null;
  readonly toldAt: string | null;
  readonly bounce: BounceKind | null;
  readonly reason: string | null;
  readonly opens: number;
  readonly clicks: number;
}

export interface EmailRow {
  readonly emailId: string;
  readonly appId: string;
  readonly userId: string | null;
  readonly stream: (typeof mailStreams)[number];
  readonly category: MailCategory;
  readonly messageId: string;
  /** Sealed. */
  readonly head: Uint8Array;
  readonly createdAt: Date;
  readonly operationId: string | null;
  readonly vendor: string | null;
  readonly vendorMessageId: string | null;
  readonly errorCode: string | null;
  readonly recipients: readonly RecipientRow[];
}

/** Whose mail is meant: one app's, or everybody's in the organization. */
export interface EmailScope {
  readonly organizationId: string;
  readonly appId: string | undefined;
}

const columns = `m.email_id as "emailId", m.app_id as "appId", m.user_id as "userId", m.stream, m.category, m.message_id as "messageId", m.head,
  m.created_at as "createdAt", o.operation_id as "operationId", o.vendor, o.result->>'vendorRequestId' as "vendorMessageId",
  case when o.state = 'released' then o.result->>'errorCode' end as "errorCode",
  (select json_agg(json_build_object('n', r.n, 'field', r.field, 'state', r.state, 'suppressed', r.suppressed, 'toldAt', r.told_at,
                                     'bounce', r.bounce, 'reason', r.reason, 'opens', r.opens, 'clicks', r.clicks) order by r.n)
     from nexus.email_recipient_state r where r.email_id = m.email_id) as recipients`;

export const selectEmail = async (
  pool: pg.Pool,
  { organizationId, appId }: EmailScope,
  emailId: string,
): Promise<(EmailRow & { readonly content: Uint8Array | null }) | undefined> => {
  const { rows } = await pool.query<EmailRow & { content: Uint8Array | null }>(
    `select ${columns}, c.body as content from nexus.email_message m
       left join lateral nexus.nexus_operation_of_email(m.email_id) o on true
       left join nexus.email_content c on c.email_id = m.email_id and c.expires_at > clock_timestamp()
      where m.email_id = $1 and m.org_id = $2 and ($3::text is null or m.app_id = $3)`,
    [emailId, organizationId, appId ?? null],
  );
  return rows[0];
};

export interface EmailQuery {
  /** Exclusive. */
  readonly before: string;
  readonly from: string;
  readonly digest: Uint8Array | undefined;
  readonly state: MailState | undefined;
  readonly category: MailCategory | undefined;
  readonly stream: string | undefined;
  readonly limit: number;
}

/** Mails looked at for one page: a filter that matches next to nothing answers short pages instead of looking for ever. */
const mostScanned = 2_000;

interface EmailPage {
  readonly rows: EmailRow[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** Newest first. An address is looked up by its index, and everything else among the newest. */
export const selectEmails = async (
  pool: pg.Pool,
  { organizationId, appId }: EmailScope,
  { before, from, digest, state, category, stream, limit }: EmailQuery,
): Promise<EmailPage> => {
  const filtered = [state, category, stream].some((filter) => filter !== undefined);
  const scan = filtered ? mostScanned : limit;
  const { rows } = await pool.query<EmailRow & { scanned: string; oldest: string | null; match: boolean }>(
    `with scanned as materialized (
       select m.email_id, m.category, m.stream from nexus.email_message m
        where m.org_id = $1 and ($2::text is null or m.app_id = $2) and m.email_id < $3 and m.email_id >= $4
          and ($5::bytea is null or m.email_id in (select r.email_id from nexus.email_recipient r where r.org_id = $1 and r.address_hash = $5))
        order by m.email_id desc limit $6),
     page as materialized (
       -- Looked at in their order, and no further than a page is full. What is beyond a failure a vendor alone has told, later.
       select s.email_id from (select * from scanned order by email_id desc offset 0) s
        where ($7::text is null or s.category = $7) and ($8::text is null or s.stream = $8)
          and ($9::text is null or exists (
            select from nexus.email_recipient t where t.email_id = s.email_id
               and case when nexus.nexus_email_rank($9) > nexus.nexus_email_rank('failed') then t.told = $9
                    else (t.told is null or nexus.nexus_email_rank(t.told) <= nexus.nexus_email_rank($9)) and exists (
                 select from nexus.email_recipient_state r where r.email_id = t.email_id and r.n = t.n and r.state = $9) end))
        limit $10),
     bounds as (select count(*) as scanned, (select email_id from scanned order by email_id limit 1) as oldest from scanned)
     select ${columns}, b.scanned::text, b.oldest, m.email_id is not null as match
       from bounds b left join page p on true
       left join nexus.email_message m on m.email_id = p.email_id
       left join lateral nexus.nexus_operation_of_email(p.email_id) o on true
      order by m.email_id desc`,
    [
      organizationId,
      appId ?? null,
      before,
      from,
      digest ?? null,
      scan,
      category ?? null,
      stream ?? null,
      state ?? null,
      limit,
    ],
  );
  const [first] = rows;
  const found = rows.filter(({ match }) => match);
  const cut = Number(first?.scanned ?? 0) === scan;
  if (found.length === limit) return { rows: found, next: found.at(-1)?.emailId };
  return { rows: found, next: cut ? (first?.oldest ?? undefined) : undefined };
};
