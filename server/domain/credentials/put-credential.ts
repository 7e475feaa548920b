import type pg from "pg";
import { NexusError } from "../../errors.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import type { CredentialDeps, CredentialVendor } from "./credential-deps.ts";
import type { StoredCredential } from "./stored-credential.ts";
import { requireVendor, sealCredential } from "./seal-credential.ts";
import { insertManaged, lockManaged, replaceManagedSecret } from "./store.ts";

interface PutCredential {
  /** Null: the platform default. */
  readonly organizationId: string | null;
  readonly vendor: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string | undefined;
  readonly storedBy: string;
  /** What to do where there is none yet. */
  readonly absent: "create" | "refuse";
}

interface Put {
  readonly row: StoredCredential;
  readonly created: boolean;
}

const conflict = (): NexusError =>
  new NexusError("CONFLICT", { message: "The credential was changed at the same time; read it again." });

/** The fixed id of a vendor's platform default. */
export const platformDefaultId = (vendorId: string): string => `pcred_platform_${vendorId}`;

/** A chosen address outlives a rotation; a vendor's own is read again, in case it has moved. */
export const keptBaseUrl = (vendor: CredentialVendor, existing: StoredCredential): string | undefined =>
  vendor.customBaseUrl ||
  vendor.addressForm !== undefined ||
  existing.organizationId === null ||
  vendor.addresses?.includes(existing.baseUrl) === true
    ? existing.baseUrl
    : undefined;

/** Stores the first secret, or the next version of it. Its status stays as it was. */
export const putCredential = async (deps: CredentialDeps, tx: pg.PoolClient, request: PutCredential): Promise<Put> => {
  const { organizationId, secret, baseUrl, storedBy } = request;
  const vendor = requireVendor(deps, request.vendor);
  const at = new Date(deps.clock.now());
  const existing = await lockManaged(tx, organizationId, vendor.id);
  if (existing !== undefined) {
    const version = existing.version + 1;
    const address = baseUrl ?? keptBaseUrl(vendor, existing);
    const sealed = sealCredential(deps, {
      id: existing.id,
      organizationId,
      vendor,
      version,
      secret,
      baseUrl: address,
    });
    const row = await replaceManagedSecret(tx, existing.id, version, { ...sealed, storedBy }, at);
    if (row === undefined) throw conflict();
    return { row, created: false };
  }
  if (request.absent === "refuse") throw new NexusError("NOT_FOUND");
  const id = organizationId === null ? platformDefaultId(vendor.id) : newPrefixedId("pcred");
  const sealed = sealCredential(deps, { id, organizationId, vendor, version: 1, secret, baseUrl });
  const row = await insertManaged(tx, { id, organizationId, vendor: vendor.id, createdAt: at, storedBy, ...sealed });
  if (row === undefined) throw conflict();
  return { row, created: true };
};

/** What the audit trail contains of a stored secret. */
export const auditedFacts = (row: StoredCredential): Record<string, string | number | null> => ({
  vendor: row.vendor,
  organizationId: row.organizationId,
  version: row.version,
  status: row.status,
  baseUrl: row.baseUrl,
  fingerprint: row.fingerprint,
});
