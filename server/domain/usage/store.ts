import type pg from "pg";
import { operationColumns, type OperationRow } from "./operation-row.ts";

/** Filters of a page; undefined ones do not filter. */
export interface OperationQuery {
  readonly organizationId: string;
  /** Exclusive. */
  readonly before: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
  readonly vendor: string | undefined;
  readonly model: string | undefined;
  readonly state: string | undefined;
  readonly limit: number;
}

/** Rows looked at for one page: a filter that matches next to nothing answers short pages instead of scanning for ever. */
const mostScanned = 10_000;

const firstId = "00000000-0000-0000-0000-000000000000";
const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** The smallest UUIDv7 of a moment. */
const floorId = (at: string): string => {
  const ms = Math.max(Date.parse(at), 0).toString(16).padStart(12, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8, 12)}-0000-0000-000000000000`;
};

interface Page {
  readonly rows: OperationRow[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** Newest first. */
export const selectOperations = async (pool: pg.Pool, query: OperationQuery): Promise<Page> => {
  const scan = hasFilter(query) ? mostScanned : query.limit;
  const bounds = [query.before, query.to && floorId(query.to)].filter((id) => id !== undefined);
  const { rows } = await pool.query<OperationRow & { scanned: string; oldest: string | null; match: boolean }>(
    `with scanned as materialized (
       select r.operation_id, (($5::text is null or r.app_id = $5) and ($6::text is null or r.user_id = $6) and ($7::text is null or r.key_id = $7)
           and ($8::text is null or r.vendor = $8) and ($9::text is null or r.model = $9) and ($10::text is null or r.state = $10)) as match
         from nexus.nexus_recent_operations($1, $2, $3, $4) r),
     page as materialized (select operation_id from scanned where match order by operation_id desc limit $11),
     bounds as (select count(*) as scanned, (select operation_id from scanned order by operation_id limit 1) as oldest from scanned)
     select ${operationColumns}, b.scanned::text, b.oldest, o.operation_id is not null as match
       from bounds b left join page p on true
       left join lateral (select * from nexus.operation x where x.operation_id = p.operation_id) o on true
      order by o.operation_id desc`,
    [
      query.organizationId,
      query.from === undefined ? firstId : floorId(query.from),
      bounds.sort()[0] ?? lastId,
      scan,
      query.appId ?? null,
      query.userId ?? null,
      query.keyId ?? null,
      query.vendor ?? null,
      query.model ?? null,
      query.state ?? null,
      query.limit,
    ],
  );
  const [first] = rows;
  const found = rows.filter(({ match }) => match);
  const scanned = Number(first?.scanned ?? 0);
  const cut = scanned === scan;
  if (found.length === query.limit) return { rows: found, next: found.at(-1)?.operation_id };
  return { rows: found, next: cut ? (first?.oldest ?? undefined) : undefined };
};

const hasFilter = ({ appId, userId, keyId, vendor, model, state }: OperationQuery): boolean =>
  [appId, userId, keyId, vendor, model, state].some((value) => value !== undefined);

export interface OperationDetailRow extends OperationRow {
  readonly credential_id: string | null;
  readonly credential_version: number | null;
  readonly price_ids: string[];
  readonly request_id: string | null;
  readonly vendor_request_id: string | null;
  readonly response_model: string | null;
  readonly raw_usage: unknown;
  readonly attempts: {
    n: number;
    vendor: string;
    model: string;
    credential_tier: string | null;
    credential_id: string | null;
    vendor_request_id: string | null;
    started_at: string | null;
    duration_ms: number | null;
    status: number | null;
    outcome: string | null;
    error_code: string | null;
  }[];
  readonly entries: { kind: string; n: number; amount: string; debit: string; credit: string; at: string }[];
}

export const selectOperation = async (
  pool: pg.Pool,
  organizationId: string,
  operationId: string,
): Promise<OperationDetailRow | undefined> => {
  const { rows } = await pool.query<OperationDetailRow>(
    `select ${operationColumns}, coalesce(o.result->>'credentialId', o.facts->>'credentialId') as credential_id,
            (o.facts->>'credentialVersion')::int as credential_version, coalesce(o.facts->'priceIds', '[]') as price_ids,
            o.facts->>'requestId' as request_id, o.result->>'vendorRequestId' as vendor_request_id,
            o.result->>'responseModel' as response_model, o.result->'rawUsage' as raw_usage,
            coalesce((select json_agg(a order by a.n) from nexus.operation_attempt a where a.operation_id = o.operation_id), '[]') as attempts,
            coalesce((select json_agg(json_build_object('kind', e.kind, 'n', e.n, 'amount', e.amount::text, 'debit', k.debit,
                                                        'credit', k.credit, 'at', e.at) order by e.seq)
                        from nexus.entry e join nexus.entry_account k using (kind)
                       where e.operation_id = o.operation_id and (e.amount <> 0 or e.kind not in ('adjust_up', 'adjust_down'))), '[]') as entries
       from nexus.operation o where o.operation_id = $1 and o.org_id = $2`,
    [operationId, organizationId],
  );
  return rows[0];
};

/** What sums may be grouped by. */
export const usageDimensions = ["appId", "userId", "keyId", "vendor", "model", "source"] as const;
export type UsageDimension = (typeof usageDimensions)[number];

const columnOf: Readonly<Record<UsageDimension, string>> = {
  appId: "app_id",
  userId: "user_id",
  keyId: "key_id",
  vendor: "vendor",
  model: "model",
  source: "source",
};

export interface UsageQuery {
  readonly organizationId: string;
  readonly from: Date;
  readonly to: Date;
  readonly step: "hour" | "day";
  readonly by: readonly UsageDimension[];
  readonly filters: Readonly<Partial<Record<UsageDimension, string>>>;
  readonly limit: number;
}

export interface UsageSumRow {
  readonly at: Date;
  readonly app_id: string | null;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly source: string | null;
  readonly calls: string;
  readonly failed: string;
  readonly cost: string;
  readonly overrun: string;
  readonly input_units: string;
  readonly output_units: string;
}

/** The hourly sums and the entries that are not in them yet, in one snapshot: every entry exactly once. */
export const selectUsageSums = async (pool: pg.Pool, query: UsageQuery): Promise<UsageSumRow[]> => {
  const filters = usageDimensions.flatMap((dimension) => {
    const value = query.filters[dimension];
    return value === undefined ? [] : [{ column: columnOf[dimension], value }];
  });
  const where = filters.map(({ column }, index) => `and u.${column} = $${index + 6}`).join(" ");
  const columns = usageDimensions.map((dimension) => {
    const column = columnOf[dimension];
    return query.by.includes(dimension) ? `nullif(u.${column}, '') as ${column}` : `null::text as ${column}`;
  });
  // Users and keys make as many rows as there are calls; whoever does not ask for them reads the small table.
  const fine = [...query.by, ...Object.keys(query.filters)].some((name) => name === "userId" || name === "keyId");
  const { rows } = await pool.query<UsageSumRow>(
    `with u as (
       select hour, app_id, ${fine ? "user_id, key_id" : "'' as user_id, '' as key_id"}, vendor, model, source, calls, failed, cost, overrun, input_units, output_units
         from nexus.${fine ? "usage_hour" : "usage_hour_app"} where org_id = $1 and hour >= $2 and hour < $3
       union all
       select t.hour, t.app_id, t.user_id, t.key_id, t.vendor, t.model, t.source, t.calls, t.failed, t.cost, t.overrun, t.input_units, t.output_units
         from nexus.nexus_pending_usage($1) t where t.hour >= $2 and t.hour < $3)
     select date_trunc($4, u.hour, 'UTC') as at, ${columns.join(", ")}, sum(u.calls)::text as calls, sum(u.failed)::text as failed,
            sum(u.cost)::text as cost, sum(u.overrun)::text as overrun, sum(u.input_units)::text as input_units,
            sum(u.output_units)::text as output_units
       from u where true ${where}
      group by 1, 2, 3, 4, 5, 6, 7
     having sum(u.calls) <> 0 or sum(u.cost) <> 0
      order by 1, sum(u.cost) desc, 2, 3, 4, 5, 6, 7
      limit $5`,
    [query.organizationId, query.from, query.to, query.step, query.limit, ...filters.map(({ value }) => value)],
  );
  return rows;
};
