import type pg from "pg";
import { operationColumns, type OperationRow } from "./operation-row.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

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

/** Each condition is an index's: `$1` is ids of a bill, `$2` an organization or null. */
export const billedByVendorRequest = `
  select o.operation_id, o.org_id, o.vendor, o.result->>'vendorRequestId' as vendor_request_id
     from nexus.operation o where o.result->>'vendorRequestId' = any ($1) and ($2::text is null or o.org_id = $2)
   union
   select o.operation_id, o.org_id, o.vendor, o.result->'attempt'->>'vendorRequestId'
     from nexus.operation o where o.result->'attempt'->>'vendorRequestId' = any ($1) and ($2::text is null or o.org_id = $2)
   union
   select o.operation_id, o.org_id, o.vendor, a.vendor_request_id
     from nexus.attempt a join nexus.operation o on o.operation_id = a.operation_id
    where a.vendor_request_id = any ($1) and ($2::text is null or o.org_id = $2)`;

/** Operations by their own ids, and by those that vendors gave their requests. */
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
  const named = await pool.query<BilledRow>(billedByVendorRequest, [vendorRequestIds, organizationId ?? null]);
  return [...found.rows, ...named.rows];
};

interface BilledQuery {
  readonly operationIds: readonly string[];
  readonly vendorRequestIds: readonly string[];
  /** Undefined: every organization's. */
  readonly organizationId: string | undefined;
}

export interface VendorUncertainRow {
  readonly vendor: string;
  readonly count: number;
  readonly held: string;
}

/** Of every organization, by vendor. */
export const selectVendorUncertain = async (pool: pg.Pool): Promise<VendorUncertainRow[]> => {
  const { rows } = await pool.query<VendorUncertainRow>(
    "select vendor, count(*)::int as count, sum(held)::text as held from nexus.operation where state = 'uncertain' group by 1",
  );
  return rows;
};
