import type pg from "pg";
import type { FileState } from "../../contracts/ai-vendor-files.ts";
import type { CredentialTier } from "../../contracts/units.ts";
import { fileIdOf } from "../../contracts/file-id.ts";
import type { HeldFile } from "../../contracts/held-file.ts";
import type { MediumReadings } from "../../contracts/media.ts";

/** A file as its row has it. */
export interface StoredFile extends HeldFile {
  readonly rowId: string;
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly credentialTier: CredentialTier;
  readonly purpose: string;
  readonly state: FileState;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface NewFileRow {
  readonly rowId: string;
  readonly organizationId: string;
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
  readonly vendor: string;
  readonly credentialId: string;
  readonly credentialTier: CredentialTier;
  readonly filename: string;
  readonly mediaType: string;
  readonly purpose: string;
  readonly bytes: number;
  readonly readings: MediumReadings | null;
  readonly key: Uint8Array | undefined;
  readonly fingerprint: Uint8Array | undefined;
}

type Row = Omit<StoredFile, "id" | "bytes"> & { readonly bytes: string | number | bigint };

const columns = `file_id "rowId", organization_id "organizationId", app_id "appId", user_id "userId", vendor,
  credential_id "credentialId", credential_tier "credentialTier", vendor_file_id "vendorFileId", filename,
  media_type "mediaType", purpose, size "bytes", readings, state, created_at "createdAt", expires_at "expiresAt"`;

/** It is at its vendor. */
const kept = "vendor_file_id is not null and (expires_at is null or expires_at > clock_timestamp())";

const fileOf = (row: Row): StoredFile => ({ ...row, id: fileIdOf(row.rowId), bytes: Number(row.bytes) });

/** One organization's uploads are admitted one after the other, so that together they stay within the bounds. */
export const lockFilesOf = async (client: pg.PoolClient, organizationId: string): Promise<void> => {
  await client.query("select pg_advisory_xact_lock(hashtextextended('vendor_file ' || $1, 0))", [organizationId]);
};

export const sumFiles = async (
  client: pg.PoolClient,
  organizationId: string,
): Promise<{ readonly files: number; readonly bytes: number }> => {
  const { rows } = await client.query<{ files: string | number; bytes: string | number }>(
    `select count(*) files, coalesce(sum(size), 0) bytes from nexus.vendor_file
      where organization_id = $1 and (expires_at is null or expires_at > clock_timestamp())`,
    [organizationId],
  );
  return { files: Number(rows[0]?.files ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
};

/** Whether it is new; a key names one upload, until its file expires. */
export const insertFile = async (client: pg.PoolClient, row: NewFileRow): Promise<boolean> => {
  if (row.key !== undefined)
    await client.query("delete from nexus.vendor_file where idempotency_key = $1 and expires_at <= clock_timestamp()", [
      row.key,
    ]);
  const { rowCount } = await client.query(
    `insert into nexus.vendor_file
       (file_id, organization_id, app_id, user_id, key_id, vendor, credential_id, credential_tier, filename, media_type,
        purpose, size, readings, idempotency_key, fingerprint)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (idempotency_key) where idempotency_key is not null do nothing`,
    [
      row.rowId,
      row.organizationId,
      row.appId ?? null,
      row.userId ?? null,
      row.keyId ?? null,
      row.vendor,
      row.credentialId,
      row.credentialTier,
      row.filename,
      row.mediaType,
      row.purpose,
      row.bytes,
      row.readings === null ? null : JSON.stringify(row.readings),
      row.key ?? null,
      row.fingerprint ?? null,
    ],
  );
  return rowCount === 1;
};

export const updateKept = async (
  client: pg.PoolClient,
  rowId: string,
  told: {
    readonly vendorFileId: string;
    readonly expiresAt: Date | null;
    readonly state?: FileState;
  },
): Promise<StoredFile | undefined> => {
  const { rows } = await client.query<Row>(
    `update nexus.vendor_file set vendor_file_id = $2, expires_at = $3, state = $4
      where file_id = $1 and vendor_file_id is null returning ${columns}`,
    [rowId, told.vendorFileId, told.expiresAt, told.state ?? "active"],
  );
  return rows[0] && fileOf(rows[0]);
};

/** What its vendor says of a file that it was looking into; undefined for one that is no more, or is done already. */
export const updateState = async (
  pool: pg.Pool,
  rowId: string,
  told: { readonly state: FileState; readonly readings: MediumReadings | null },
): Promise<StoredFile | undefined> => {
  const { rows } = await pool.query<Row>(
    `update nexus.vendor_file set state = $2, readings = $3::jsonb
      where file_id = $1 and state = 'processing' returning ${columns}`,
    [rowId, told.state, told.readings === null ? null : JSON.stringify(told.readings)],
  );
  return rows[0] && fileOf(rows[0]);
};

export const deleteFileRow = async (
  client: pg.Pool | pg.PoolClient,
  rowId: string,
  organizationId: string,
): Promise<boolean> => {
  const { rowCount } = await client.query("delete from nexus.vendor_file where file_id = $1 and organization_id = $2", [
    rowId,
    organizationId,
  ]);
  return rowCount === 1;
};

/** Those of them that the organization has. */
export const selectFiles = async (
  pool: pg.Pool,
  organizationId: string,
  rowIds: readonly string[],
): Promise<readonly StoredFile[]> => {
  const { rows } = await pool.query<Row>(
    `select ${columns} from nexus.vendor_file where organization_id = $1 and file_id = any($2::uuid[]) and ${kept}`,
    [organizationId, rowIds],
  );
  return rows.map(fileOf);
};

/** By the key of its upload, wherever that has got to, until the file expires; the fingerprint is that of the upload. */
export const selectFileOfKey = async (
  pool: pg.Pool,
  key: Uint8Array,
): Promise<{ readonly file: StoredFile | undefined; readonly fingerprint: Buffer } | undefined> => {
  const { rows } = await pool.query<Row & { fingerprint: Buffer; there: boolean }>(
    `select ${columns}, fingerprint, ${kept} there from nexus.vendor_file
      where idempotency_key = $1 and (expires_at is null or expires_at > clock_timestamp())`,
    [key],
  );
  const [found] = rows;
  if (found === undefined) return undefined;
  const { fingerprint, there, ...row } = found;
  return { file: there ? fileOf(row) : undefined, fingerprint };
};

export interface PageOfFiles {
  readonly vendor: string | undefined;
  readonly purpose: string | undefined;
  readonly beyond: string | undefined;
  readonly order: "newest" | "oldest";
  readonly limit: number;
  /** Of these alone, by their ids in rows. */
  readonly ids?: readonly string[] | undefined;
}

/** One more than asked for, where there are more. */
export const selectPage = async (
  pool: pg.Pool,
  organizationId: string,
  { vendor, purpose, beyond, order, limit, ids }: PageOfFiles,
): Promise<readonly StoredFile[]> => {
  const [side, direction] = order === "newest" ? ["<", "desc"] : [">", "asc"];
  const { rows } = await pool.query<Row>(
    `select ${columns} from nexus.vendor_file
      where organization_id = $1 and ($2::text is null or vendor = $2) and ($3::text is null or purpose = $3)
        and ($4::uuid is null or file_id ${side} $4) and ($6::uuid[] is null or file_id = any($6)) and ${kept}
      order by file_id ${direction} limit $5`,
    [organizationId, vendor ?? null, purpose ?? null, beyond ?? null, limit + 1, ids ?? null],
  );
  return rows.map(fileOf);
};

/** What has expired at its vendor, and uploads that no process carries out any more. */
export const deleteGone = async (pool: pg.Pool, onItsWayMs: number, atOnce: number): Promise<number> => {
  const { rowCount } = await pool.query(
    `delete from nexus.vendor_file where file_id in (
       (select file_id from nexus.vendor_file where expires_at <= clock_timestamp() - interval '1 day' limit $2)
       union all
       (select file_id from nexus.vendor_file
         where vendor_file_id is null and created_at < clock_timestamp() - $1::bigint * interval '1 ms' limit $2))`,
    [onItsWayMs, atOnce],
  );
  return rowCount ?? 0;
};
