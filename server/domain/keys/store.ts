import type pg from "pg";
import {
  credentialOf,
  type StoredCredential,
  type CredentialRow,
  type SealedCredential,
} from "../credentials/index.ts";

/** A stored key of an organization. */
export interface StoredKey extends StoredCredential {
  readonly organizationId: string;
  readonly label: string;
  readonly isPrimary: boolean;
}

interface KeyRow extends Omit<CredentialRow, "tier"> {
  readonly organization_id: string;
  readonly label: string;
  readonly is_primary: boolean;
}

const keyOf = (row: KeyRow): StoredKey => ({
  ...credentialOf({ ...row, tier: "byok" }),
  organizationId: row.organization_id,
  label: row.label,
  isPrimary: row.is_primary,
});

/** Changes to one organization's keys happen one after the other, so that there is always one primary at most. */
export const lockOrganizationKeys = async (tx: pg.PoolClient, organizationId: string): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('nexus.api_keys ' || $1, 0))", [organizationId]);
};

/** Oldest first. */
export const selectKeys = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  vendor: string | undefined,
): Promise<StoredKey[]> => {
  const { rows } = await db.query<KeyRow>(
    `select * from nexus.api_keys where organization_id = $1 and ($2::text is null or vendor = $2)
      order by vendor, created_at, id`,
    [organizationId, vendor],
  );
  return rows.map(keyOf);
};

/** The row, locked until the transaction ends. */
export const lockKey = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
): Promise<StoredKey | undefined> => {
  const { rows } = await tx.query<KeyRow>(
    "select * from nexus.api_keys where organization_id = $1 and id = $2 for update",
    [organizationId, id],
  );
  return rows[0] && keyOf(rows[0]);
};

interface NewKey extends SealedCredential {
  readonly id: string;
  readonly organizationId: string;
  readonly vendor: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly storedBy: string;
}

export const insertKey = async (tx: pg.PoolClient, key: NewKey): Promise<void> => {
  await tx.query(
    `insert into nexus.api_keys
       (id, organization_id, vendor, label, base_url, allowed_host, fingerprint, sealed_format, wrap_key_id, wrapped_key,
        ciphertext, created_at, stored_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      key.id,
      key.organizationId,
      key.vendor,
      key.label,
      key.baseUrl,
      key.allowedHost,
      key.fingerprint,
      key.sealed.format,
      key.sealed.keyId,
      key.sealed.wrappedKey,
      key.sealed.ciphertext,
      key.createdAt,
      key.storedBy,
    ],
  );
};

export const replaceKeySecret = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
  version: number,
  secret: SealedCredential & Pick<StoredKey, "storedBy">,
  rotatedAt: Date,
): Promise<void> => {
  await tx.query(
    `update nexus.api_keys
        set version = $3, base_url = $4, allowed_host = $5, fingerprint = $6, sealed_format = $7, wrap_key_id = $8,
            wrapped_key = $9, ciphertext = $10, rotated_at = $11, stored_by = $12, tested_at = null, test_outcome = null,
            test_message = null
      where organization_id = $1 and id = $2`,
    [
      organizationId,
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
};

export const updateKeyStatus = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
  status: StoredKey["status"],
): Promise<void> => {
  await tx.query(
    "update nexus.api_keys set status = $3, is_primary = is_primary and $3 = 'active' where organization_id = $1 and id = $2",
    [organizationId, id, status],
  );
};

/** Takes the place from whichever key held it. */
export const movePrimary = async (
  tx: pg.PoolClient,
  organizationId: string,
  vendor: string,
  id: string,
): Promise<void> => {
  await tx.query(
    "update nexus.api_keys set is_primary = false where organization_id = $1 and vendor = $2 and is_primary and id <> $3",
    [organizationId, vendor, id],
  );
  await tx.query("update nexus.api_keys set is_primary = true where organization_id = $1 and vendor = $2 and id = $3", [
    organizationId,
    vendor,
    id,
  ]);
};

export const deleteKeyRow = async (tx: pg.PoolClient, organizationId: string, id: string): Promise<void> => {
  await tx.query("delete from nexus.api_keys where organization_id = $1 and id = $2", [organizationId, id]);
};
