import type { ProbeOutcome } from "../../contracts/credential-probe.ts";
import type { StoredCredential } from "./stored-credential.ts";

/** A stored vendor secret as its table holds it. */
export interface CredentialRow {
  readonly id: string;
  readonly tier: StoredCredential["tier"];
  readonly organization_id: string | null;
  readonly vendor: string;
  readonly label: string | null;
  readonly status: StoredCredential["status"];
  readonly version: number;
  readonly base_url: string;
  readonly allowed_host: string;
  readonly fingerprint: string;
  readonly sealed_format: number;
  readonly wrap_key_id: string;
  readonly wrapped_key: Buffer;
  readonly ciphertext: Buffer;
  readonly created_at: Date;
  readonly rotated_at: Date | null;
  readonly last_used_at: Date | null;
  readonly stored_by: string | null;
  readonly tested_at: Date | null;
  readonly test_outcome: ProbeOutcome | null;
  readonly test_message: string | null;
}

/** The credential in a row; the organizations' keys share the columns. */
export const credentialOf = (row: CredentialRow): StoredCredential => ({
  id: row.id,
  tier: row.tier,
  organizationId: row.organization_id,
  vendor: row.vendor,
  label: row.label,
  status: row.status,
  version: row.version,
  baseUrl: row.base_url,
  allowedHost: row.allowed_host,
  fingerprint: row.fingerprint,
  sealed: {
    format: row.sealed_format,
    keyId: row.wrap_key_id,
    wrappedKey: row.wrapped_key,
    ciphertext: row.ciphertext,
  },
  createdAt: row.created_at,
  rotatedAt: row.rotated_at,
  lastUsedAt: row.last_used_at,
  storedBy: row.stored_by,
  lastTest:
    row.tested_at === null || row.test_outcome === null
      ? null
      : { outcome: row.test_outcome, message: row.test_message ?? "", at: row.tested_at },
});
