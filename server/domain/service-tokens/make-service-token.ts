import { digestToken, newToken, type Pepper, type Secret } from "../../platform/crypto/index.ts";
import type { ServiceTokenRow } from "./store.ts";

/** What every service token begins with. */
export const tokenPrefix = "nxs";

interface NewServiceToken {
  readonly organizationId: string | null;
  readonly label: string;
  readonly organizations: "all" | readonly string[];
  readonly apps: "all" | readonly string[];
  readonly permissions: readonly string[];
  readonly expiresAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** A row and the token that belongs to it; the row knows only a digest. */
export const makeServiceToken = (
  pepper: Pepper,
  { organizations, apps, ...facts }: NewServiceToken,
): { readonly row: ServiceTokenRow; readonly raw: Secret } => {
  const { id, raw } = newToken(tokenPrefix);
  const row: ServiceTokenRow = {
    ...facts,
    id: `nst_${id}`,
    organizations: organizations === "all" ? null : [...new Set(organizations)],
    apps: apps === "all" ? null : [...new Set(apps)],
    permissions: [...new Set(facts.permissions)].sort(),
    digest: digestToken(pepper, raw.reveal()),
    previousDigest: null,
    previousValidUntil: null,
    rotatedAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
  return { row, raw };
};
