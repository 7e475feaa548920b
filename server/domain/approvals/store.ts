import type pg from "pg";

export interface ApprovalRow {
  readonly approvalId: string;
  readonly organizationId: string;
  /** Empty where no app called. */
  readonly appId: string;
  readonly operation: string;
  readonly reference: string | null;
  readonly vendor: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly bound: bigint;
  readonly requestedBy: string;
  readonly requestedUser: string | null;
  readonly state: "pending" | "approved" | "declined";
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

interface KeyedRow extends ApprovalRow {
  readonly fingerprint: Buffer;
}

const columns = `approval_id as "approvalId", org_id as "organizationId", app_id as "appId", operation, reference, vendor, amount, currency, bound,
  requested_by as "requestedBy", requested_user as "requestedUser", state, created_at as "createdAt", expires_at as "expiresAt",
  decided_at as "decidedAt", decided_by as "decidedBy", reason`;

export const selectByKey = async (db: pg.Pool | pg.PoolClient, key: Buffer): Promise<KeyedRow | undefined> => {
  const { rows } = await db.query<KeyedRow>(
    `select ${columns}, rhash as fingerprint from nexus.approval where ikey = $1`,
    [key],
  );
  return rows[0];
};

type NewApproval = Pick<
  ApprovalRow,
  | "approvalId"
  | "organizationId"
  | "appId"
  | "operation"
  | "reference"
  | "vendor"
  | "amount"
  | "currency"
  | "bound"
  | "requestedBy"
  | "requestedUser"
  | "expiresAt"
> & { readonly key: Buffer; readonly fingerprint: Buffer };

/** False where the key has one. */
export const insertApproval = async (tx: pg.PoolClient, row: NewApproval): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nexus.approval (approval_id, ikey, rhash, org_id, app_id, operation, reference, vendor, amount, currency, bound,
       requested_by, requested_user, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (ikey) do nothing`,
    [
      row.approvalId,
      row.key,
      row.fingerprint,
      row.organizationId,
      row.appId,
      row.operation,
      row.reference,
      row.vendor,
      row.amount,
      row.currency,
      row.bound,
      row.requestedBy,
      row.requestedUser,
      row.expiresAt,
    ],
  );
  return rowCount === 1;
};

/** Of one organization, or of whichever it is; locked until the transaction ends. */
export const lockApproval = async (
  tx: pg.PoolClient,
  approvalId: string,
  organizationId: string | undefined,
): Promise<ApprovalRow | undefined> => {
  const { rows } = await tx.query<ApprovalRow>(
    `select ${columns} from nexus.approval where approval_id = $1 and ($2::text is null or org_id = $2) for update`,
    [approvalId, organizationId ?? null],
  );
  return rows[0];
};

interface Decision {
  readonly state: "approved" | "declined";
  readonly by: string;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly reason: string | undefined;
}

export const decideApproval = async (
  tx: pg.PoolClient,
  approvalId: string,
  { state, by, at, expiresAt, reason }: Decision,
): Promise<void> => {
  await tx.query(
    `update nexus.approval set state = $2, decided_by = $3, decided_at = $4, expires_at = $5, reason = $6 where approval_id = $1`,
    [approvalId, state, by, at, expiresAt, reason ?? null],
  );
};

interface ApprovalQuery {
  /** Undefined: every organization's. */
  readonly organizationId: string | undefined;
  /** Those alone that wait at this moment. */
  readonly pendingAt: Date | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export const selectApprovals = async (
  pool: pg.Pool,
  { organizationId, pendingAt, before, limit }: ApprovalQuery,
): Promise<readonly ApprovalRow[]> => {
  const { rows } = await pool.query<ApprovalRow>(
    `select ${columns} from nexus.approval
      where ($1::text is null or org_id = $1) and ($2::timestamptz is null or (state = 'pending' and expires_at > $2))
        and ($3::uuid is null or approval_id < $3)
      order by approval_id desc limit $4`,
    [organizationId ?? null, pendingAt ?? null, before ?? null, limit],
  );
  return rows;
};
