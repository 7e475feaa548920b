import type pg from "pg";
import { firstIdOf } from "../../platform/ids.ts";
import type { UsageFilter } from "./usage-dimension.ts";

/** An operation as it is exported. */
export interface ExportedRow {
  readonly operation_id: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly state: string;
  readonly operation: string;
  readonly app: string | null;
  readonly user: string | null;
  readonly key: string | null;
  readonly customer: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly tier: string | null;
  readonly source: string | null;
  readonly status: number | null;
  readonly error_code: string | null;
  readonly input_units: string;
  readonly output_units: string;
  readonly held: string;
  readonly cost: string | null;
  readonly overrun: string | null;
  readonly latency_ms: number | null;
  readonly request_id: string | null;
  readonly vendor_request_id: string | null;
}

interface ExportQuery {
  readonly organizationId: string;
  readonly from: Date;
  readonly to: Date;
  readonly filter: UsageFilter;
  readonly wallets: readonly string[] | undefined;
  /** Operations looked at in one statement. */
  readonly pageSize: number;
}

/** Ids carry the time of the process that made them: rows are found by them, and chosen by the database's time. */
const marginMs = 3_600_000;

/** Pages of operations, oldest first. Each is a statement of its own: no snapshot is held while a caller reads slowly. */
export const exportedPages = async function* (
  pool: pg.Pool,
  { organizationId, from, to, filter, wallets, pageSize }: ExportQuery,
): AsyncGenerator<readonly ExportedRow[], void, void> {
  const until = firstIdOf(to.getTime() + marginMs);
  let after = firstIdOf(from.getTime() - marginMs);
  for (;;) {
    const { rows } = await pool.query<
      ExportedRow & {
        last: string | null;
        scanned: number;
        match: boolean | null;
      }
    >(
      `with scanned as materialized (
         select o.* from nexus.operation o where o.org_id = $1 and o.operation_id > $2 and o.operation_id < $3 order by o.operation_id limit $4),
       seen as (select count(*)::int as scanned, (select operation_id from scanned order by operation_id desc limit 1) as last from scanned)
       select s.last, s.scanned, o.operation_id is not null as match, o.operation_id, o.created_at, o.ended_at, o.state, o.name as operation, o.app_id as app, o.user_id as "user",
              o.key_id as key, c.customer_id as customer, o.vendor, o.model, coalesce(o.result->>'credentialTier', o.facts->>'credentialTier') as tier,
              o.source, (o.result->>'status')::int as status, o.result->>'errorCode' as error_code,
              nexus.nexus_input_units(o.result->'units')::text as input_units, nexus.nexus_output_units(o.result->'units')::text as output_units,
              o.held::text as held, o.cost::text as cost, o.overrun::text as overrun, (o.result->>'latencyMs')::float8::int as latency_ms,
              o.facts->>'requestId' as request_id, o.result->>'vendorRequestId' as vendor_request_id
         from seen s
         left join scanned o on o.created_at >= $5 and o.created_at < $6
              and ($7::text is null or o.app_id = $7) and ($8::text is null or o.user_id = $8) and ($9::text is null or o.key_id = $9)
              and ($10::bigint[] is null or o.wallet_level = any ($10)) and ($11::text is null or split_part(o.name, '.', 1) = $11)
              and ($12::text is null or o.name = $12) and ($13::text is null or o.vendor = $13) and ($14::text is null or o.model = $14)
              and ($15::text is null or coalesce(o.result->>'credentialTier', o.facts->>'credentialTier') = $15)
              and ($16::text is null or o.source = $16)
              and ($17::text is null or case $17 when 'failed' then o.state = 'released' else o.state in ('settled', 'late') end)
         left join nexus.wallet w on w.budget_id = o.wallet_level left join nexus.customer c on c.wallet_id = w.wallet_id
        order by o.operation_id`,
      [
        organizationId,
        after,
        until,
        pageSize,
        from,
        to,
        filter.app ?? null,
        filter.user ?? null,
        filter.key ?? null,
        wallets ?? null,
        filter.family ?? null,
        filter.operation ?? null,
        filter.vendor ?? null,
        filter.model ?? null,
        filter.tier ?? null,
        filter.source ?? null,
        filter.status ?? null,
      ],
    );
    const [first] = rows;
    yield rows.filter(({ match }) => match === true);
    if (!first || first.last === null || first.scanned < pageSize) return;
    after = first.last;
  }
};
