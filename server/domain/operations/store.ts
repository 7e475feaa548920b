import type pg from "pg";
import { firstIdOf } from "../../platform/ids.ts";
import type { AttemptView } from "./operation-view.ts";
import { operationColumns, type OperationRow } from "./operation-row.ts";

/** Filters of a page; undefined ones do not filter. */
export interface OperationQuery {
  readonly organizationId: string;
  /** Exclusive. */
  readonly before?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly appId?: string | undefined;
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly vendor?: string | undefined;
  readonly model?: string | undefined;
  readonly family?: string | undefined;
  readonly operation?: string | undefined;
  readonly tier?: string | undefined;
  readonly source?: string | undefined;
  readonly status?: "succeeded" | "failed" | undefined;
  /** Those alone that name no app. */
  readonly unattributed?: boolean | undefined;
  /** Those alone in which something was metered that has no price. */
  readonly unpriced?: boolean | undefined;
  readonly state?: string | undefined;
  readonly limit: number;
}

interface UncertainQuery extends Omit<OperationQuery, "organizationId" | "state"> {
  /** Those alone that nobody looks up any more. */
  readonly needsReview?: boolean | undefined;
  /** Undefined: every organization's. */
  readonly organizationId: string | undefined;
}

interface UncertainRow extends OperationRow {
  readonly org_id: string;
}

/** Rows looked at for one page where no sum tells which calls are meant: it may be short instead of looking for ever. */
const mostScanned = 10_000;

const firstId = "00000000-0000-0000-0000-000000000000";
const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const floorId = (at: string): string => firstIdOf(Date.parse(at));

interface Page {
  readonly rows: OperationRow[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** Newest first. */
export const selectOperations = async (pool: pg.Pool, query: OperationQuery): Promise<Page> => {
  const { tier, unpriced, state } = query;
  const hidden = tier !== undefined || unpriced === true || state === "late";
  return hasFilter(query) && !hidden ? selectMatching(pool, query) : selectNewest(pool, query);
};

const boundsOf = ({ from, before, to }: OperationQuery): readonly [string, string] => {
  const bounds = [before, to && floorId(to)].filter((id) => id !== undefined);
  return [from === undefined ? firstId : floorId(from), bounds.sort()[0] ?? lastId];
};

/** A whole page of what the sums tell apart, however few such calls there are. */
const selectMatching = async (pool: pg.Pool, query: OperationQuery): Promise<Page> => {
  const { appId, unattributed, userId, keyId, vendor, model, family, operation, source, status, state, limit } = query;
  if (unattributed === true && appId !== undefined) return { rows: [], next: undefined };
  const app = unattributed === true ? "" : appId;
  const filter = { app, user: userId, key: keyId, vendor, model, family, operation, source, status, state };
  const { rows } = await pool.query<OperationRow>(
    `with page as materialized (select id from nexus.nexus_matching_calls($1, $2, $3, $4, $5) id)
     select ${operationColumns} from page p cross join lateral (select * from nexus.operation x where x.operation_id = p.id) o
      order by o.operation_id desc`,
    [query.organizationId, ...boundsOf(query), limit, JSON.stringify(filter)],
  );
  return { rows, next: rows.length === limit ? rows.at(-1)?.operation_id : undefined };
};

/** Of the newest those that match. */
const selectNewest = async (pool: pg.Pool, query: OperationQuery): Promise<Page> => {
  const scan = hasFilter(query) ? mostScanned : query.limit;
  const { rows } = await pool.query<OperationRow & { scanned: string; oldest: string | null; match: boolean }>(
    `with scanned as materialized (
       select r.operation_id, ${filterOf("r", 7)} as match from nexus.nexus_recent_calls($1, $2, $3, $4, $5) r),
     page as materialized (select operation_id from scanned where match order by operation_id desc limit $6),
     bounds as (select count(*) as scanned, (select operation_id from scanned order by operation_id limit 1) as oldest from scanned)
     select ${operationColumns}, b.scanned::text, b.oldest, o.operation_id is not null as match
       from bounds b left join page p on true
       left join lateral (select * from nexus.operation x where x.operation_id = p.operation_id) o on true
      order by o.operation_id desc`,
    [
      query.organizationId,
      ...boundsOf(query),
      scan,
      query.tier !== undefined || query.unpriced === true,
      query.limit,
      ...filterValues(query),
    ],
  );
  const [first] = rows;
  const found = rows.filter(({ match }) => match);
  const scanned = Number(first?.scanned ?? 0);
  const cut = scanned === scan;
  if (found.length === query.limit) return { rows: found, next: found.at(-1)?.operation_id };
  return { rows: found, next: cut ? (first?.oldest ?? undefined) : undefined };
};

type Filters = Omit<OperationQuery, "organizationId" | "before" | "from" | "to" | "limit">;

/** The values of filters, in the order of their conditions. */
const filterValues = (query: Filters): readonly unknown[] => [
  query.appId ?? null,
  query.userId ?? null,
  query.keyId ?? null,
  query.vendor ?? null,
  query.model ?? null,
  query.state ?? null,
  query.family ?? null,
  query.operation ?? null,
  query.source ?? null,
  query.status ?? null,
  query.tier ?? null,
  query.unattributed ?? false,
  query.unpriced ?? false,
];

/** The conditions on a row, whose values begin at a parameter. */
const filterOf = (row: string, first: number): string => {
  const place = (index: number, type: string): string => `$${first + index}::${type}`;
  const equals = [
    "app_id",
    "user_id",
    "key_id",
    "vendor",
    "model",
    "state",
    "family",
    "name",
    "source",
    "status",
    "tier",
  ];
  const columns: Readonly<Record<string, string>> = {
    family: `split_part(${row}.name, '.', 1)`,
    status: `case when ${row}.state = 'released' then 'failed' when ${row}.state in ('settled', 'late') then 'succeeded' end`,
  };
  const conditions = equals.map((column, index) => {
    const value = place(index, "text");
    return `(${value} is null or coalesce(${columns[column] ?? `${row}.${column}`} = ${value}, false))`;
  });
  return `(${conditions.join(" and ")} and (not ${place(11, "boolean")} or ${row}.app_id is null) and (not ${place(12, "boolean")} or coalesce(${row}.unpriced, false)))`;
};

const hasFilter = (query: Filters): boolean => filterValues(query).some((value) => value !== null && value !== false);

export interface OperationDetailRow extends OperationRow {
  readonly org_id: string;
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
    credential_version: number | null;
    step: string | null;
    phase: AttemptView["phase"];
    evidence: AttemptView["evidence"];
    key_deadline: string | null;
  }[];
  readonly entries: { kind: string; n: number; amount: string; debit: string; credit: string; at: string }[];
}

export const selectOperation = async (
  pool: pg.Pool,
  organizationId: string | undefined,
  operationId: string,
): Promise<OperationDetailRow | undefined> => {
  const { rows } = await pool.query<OperationDetailRow>(
    `select ${operationColumns}, o.org_id, coalesce(o.result->>'credentialId', o.facts->>'credentialId') as credential_id,
            (o.facts->>'credentialVersion')::int as credential_version, coalesce(o.facts->'priceIds', '[]') as price_ids,
            o.facts->>'requestId' as request_id, o.result->>'vendorRequestId' as vendor_request_id,
            o.result->>'responseModel' as response_model, o.result->'rawUsage' as raw_usage,
            coalesce((select json_agg(a order by a.n) from nexus.operation_attempt a where a.operation_id = o.operation_id), '[]') as attempts,
            coalesce((select json_agg(json_build_object('kind', e.kind, 'n', e.n, 'amount', e.amount::text, 'debit', k.debit,
                                                        'credit', k.credit, 'at', e.at) order by e.seq)
                        from nexus.entry e join nexus.entry_account k using (kind)
                       where e.operation_id = o.operation_id and (e.amount <> 0 or e.kind not in ('adjust_up', 'adjust_down'))), '[]') as entries
       from nexus.operation o where o.operation_id = $1 and ($2::text is null or o.org_id = $2)`,
    [operationId, organizationId ?? null],
  );
  return rows[0];
};

/** One more than asked for, newest first, with the sums of all that match. Few are uncertain: their own index finds them. */
export const selectUncertain = async (
  pool: pg.Pool,
  { organizationId, before, from, to, limit, needsReview, ...filters }: UncertainQuery,
): Promise<{ readonly rows: UncertainRow[]; readonly count: number; readonly held: string }> => {
  const { rows } = await pool.query<UncertainRow & { match: boolean; all: string; all_held: string }>(
    `with uncertain as materialized (
       select u.operation_id, u.held from nexus.operation o
         cross join lateral (select o.operation_id, o.held, o.app_id, o.user_id, o.key_id, o.name, o.vendor, o.model, o.state, o.source,
           coalesce(o.result->>'credentialTier', o.facts->>'credentialTier') as tier,
           jsonb_array_length(coalesce(o.result->'unpricedClasses', '[]')) > 0 as unpriced) u
        where o.state = 'uncertain' and ($1::text is null or o.org_id = $1) and o.operation_id >= $2 and o.operation_id < $3
          and ${filterOf("u", 7)}
          and (not $6 or exists (select from nexus.reconciliation r where r.operation_id = o.operation_id and r.review_at is not null))),
     page as materialized (
       select operation_id from uncertain where $4::uuid is null or operation_id < $4 order by operation_id desc limit $5),
     total as (select count(*)::text as all, coalesce(sum(held), 0)::text as all_held from uncertain)
     select ${operationColumns}, o.org_id, t.all, t.all_held, o.operation_id is not null as match
       from total t left join page p on true left join lateral (select * from nexus.operation x where x.operation_id = p.operation_id) o on true
      order by o.operation_id desc`,
    [
      organizationId ?? null,
      from === undefined ? firstId : floorId(from),
      to === undefined ? lastId : floorId(to),
      before ?? null,
      limit + 1,
      needsReview ?? false,
      ...filterValues(filters),
    ],
  );
  const [first] = rows;
  return { rows: rows.filter(({ match }) => match), count: Number(first?.all ?? 0), held: first?.all_held ?? "0" };
};
