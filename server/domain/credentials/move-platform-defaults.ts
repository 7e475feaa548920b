import { NexusError } from "../../errors.ts";
import { emitSystemAudit } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { auditedFacts } from "./put-credential.ts";
import { secretFingerprintOf, requireVendor, sealCredential } from "./seal-credential.ts";
import { inTransaction, lockManaged, replaceManagedSecret } from "./store.ts";

/** A secret that is not bound to an address, and the address it is sent to now. */
export interface MovedSecret {
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

/**
 * Binds platform defaults with exactly this secret to its present address: the sandbox's address changes
 * once its port was changed or the data folder was copied. A default with any other secret stays as it is. Returns the
 * vendors whose default has moved.
 */
export const movePlatformDefaults = async (
  deps: Omit<CredentialDeps, "platformSuperAdminUserId">,
  entries: ReadonlyMap<string, MovedSecret>,
): Promise<readonly string[]> => {
  const standing = { ...deps, platformSuperAdminUserId: undefined };
  const move = (vendorId: string, { secret, baseUrl }: MovedSecret): Promise<boolean> =>
    inTransaction(deps.db.pool, async (tx) => {
      const vendor = requireVendor(standing, vendorId);
      const existing = await lockManaged(tx, null, vendor.id);
      if (existing === undefined || existing.baseUrl === baseUrl) return false;
      if (existing.fingerprint !== secretFingerprintOf(deps, { organizationId: null, vendor, secret })) return false;
      const { id } = existing;
      const version = existing.version + 1;
      const sealed = sealCredential(standing, {
        id,
        organizationId: null,
        vendor,
        version,
        secret,
        baseUrl,
      });
      const row = await replaceManagedSecret(
        tx,
        id,
        version,
        { ...sealed, storedBy: existing.storedBy },
        new Date(deps.clock.now()),
      );
      if (row === undefined) return false;
      const details = { ...auditedFacts(row), wasBaseUrl: existing.baseUrl };
      await emitSystemAudit(tx, "environment", { action: "credential.move", target: id, details });
      return true;
    });

  const moved: string[] = [];
  for (const [vendor, entry] of entries) {
    try {
      if (await move(vendor, entry)) moved.push(vendor);
    } catch (error) {
      if (!NexusError.is(error)) throw error;
      deps.log.warn({ vendor, reason: error.message }, "platform default not moved to its new address");
    }
  }
  return moved;
};
