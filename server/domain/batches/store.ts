import type pg from "pg";
import { claimRows } from "../jobs/index.ts";
import { batchIdOf } from "../../contracts/batch-id.ts";
import type { VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import type { CredentialTier } from "../../contracts/units.ts";

/** A batch as its row and its operation have it. */
export interface StoredBatch {
  readonly id: string;
  readonly operationId: string;
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly vendor: string;
  readonly credentialId: string;
  readonly credentialTier: CredentialTier;
  readonly endpoint: string;
  readonly model: string;
  /** The row of the file that its requests came in. */
  readonly inputFile: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly largestNanos: bigint;
  /** What its vendor said of it last. */
  readonly told: VendorBatch;
  readonly answersFile: string | null;
  readonly errorsFile: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly heldNanos: bigint;
  readonly costNanos: bigint | null;
}

/** A batch before the first of its bytes leaves. */
export interface NewBatch extends Pick<
  StoredBatch,
  | "operationId"
  | "organizationId"
  | "vendor"
  | "credentialId"
  | "credentialTier"
  | "endpoint"
  | "model"
  | "inputFile"
  | "metadata"
  | "largestNanos"
> {
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
}

type Row = Omit<StoredBatch, "id" | "heldNanos" | "costNanos" | "largestNanos"> & {
  readonly heldNanos: string | bigint;
  readonly costNanos: string | bigint | null;
  readonly largestNanos: string | bigint;
};

const columns = `b.operation_id "operationId", b.organization_id "organizationId", b.app_id "appId", b.user_id "userId",
  b.key_id "keyId", b.vendor, b.credential_id "credentialId", b.credential_tier "credentialTier", b.endpoint, b.model,
  b.input_file "inputFile", b.metadata, b.largest "largestNanos", b.told, b.answers_file "answersFile",
  b.errors_file "errorsFile", b.created_at "createdAt", b.ended_at "endedAt", o.held "heldNanos", o.cost "costNanos"`;

const from = `nexus.ai_batch b join nexus.operation o on o.operation_id = b.operation_id`;

const batchOf = ({ heldNanos, costNanos, largestNanos, ...row }: Row): StoredBatch => ({
  ...row,
  id: batchIdOf(row.operationId),
  heldNanos: BigInt(heldNanos),
  costNanos: costNanos === null ? null : BigInt(costNanos),
  largestNanos: BigInt(largestNanos),
});

/** A second attempt of the same operation may be at another credential. */
export const insertBatch = async (pool: pg.Pool, row: NewBatch): Promise<void> => {
  await pool.query(
    `insert into nexus.ai_batch (operation_id, organization_id, app_id, user_id, key_id, vendor, credential_id,
       credential_tier, endpoint, model, input_file, metadata, largest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (operation_id) do update set vendor = excluded.vendor, credential_id = excluded.credential_id,
       credential_tier = excluded.credential_tier, model = excluded.model, largest = excluded.largest`,
    [
      row.operationId,
      row.organizationId,
      row.appId ?? null,
      row.userId ?? null,
      row.keyId ?? null,
      row.vendor,
      row.credentialId,
      row.credentialTier,
      row.endpoint,
      row.model,
      row.inputFile,
      JSON.stringify(row.metadata),
      row.largestNanos.toString(),
    ],
  );
};

/** How long the answer is kept that a repeat of the call is given. */
const keptAnswer = "90 days";

export interface RunningBatch {
  readonly operationId: string;
  readonly told: VendorBatch;
  /** Sealed. */
  readonly answer: Uint8Array;
  readonly key: Uint8Array | undefined;
}

export const callRunBatch = async (
  pool: pg.Pool | pg.PoolClient,
  { operationId, told, answer, key }: RunningBatch,
): Promise<boolean> => {
  const { rows } = await pool.query<{ runs: boolean }>(
    "select nexus.nexus_run_batch($1, $2, $3, $4, $5, $6::interval) runs",
    [operationId, told.vendorBatchId, JSON.stringify(told), Buffer.from(answer), key ?? null, keptAnswer],
  );
  return rows[0]?.runs === true;
};

/** Those of them that the organization has, and its vendor took. */
export const selectBatch = async (
  pool: pg.Pool,
  organizationId: string,
  operationId: string,
): Promise<StoredBatch | undefined> => {
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${from}
      where b.organization_id = $1 and b.operation_id = $2 and b.vendor_batch_id is not null`,
    [organizationId, operationId],
  );
  return rows[0] && batchOf(rows[0]);
};

export interface PageOfBatches {
  readonly vendor: string | undefined;
  readonly beyond: string | undefined;
  readonly order: "newest" | "oldest";
  readonly limit: number;
}

/** One more than asked for, where there are more. */
export const selectBatches = async (
  pool: pg.Pool,
  organizationId: string,
  { vendor, beyond, order, limit }: PageOfBatches,
): Promise<readonly StoredBatch[]> => {
  const [side, direction] = order === "newest" ? ["<", "desc"] : [">", "asc"];
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${from}
      where b.organization_id = $1 and ($2::text is null or b.vendor = $2)
        and ($3::uuid is null or b.operation_id ${side} $3) and b.vendor_batch_id is not null
      order by b.operation_id ${direction} limit $4`,
    [organizationId, vendor ?? null, beyond ?? null, limit + 1],
  );
  return rows.map(batchOf);
};

/** Gives those that are due to one process, until the lease has run out. */
export const claimDue = async (pool: pg.Pool, leaseMs: number, limit: number): Promise<readonly StoredBatch[]> => {
  const due = await claimRows(pool, "ai_batch", leaseMs, limit);
  if (due.length === 0) return [];
  const { rows } = await pool.query<Row>(`select ${columns} from ${from} where b.operation_id = any($1::uuid[])`, [
    due,
  ]);
  return rows.map(batchOf);
};

export const updateEnded = async (
  client: pg.PoolClient,
  operationId: string,
  {
    told,
    answersFile,
    errorsFile,
  }: Pick<StoredBatch, "told"> & { readonly answersFile: string | null; readonly errorsFile: string | null },
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `update nexus.ai_batch set ended_at = clock_timestamp(), look_at = null, leased_until = null, answers_file = $2, errors_file = $3, told = $4
      where operation_id = $1 and ended_at is null`,
    [operationId, answersFile, errorsFile, JSON.stringify(told)],
  );
  return rowCount === 1;
};
