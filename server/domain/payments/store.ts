import type pg from "pg";
import type { CredentialTier } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import type { SeenPayment } from "./seen-payment.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

/** What is read and claimed before anything is sent: a database that does not answer means that nothing was. */
export const beforeSending = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw NexusError.is(error)
      ? error
      : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 1_000, cause: error });
  }
};

export type PaymentKind =
  | "checkout"
  | "order"
  | "link"
  | "refund"
  | "authorize"
  | "capture"
  | "cancel"
  | "expire"
  | "deactivate";

export interface PaymentRow {
  readonly operationId: string;
  readonly organizationId: string;
  /** Empty where no app called. */
  readonly appId: string;
  readonly kind: PaymentKind;
  readonly parentId: string | null;
  readonly reference: string | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
}

/** A payment with what its operation says of where it is. */
export interface PlacedPaymentRow extends PaymentRow {
  readonly state: "open" | "settled" | "released" | "uncertain" | "late";
  readonly vendor: string;
  readonly credentialId: string | null;
  readonly credentialTier: CredentialTier | null;
  /** The vendor's id of it, by its answer or by a report. */
  readonly objectId: string | null;
  /** It was canceled or expired, or its vendor shows that nobody can pay it any more. */
  readonly over: boolean;
  /** As it was last seen at its vendor. */
  readonly seen: SeenPayment | null;
}

const columns = `p.operation_id as "operationId", p.org_id as "organizationId", p.app_id as "appId", p.kind, p.parent_id as "parentId",
  p.reference, p.amount, p.currency`;

export const selectPayment = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  operationId: string,
): Promise<PlacedPaymentRow | undefined> => {
  const { rows } = await db.query<PlacedPaymentRow>(
    `select ${columns}, o.state, coalesce(a.vendor, o.vendor) as vendor, a.credential_id as "credentialId", a.credential_tier as "credentialTier",
            coalesce(o.result->>'vendorRequestId', r.object_id) as "objectId", nexus.nexus_payment_is_over(p.operation_id) as over, p.seen
       from nexus.payment p join nexus.operation o on o.operation_id = p.operation_id
       left join lateral (select * from nexus.attempt t where t.operation_id = p.operation_id and t.evidence = 'done' order by t.n desc limit 1) a on true
       left join lateral (select object_id from nexus.outcome_report x
                           where x.operation_id = p.operation_id and x.outcome = 'done' and x.object_id is not null limit 1) r on true
      where p.operation_id = $1 and p.org_id = $2`,
    [operationId, organizationId],
  );
  return rows[0];
};

export const insertPayment = async (db: pg.Pool | pg.PoolClient, row: PaymentRow): Promise<void> => {
  await db.query(
    `insert into nexus.payment (operation_id, org_id, app_id, kind, parent_id, reference, amount, currency)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (operation_id) do nothing`,
    [
      row.operationId,
      row.organizationId,
      row.appId,
      row.kind,
      row.parentId,
      row.reference,
      row.amount,
      row.amount === null ? null : row.currency,
    ],
  );
};

interface Taken {
  readonly organizationId: string;
  readonly appId: string;
  readonly reference: string;
  readonly operationId: string;
}

/** Takes a reference for an operation, if nobody has it whose payment may still be made. Says who has it then. */
export const takeReference = async (db: pg.Pool | pg.PoolClient, take: Taken): Promise<string> => {
  const key = [take.organizationId, take.appId, take.reference];
  const { rowCount } = await db.query(
    `insert into nexus.payment_reference as r (org_id, app_id, reference, operation_id) values ($1, $2, $3, $4)
     on conflict (org_id, app_id, reference) do update set operation_id = excluded.operation_id
       where nexus.nexus_payment_is_over(r.operation_id)`,
    [...key, take.operationId],
  );
  if (rowCount === 1) return take.operationId;
  const { rows } = await db.query<{ owner: string }>(
    `select operation_id as owner from nexus.payment_reference where org_id = $1 and app_id = $2 and reference = $3`,
    key,
  );
  return rows[0]?.owner ?? take.operationId;
};

/** Locks a payment against other changes of it, until the transaction ends. */
export const lockPayment = async (tx: pg.PoolClient, operationId: string): Promise<void> => {
  await tx.query("select from nexus.payment where operation_id = $1 for update", [operationId]);
};

/** An act on a payment that was done, or is under way or of unknown outcome: one of those kinds, other than that operation. */
export const selectRival = async (
  tx: pg.PoolClient,
  parentId: string,
  { done, underWay }: { readonly done: readonly PaymentKind[]; readonly underWay: readonly PaymentKind[] },
  except: string,
): Promise<{ readonly operationId: string; readonly kind: PaymentKind } | undefined> => {
  const { rows } = await tx.query<{ operationId: string; kind: PaymentKind }>(
    `select p.operation_id as "operationId", p.kind
       from nexus.payment p join nexus.operation o on o.operation_id = p.operation_id
      where p.parent_id = $1 and p.operation_id <> $4
        and (p.kind = any($2) and o.state in ('settled', 'late') or p.kind = any($3) and o.state in ('open', 'uncertain'))
      limit 1`,
    [parentId, done, underWay, except],
  );
  return rows[0];
};

/** What our refunds of a payment come to: those that were done, may have been, or are under way. */
export const sumRefunds = async (tx: pg.PoolClient, parentId: string, except: string): Promise<bigint> => {
  const { rows } = await tx.query<{ sum: bigint }>(
    `select coalesce(sum(p.amount), 0)::bigint as sum
       from nexus.payment p join nexus.operation o on o.operation_id = p.operation_id
      where p.parent_id = $1 and p.kind = 'refund' and p.closed_at is null and o.state <> 'released' and p.operation_id <> $2`,
    [parentId, except],
  );
  return rows[0]?.sum ?? 0n;
};

/** Which of these operations are refunds of ours of a payment. */
export const selectOwnRefunds = async (db: pg.Pool | pg.PoolClient, parentId: string): Promise<readonly string[]> => {
  const { rows } = await db.query<{ id: string }>(
    "select operation_id as id from nexus.payment where parent_id = $1 and kind = 'refund'",
    [parentId],
  );
  return rows.map(({ id }) => id);
};

export const closePayment = async (db: pg.Pool | pg.PoolClient, operationId: string, at: Date): Promise<void> => {
  // What we have captured is not over, whatever an account says that does not know it.
  await db.query(
    `update nexus.payment p set closed_at = $2 where p.operation_id = $1 and p.closed_at is null
       and not exists (select from nexus.payment c join nexus.operation o on o.operation_id = c.operation_id
                        where c.parent_id = p.operation_id and c.kind = 'capture' and o.state <> 'released')`,
    [operationId, at],
  );
};

export const updateSeen = async (pool: pg.Pool, operationId: string, seen: SeenPayment, at: Date): Promise<void> => {
  await pool.query("update nexus.payment set seen = $2, seen_at = $3 where operation_id = $1", [operationId, seen, at]);
};
