import type pg from "pg";
import type { CredentialTier } from "../../contracts/units.ts";
import type { Sealed } from "../../platform/crypto/index.ts";
import type { StoredCredential } from "./stored-credential.ts";
import { selectActive } from "./store.ts";

/** Tables whose change makes the snapshot stale. */
export const credentialTopics = ["api_keys", "provider_credentials"] as const;

/** A credential that may pay: still sealed, safe to hold, to compare and to name in a record. */
export interface CredentialRef {
  readonly id: string;
  readonly tier: CredentialTier;
  /** Null: the platform default. */
  readonly organizationId: string | null;
  readonly vendor: string;
  readonly version: number;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The only host, with its port where that is not the usual one, to which the secret may be sent. */
  readonly allowedHost: string;
  readonly label: string | null;
  readonly sealed: Sealed;
}

/** All credentials that may pay, as they were when last read. */
export interface CredentialSnapshot {
  readonly byOwner: ReadonlyMap<string, readonly CredentialRef[]>;
  readonly platform: ReadonlyMap<string, CredentialRef>;
}

const toRef = (row: StoredCredential): CredentialRef => ({
  id: row.id,
  tier: row.tier,
  organizationId: row.organizationId,
  vendor: row.vendor,
  version: row.version,
  baseUrl: row.baseUrl,
  allowedHost: row.allowedHost,
  label: row.label,
  sealed: row.sealed,
});

/** An organization's credentials for a vendor; ids contain no space. */
export const ownerKey = (organizationId: string, vendor: string): string => `${organizationId} ${vendor}`;

export const loadCredentials = async (pool: pg.Pool): Promise<CredentialSnapshot> => {
  const byOwner = new Map<string, CredentialRef[]>();
  const platform = new Map<string, CredentialRef>();
  for (const row of await selectActive(pool)) {
    const ref = toRef(row);
    if (row.organizationId === null) platform.set(row.vendor, ref);
    else {
      const key = ownerKey(row.organizationId, row.vendor);
      const refs = byOwner.get(key) ?? [];
      if (ref.tier === "byok") refs.unshift(ref);
      else refs.push(ref);
      byOwner.set(key, refs);
    }
  }
  return { byOwner, platform };
};
