import type pg from "pg";
import type { StoredCredential } from "./stored-credential.ts";
import { credentialOf, type CredentialRow } from "./credential-row.ts";
import type { SealedCredential } from "./seal-credential.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

const shared = `id, vendor, status, version, base_url, allowed_host, fingerprint, sealed_format, wrap_key_id, wrapped_key,
  ciphertext, created_at, rotated_at, last_used_at, stored_by, tested_at, test_outcome, test_message`;
const managed = `${shared}, organization_id, null as label,
  case when organization_id is null then 'platform_default' else 'org_override' end as tier`;

const tableOf = ({ tier }: Pick<StoredCredential, "tier">): string =>
  tier === "byok" ? "nexus.api_keys" : "nexus.provider_credentials";

/** The secrets that pay: each organization's primary key, the overrides and the platform's defaults, if active. */
export const selectActive = async (pool: pg.Pool): Promise<StoredCredential[]> => {
  const { rows } = await pool.query<CredentialRow>(
    `select ${shared}, organization_id, label, 'byok' as tier from nexus.api_keys where is_primary
      union all
     select ${managed} from nexus.provider_credentials where status = 'active'`,
  );
  return rows.map(credentialOf);
};

/** Null: the platform. */
export const selectManaged = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string | null,
): Promise<StoredCredential[]> => {
  const { rows } = await db.query<CredentialRow>(
    `select ${managed} from nexus.provider_credentials where organization_id is not distinct from $1 order by vendor`,
    [organizationId],
  );
  return rows.map(credentialOf);
};

/** The row, locked until the transaction ends. */
export const lockManaged = async (
  tx: pg.PoolClient,
  organizationId: string | null,
  vendor: string,
): Promise<StoredCredential | undefined> => {
  const { rows } = await tx.query<CredentialRow>(
    `select ${managed} from nexus.provider_credentials
      where organization_id is not distinct from $1 and vendor = $2 for update`,
    [organizationId, vendor],
  );
  return rows[0] && credentialOf(rows[0]);
};

interface NewCredential extends SealedCredential {
  readonly id: string;
  readonly organizationId: string | null;
  readonly vendor: string;
  readonly createdAt: Date;
  readonly storedBy: string | null;
}

/** Undefined where the vendor already has one. */
export const insertManaged = async (tx: pg.PoolClient, row: NewCredential): Promise<StoredCredential | undefined> => {
  const { rows } = await tx.query<CredentialRow>(
    `insert into nexus.provider_credentials
       (id, organization_id, vendor, base_url, allowed_host, fingerprint, sealed_format, wrap_key_id, wrapped_key, ciphertext, created_at, stored_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (organization_id, vendor) do nothing
     returning ${managed}`,
    [
      row.id,
      row.organizationId,
      row.vendor,
      row.baseUrl,
      row.allowedHost,
      row.fingerprint,
      row.sealed.format,
      row.sealed.keyId,
      row.sealed.wrappedKey,
      row.sealed.ciphertext,
      row.createdAt,
      row.storedBy,
    ],
  );
  return rows[0] && credentialOf(rows[0]);
};

/** What was known of the secret before says nothing of the new one. */
export const replaceManagedSecret = async (
  tx: pg.PoolClient,
  id: string,
  version: number,
  secret: SealedCredential & Pick<StoredCredential, "storedBy">,
  rotatedAt: Date,
): Promise<StoredCredential | undefined> => {
  const { rows } = await tx.query<CredentialRow>(
    `update nexus.provider_credentials
        set version = $2, base_url = $3, allowed_host = $4, fingerprint = $5, sealed_format = $6, wrap_key_id = $7,
            wrapped_key = $8, ciphertext = $9, rotated_at = $10, stored_by = $11, tested_at = null, test_outcome = null,
            test_message = null
      where id = $1
      returning ${managed}`,
    [
      id,
      version,
      secret.baseUrl,
      secret.allowedHost,
      secret.fingerprint,
      secret.sealed.format,
      secret.sealed.keyId,
      secret.sealed.wrappedKey,
      secret.sealed.ciphertext,
      rotatedAt,
      secret.storedBy,
    ],
  );
  return rows[0] && credentialOf(rows[0]);
};

export const updateManagedStatus = async (
  tx: pg.PoolClient,
  organizationId: string | null,
  vendor: string,
  status: StoredCredential["status"],
): Promise<StoredCredential | undefined> => {
  const { rows } = await tx.query<CredentialRow>(
    `update nexus.provider_credentials set status = $3
      where organization_id is not distinct from $1 and vendor = $2 returning ${managed}`,
    [organizationId, vendor, status],
  );
  return rows[0] && credentialOf(rows[0]);
};

export const deleteManaged = async (
  tx: pg.PoolClient,
  organizationId: string,
  vendor: string,
): Promise<StoredCredential | undefined> => {
  const { rows } = await tx.query<CredentialRow>(
    `delete from nexus.provider_credentials where organization_id = $1 and vendor = $2 returning ${managed}`,
    [organizationId, vendor],
  );
  return rows[0] && credentialOf(rows[0]);
};

/** A few rows still wrapped under another key than the current one but under one at hand, locked; busy rows come later. */
export const lockRowsToRewrap = async (
  tx: pg.PoolClient,
  currentKeyId: string,
  openable: readonly string[],
  beyondId: string,
  limit: number,
): Promise<StoredCredential[]> => {
  const found: StoredCredential[] = [];
  const wanted = "wrap_key_id <> $1 and wrap_key_id = any($2) and id > $3 order by id limit $4 for update skip locked";
  const parameters = [currentKeyId, openable, beyondId, limit];
  const keys = await tx.query<CredentialRow>(
    `select ${shared}, organization_id, label, 'byok' as tier from nexus.api_keys where ${wanted}`,
    parameters,
  );
  const credentials = await tx.query<CredentialRow>(
    `select ${managed} from nexus.provider_credentials where ${wanted}`,
    parameters,
  );
  for (const row of [...keys.rows, ...credentials.rows]) found.push(credentialOf(row));
  return found.sort((left, right) => (left.id < right.id ? -1 : 1)).slice(0, limit);
};

export const updateWrapping = async (tx: pg.PoolClient, row: StoredCredential): Promise<void> => {
  await tx.query(`update ${tableOf(row)} set wrap_key_id = $2, wrapped_key = $3 where id = $1`, [
    row.id,
    row.sealed.keyId,
    row.sealed.wrappedKey,
  ]);
};

/** How many stored secrets each key-encryption key wraps. */
export const countByWrapKey = async (pool: pg.Pool): Promise<{ keyId: string; secrets: number }[]> => {
  const { rows } = await pool.query<{ keyId: string; secrets: number }>(
    `select wrap_key_id as "keyId", count(*)::int as secrets
       from (select wrap_key_id from nexus.api_keys union all select wrap_key_id from nexus.provider_credentials) all_secrets
      group by wrap_key_id order by wrap_key_id`,
  );
  return rows;
};

/** Times move forward only; the second statement finds the rows the first did not. */
export const updateCredentialUse = async (
  pool: pg.Pool,
  ids: readonly string[],
  times: readonly Date[],
): Promise<void> => {
  for (const table of ["nexus.api_keys", "nexus.provider_credentials"]) {
    await pool.query(
      `update ${table} t set last_used_at = greatest(t.last_used_at, u.used_at)
         from unnest($1::text[], $2::timestamptz[]) u(id, used_at) where t.id = u.id`,
      [ids, times],
    );
  }
};

/** Takes the turn to test a credential; in how many ms the next one is, where it was tested moments ago. */
export const claimTest = async (
  db: pg.Pool,
  row: Pick<StoredCredential, "id" | "tier">,
  now: Date,
  pauseMs: number,
): Promise<number | undefined> => {
  const { rowCount } = await db.query(
    `update ${tableOf(row)} set test_begun_at = $2 where id = $1 and (test_begun_at is null or test_begun_at <= $3)`,
    [row.id, now, new Date(now.getTime() - pauseMs)],
  );
  if (rowCount === 1) return undefined;
  const { rows } = await db.query<{ begun: Date | null }>(
    `select test_begun_at as begun from ${tableOf(row)} where id = $1`,
    [row.id],
  );
  return Math.max((rows[0]?.begun?.getTime() ?? now.getTime()) + pauseMs - now.getTime(), 1);
};

/** Keeps what a test has shown, unless the secret is another one by now. */
export const updateTest = async (
  tx: pg.PoolClient,
  { id, tier, version }: Pick<StoredCredential, "id" | "tier" | "version">,
  { outcome, message, at }: NonNullable<StoredCredential["lastTest"]>,
): Promise<void> => {
  await tx.query(
    `update ${tableOf({ tier })} set tested_at = $3, test_outcome = $4, test_message = $5 where id = $1 and version = $2`,
    [id, version, at, outcome, message],
  );
};
