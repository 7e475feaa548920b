import type { Catalogue } from "../catalogue/catalogue.ts";
import { serviceOf } from "../catalogue/catalogue.ts";

/** What is stored about one member beyond the role. */
export interface PermissionGrants {
  readonly serviceAccess: readonly {
    readonly serviceId: string;
    readonly enabled: boolean;
    readonly expiresAt: Date | null;
  }[];
  readonly bundles: readonly { readonly bundleId: string; readonly expiresAt: Date | null }[];
  readonly overrides: readonly {
    readonly permissionId: string;
    readonly effect: string;
    readonly expiresAt: Date | null;
  }[];
}

interface Evaluate {
  readonly catalogue: Catalogue;
  readonly role: string;
  /** A platform role in the `admin` organization. */
  readonly bypass: boolean;
  readonly grants: PermissionGrants;
  readonly now: Date;
}

export interface Evaluation {
  /** Sorted and concrete. */
  readonly permissions: readonly string[];
  /** When a grant's end changes the result, ms since the epoch. */
  readonly until: number;
}

const isLive =
  (now: Date) =>
  ({ expiresAt }: { readonly expiresAt: Date | null }): boolean =>
    expiresAt === null || expiresAt > now;

/** The services an organization may use at all. */
export const accessibleServices = (grants: Pick<PermissionGrants, "serviceAccess">, now: Date): ReadonlySet<string> =>
  new Set(grants.serviceAccess.filter((row) => row.enabled && isLive(now)(row)).map(({ serviceId }) => serviceId));

/**
 * granted   = default bundles(role) + assigned bundles + override allows
 * effective = (granted within organization service access) - override denies
 */
export const evaluatePermissions = ({ catalogue, role, bypass, grants, now }: Evaluate): Evaluation => {
  if (bypass) return { permissions: catalogue.permissions, until: Infinity };
  const live = isLive(now);
  const access = accessibleServices(grants, now);
  const overrides = grants.overrides
    .filter(live)
    .map(({ permissionId, effect }) => ({ effect, key: catalogue.permissionById.get(permissionId) }));
  const denied = new Set(overrides.flatMap(({ effect, key }) => (effect === "deny" && key !== undefined ? [key] : [])));
  const granted = new Set([
    ...(catalogue.defaultsByRole.get(role) ?? []),
    ...grants.bundles.filter(live).flatMap(({ bundleId }) => [...(catalogue.bundleById.get(bundleId) ?? [])]),
    ...overrides.flatMap(({ effect, key }) => (effect === "allow" && key !== undefined ? [key] : [])),
  ]);
  const ends = [...grants.serviceAccess, ...grants.bundles, ...grants.overrides].flatMap(({ expiresAt }) =>
    expiresAt && expiresAt > now ? [expiresAt.getTime()] : [],
  );
  return {
    permissions: [...granted].filter((key) => access.has(serviceOf(key)) && !denied.has(key)).sort(),
    until: Math.min(Infinity, ...ends),
  };
};
