import type pg from "pg";
import type { PaymentView } from "./payment-view.ts";
import type { SeenPayment } from "./seen-payment.ts";

/** Which of an organization's payments are meant; undefined filters do not filter. */
export interface PaymentQuery {
  readonly organizationId: string;
  readonly appId?: string | undefined;
  /** The payment that they refund or change, or are themselves. */
  readonly about?: string | undefined;
  readonly before: string;
  readonly from: string;
  readonly limit: number;
  readonly kind?: string | undefined;
  readonly states?: readonly string[] | undefined;
  readonly vendor?: string | undefined;
  readonly reference?: string | undefined;
}

export interface ListedPaymentRow {
  readonly operation_id: string;
  readonly name: string;
  readonly org_id: string;
  readonly parent_id: string | null;
  readonly parent_name: string | null;
  readonly reference: string | null;
  readonly parent_reference: string | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly refunds: bigint;
  readonly app_id: string | null;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly vendor: string;
  readonly credential_tier: string | null;
  readonly state: PaymentView["state"];
  readonly progress: PaymentView["progress"];
  readonly over: boolean;
  readonly seen: SeenPayment | null;
  readonly seen_at: Date | null;
  readonly doubt: PaymentView["doubt"];
  readonly error_code: string | null;
  readonly held: string;
  readonly cost: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** Where the operation `o` with its payment `p`, of which `r.refunds` were made, stands. */
const stateOf = `case
  when o.state = 'open' then 'sending'
  when o.state = 'released' then 'failed'
  when o.state = 'uncertain' then case
    when exists (select from nexus.reconciliation x where x.operation_id = o.operation_id and x.review_at is not null) then 'needs_review' else 'unknown' end
  when p.kind = 'link' then case when exists (
    select from nexus.payment c join nexus.operation x on x.operation_id = c.operation_id
     where c.parent_id = p.operation_id and c.kind = 'deactivate' and x.state in ('settled', 'late')) then 'over' else 'open' end
  when p.kind is null or p.kind not in ('checkout', 'order', 'refund') then 'done'
  when p.kind = 'refund' then case
    when p.closed_at is not null or p.seen->>'status' in ('failed', 'canceled') then 'failed'
    when p.seen->>'status' = 'succeeded' then 'done' else 'open' end
  when r.refunds > 0 or p.seen->>'status' in ('refunded', 'partially_refunded') then 'refunded'
  when p.seen->>'next' in ('capture', 'authorize') then 'to_capture'
  when p.seen->>'status' in ('captured', 'partially_captured') then 'paid'
  when nexus.nexus_payment_is_over(o.operation_id) or p.seen->>'status' in ('canceled', 'expired') then 'over'
  when p.seen->>'status' = 'failed' then 'failed'
  else 'open' end`;

const refundsOf = `lateral (
  select coalesce(sum(c.amount), 0)::bigint as refunds from nexus.payment c join nexus.operation x on x.operation_id = c.operation_id
   where c.parent_id = p.operation_id and c.kind = 'refund' and c.closed_at is null and x.state <> 'released') r`;

/** Rows looked at for one page: a filter that matches next to nothing answers short pages instead of looking for ever. */
const mostScanned = 5_000;

interface PaymentPage {
  readonly rows: ListedPaymentRow[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** Newest first. */
export const selectPayments = async (pool: pg.Pool, query: PaymentQuery): Promise<PaymentPage> => {
  const { kind, states, vendor, reference, appId, limit } = query;
  const filtered = [kind, states, vendor, reference, appId].some((value) => value !== undefined);
  const scan = filtered ? mostScanned : limit;
  // Few ids, told as a list: an index has them.
  const about =
    query.about === undefined
      ? "$4::uuid is null"
      : "o.operation_id = any (array(select $4::uuid union all select c.operation_id from nexus.payment c where c.parent_id = $4))";
  const { rows } = await pool.query<ListedPaymentRow & { match: boolean; scanned: string; oldest: string | null }>(
    `with scanned as materialized (
       select o.operation_id, o.vendor, o.app_id, o.name, o.state from nexus.operation o
        where o.org_id = $1 and o.name like 'payments.%' and o.operation_id < $2 and o.operation_id >= $3
          and ${about}
        order by o.operation_id desc limit $5),
     page as materialized (
       select o.operation_id, r.refunds, ${stateOf} as state
         from scanned o left join nexus.payment p on p.operation_id = o.operation_id cross join ${refundsOf}
        where ($6::text is null or coalesce(o.app_id, '') = $6) and ($7::text is null or o.name like 'payments.' || $7 || '.%')
          and ($8::text is null or o.vendor = $8)
          and ($9::text is null or p.reference = $9 or p.parent_id in (select f.operation_id from nexus.payment_reference f where f.org_id = $1 and f.reference = $9))
          and ($10::text[] is null or ${stateOf} = any ($10))
        order by o.operation_id desc limit $11),
     bounds as (select count(*)::text as scanned, (select operation_id from scanned order by operation_id limit 1) as oldest from scanned)
     select b.scanned, b.oldest, o.operation_id is not null as match, o.operation_id, o.org_id, o.name, p.parent_id, parent.name as parent_name, p.reference,
            pp.reference as parent_reference, p.amount, p.currency, g.refunds, o.app_id, o.user_id, o.key_id, o.vendor,
            coalesce(o.result->>'credentialTier', o.facts->>'credentialTier') as credential_tier, g.state,
            nexus.progress_of(o.operation_id, o.state) as progress,
            p.kind in ('checkout', 'order') and nexus.nexus_payment_is_over(o.operation_id) as over, p.seen, p.seen_at,
            o.result->>'doubt' as doubt, o.result->>'errorCode' as error_code, o.held::text, o.cost::text, o.created_at, o.ended_at
       from bounds b left join page g on true
       left join lateral (select * from nexus.operation x where x.operation_id = g.operation_id) o on true
       left join nexus.payment p on p.operation_id = o.operation_id
       left join nexus.payment pp on pp.operation_id = p.parent_id
       left join lateral (select x.name from nexus.operation x where x.operation_id = p.parent_id) parent on true
      order by o.operation_id desc`,
    [
      query.organizationId,
      query.before,
      query.from,
      query.about ?? null,
      scan,
      appId ?? null,
      kind ?? null,
      vendor ?? null,
      reference ?? null,
      states ?? null,
      limit,
    ],
  );
  const [first] = rows;
  const found = rows.filter(({ match }) => match);
  if (found.length === limit) return { rows: found, next: found.at(-1)?.operation_id };
  return { rows: found, next: Number(first?.scanned ?? 0) === scan ? (first?.oldest ?? undefined) : undefined };
};

export interface PaymentSumRow {
  readonly at: Date;
  readonly kind: "payment" | "refund";
  readonly state: PaymentView["state"];
  readonly currency: string;
  readonly count: string;
  readonly amount: string;
}

/** What was asked for of each day of a time zone, by currency and by what became of it. */
export const selectPaymentSums = async (
  pool: pg.Pool,
  {
    organizationId,
    appId,
    from,
    to,
    timeZone,
  }: Pick<PaymentQuery, "organizationId" | "appId"> & { from: string; to: string; timeZone: string },
): Promise<PaymentSumRow[]> => {
  const { rows } = await pool.query<PaymentSumRow>(
    `select date_trunc('day', p.created_at, $5) as at, case when p.kind = 'refund' then 'refund' else 'payment' end as kind,
            ${stateOf} as state, p.currency, count(*)::text as count, sum(p.amount)::text as amount
       from nexus.payment p join nexus.operation o on o.operation_id = p.operation_id cross join ${refundsOf}
      where p.org_id = $1 and p.operation_id >= $2 and p.operation_id < $3 and p.kind in ('checkout', 'order', 'refund')
        and p.amount is not null and ($4::text is null or p.app_id = $4)
      group by 1, 2, 3, 4 order by 1, 4, 2, 3`,
    [organizationId, from, to, appId ?? null, timeZone],
  );
  return rows;
};
