import type pg from "pg";
import { operationColumns, type OperationRow } from "./operation-row.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

interface DoubtQuery {
  /** Undefined: every organization's. */
  readonly organizationId: string | undefined;
  /** Exclusive. */
  readonly before: string | undefined;
  readonly vendor: string | undefined;
  readonly limit: number;
}

interface DoubtRow extends OperationRow {
  readonly org_id: string;
}

/** Newest first, with the sums of all that match. Few are in doubt: their own index finds them. */
export const selectDoubts = async (
  pool: pg.Pool,
  { organizationId, before, vendor, limit }: DoubtQuery,
): Promise<{ readonly rows: DoubtRow[]; readonly count: number; readonly held: string }> => {
  const { rows } = await pool.query<DoubtRow & { match: boolean; all: string; all_held: string }>(
    `with doubt as materialized (
       select operation_id, held from nexus.operation
        where state = 'uncertain' and ($1::text is null or org_id = $1) and ($2::text is null or vendor = $2)),
     page as materialized (select operation_id from doubt where $3::uuid is null or operation_id < $3 order by operation_id desc limit $4),
     total as (select count(*)::text as all, coalesce(sum(held), 0)::text as all_held from doubt)
     select ${operationColumns}, o.org_id, t.all, t.all_held, o.operation_id is not null as match
       from total t left join page p on true left join lateral (select * from nexus.operation x where x.operation_id = p.operation_id) o on true
      order by o.operation_id desc`,
    [organizationId ?? null, vendor ?? null, before ?? null, limit],
  );
  const [first] = rows;
  return { rows: rows.filter(({ match }) => match), count: Number(first?.all ?? 0), held: first?.all_held ?? "0" };
};

/** What decides who may say how an operation ended, and what is told of it. */
export interface ResolvableRow extends OperationRow {
  readonly org_id: string;
}

/** Of one organization, or of whichever it is. */
export const selectResolvable = async (
  tx: pg.PoolClient,
  operationId: string,
  organizationId: string | undefined,
): Promise<ResolvableRow | undefined> => {
  const { rows } = await tx.query<ResolvableRow>(
    `select ${operationColumns}, o.org_id from nexus.operation o where o.operation_id = $1 and ($2::text is null or o.org_id = $2)`,
    [operationId, organizationId ?? null],
  );
  return rows[0];
};

/** How an operation ended after all, and who says so. */
export interface Correction {
  readonly operationId: string;
  /** Undefined: it was not billed. */
  readonly costNanos: bigint | undefined;
  readonly by: "operator" | "import";
  readonly actor: string;
  readonly reason: string;
  /** SHA-256 of the export or invoice, hexadecimal. */
  readonly evidence?: string;
  /** Also where the vendor's own number is booked. */
  readonly force?: boolean;
}

export type CorrectionReply =
  | "settled"
  | "released"
  | "corrected"
  | "late"
  | "same"
  | "open"
  | "exact"
  | "invalid"
  | "unknown";

export interface CorrectionRow {
  readonly reply: CorrectionReply;
  readonly wasState: string | null;
  readonly wasCost: string | null;
}

export const correct = async (tx: pg.PoolClient, correction: Correction): Promise<CorrectionRow> => {
  const { operationId, costNanos, by, actor, reason, evidence, force } = correction;
  const { rows } = await tx.query<CorrectionRow>(
    `select o_reply as reply, o_was_state as "wasState", o_was_cost::text as "wasCost"
       from nexus.nexus_correct($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      operationId,
      costNanos === undefined ? "released" : "settled",
      costNanos ?? null,
      by,
      actor,
      reason,
      evidence ?? null,
      force ?? false,
    ],
  );
  return rows[0] ?? { reply: "unknown", wasState: null, wasCost: null };
};

export interface BilledRow {
  readonly operation_id: string;
  readonly org_id: string;
  readonly vendor: string;
  readonly vendor_request_id: string | null;
}

/** Operations by their own ids, and by those that vendors gave their requests: one walk through the ledger for all. */
export const selectBilled = async (
  pool: pg.Pool,
  { operationIds, vendorRequestIds, organizationId }: BilledQuery,
): Promise<BilledRow[]> => {
  const found = await pool.query<BilledRow>(
    `select operation_id, org_id, vendor, null as vendor_request_id from nexus.operation
      where operation_id = any ($1) and ($2::text is null or org_id = $2)`,
    [operationIds, organizationId ?? null],
  );
  if (vendorRequestIds.length === 0) return found.rows;
  const named = await pool.query<BilledRow>(
    `select distinct o.operation_id, o.org_id, o.vendor, x.id as vendor_request_id
       from nexus.operation o, lateral (values (o.result->>'vendorRequestId'), (o.result->'attempt'->>'vendorRequestId')) x (id)
      where x.id = any ($1) and ($2::text is null or o.org_id = $2)
     union
     select o.operation_id, o.org_id, o.vendor, a.vendor_request_id
       from nexus.attempt a join nexus.operation o on o.operation_id = a.operation_id
      where a.vendor_request_id = any ($1) and ($2::text is null or o.org_id = $2)`,
    [vendorRequestIds, organizationId ?? null],
  );
  return [...found.rows, ...named.rows];
};

interface BilledQuery {
  readonly operationIds: readonly string[];
  readonly vendorRequestIds: readonly string[];
  /** Undefined: every organization's. */
  readonly organizationId: string | undefined;
}

export interface VendorDoubtsRow {
  readonly vendor: string;
  readonly count: number;
  readonly held: string;
}

/** Of every organization, by vendor. */
export const selectVendorDoubts = async (pool: pg.Pool): Promise<VendorDoubtsRow[]> => {
  const { rows } = await pool.query<VendorDoubtsRow>(
    "select vendor, count(*)::int as count, sum(held)::text as held from nexus.operation where state = 'uncertain' group by 1",
  );
  return rows;
};
