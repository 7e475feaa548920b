import { NexusError } from "../../errors.ts";
import { emitSystemAudit } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { auditedFacts, platformDefaultId } from "./put-credential.ts";
import { requireVendor, sealCredential } from "./seal-credential.ts";
import { inTransaction, insertManaged, selectManaged } from "./store.ts";

/** What the environment says of one vendor. */
export interface PlatformSecret {
  /** By the fields of the vendor's credential; empty for one that takes none. */
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string | undefined;
}

/** What became of each vendor that the environment names. */
export interface Seeded {
  readonly seeded: readonly string[];
  /** Had a row already, which is never touched. */
  readonly kept: readonly string[];
  readonly refused: readonly { readonly vendor: string; readonly reason: string }[];
}

const reasonOf = (error: NexusError): string =>
  error.issues?.map(({ field, expected }) => `${field}: expected ${expected}`).join("; ") ?? error.message;

/**
 * Stores the secrets of `PLATFORM_<VENDOR>_API_KEY` and its like for vendors that have no platform default yet. A row that exists
 * stays as it is, also when it is disabled. Processes that start at once seed one row between them.
 */
export const seedPlatformDefaults = async (
  deps: Omit<CredentialDeps, "platformSuperAdminUserId">,
  entries: ReadonlyMap<string, PlatformSecret>,
): Promise<Seeded> => {
  const standing = { ...deps, platformSuperAdminUserId: undefined };
  const existing = new Set((await selectManaged(deps.db.pool, null)).map(({ vendor }) => vendor));
  const seeded: string[] = [];
  const kept: string[] = [];
  const refused: { vendor: string; reason: string }[] = [];

  const seed = (vendorId: string, { secret, baseUrl }: PlatformSecret): Promise<boolean> =>
    inTransaction(deps.db.pool, async (tx) => {
      const vendor = requireVendor(standing, vendorId);
      const id = platformDefaultId(vendor.id);
      const sealed = sealCredential(standing, { id, organizationId: null, vendor, version: 1, secret, baseUrl });
      const createdAt = new Date(deps.clock.now());
      const row = await insertManaged(tx, {
        id,
        organizationId: null,
        vendor: vendor.id,
        createdAt,
        storedBy: null,
        ...sealed,
      });
      if (row !== undefined)
        await emitSystemAudit(tx, "environment", { action: "credential.seed", target: id, details: auditedFacts(row) });
      return row !== undefined;
    });

  for (const [vendor, entry] of entries) {
    try {
      if (existing.has(vendor) || !(await seed(vendor, entry))) kept.push(vendor);
      else seeded.push(vendor);
    } catch (error) {
      if (!NexusError.is(error)) throw error;
      refused.push({ vendor, reason: reasonOf(error) });
      deps.log.warn({ vendor, reason: reasonOf(error) }, "platform default not seeded from the environment");
    }
  }
  return { seeded, kept, refused };
};
