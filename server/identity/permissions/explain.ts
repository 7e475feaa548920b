import type { Catalogue } from "../catalogue/catalogue.ts";
import { serviceOf } from "../catalogue/catalogue.ts";
import { accessibleServices, evaluatePermissions } from "./evaluate.ts";

/** Everything stored about a person's permissions in one organization, with who gave it and why. */
export interface StatedGrants {
  readonly serviceAccess: readonly {
    readonly serviceId: string;
    readonly enabled: boolean;
    readonly grantedBy: string;
    readonly expiresAt: Date | null;
  }[];
  readonly bundles: readonly {
    readonly bundleId: string;
    readonly grantedBy: string;
    readonly expiresAt: Date | null;
  }[];
  readonly overrides: readonly {
    readonly permissionId: string;
    readonly effect: "allow" | "deny";
    readonly reason: string;
    readonly grantedBy: string;
    readonly expiresAt: Date | null;
  }[];
}

interface Explain {
  readonly catalogue: Catalogue;
  readonly role: string;
  readonly bypass: boolean;
  /** Account, membership and organization all stand; otherwise nothing is effective. */
  readonly active: boolean;
  readonly grants: StatedGrants;
  readonly now: Date;
}

/** Why an entry of the breakdown gives nothing; null where it gives. */
export type Withheld =
  | "inactive"
  | "expired"
  | "denied_by_override"
  | "outside_service_access"
  | "service_disabled"
  | "withdrawn";

export interface EffectiveEntry {
  readonly permission: string;
  readonly sources: readonly (
    | { readonly type: "platform_bypass" }
    | { readonly type: "role_bundle"; readonly bundleId: string; readonly name: string; readonly assigned: boolean }
    | { readonly type: "user_override"; readonly grantedBy: string; readonly reason: string }
  )[];
}

interface Permitted {
  readonly permission: string;
  readonly effective: boolean;
  readonly withheld: Withheld | null;
}

const at = (date: Date | null): string | null => date?.toISOString() ?? null;

const liveKeys = (rows: readonly { permission: { key: string | null; deprecatedAt: Date | null } }[]): string[] =>
  rows.flatMap(({ permission }) => (permission.key === null || permission.deprecatedAt ? [] : [permission.key])).sort();

/** The evaluated permissions and where each comes from; what is denied or capped is shown with the reason. */
export const explainPermissions = ({ catalogue, role, bypass, active, grants, now }: Explain) => {
  const isLive = (expiresAt: Date | null): boolean => expiresAt === null || expiresAt > now;
  const access = accessibleServices(grants, now);
  const effective = active ? evaluatePermissions({ catalogue, role, bypass, grants, now }).permissions : [];
  const keyById = new Map(
    [...catalogue.services.values()].flatMap(({ permissions }) =>
      permissions.map(({ id, key, deprecatedAt }) => [id, { key, withdrawn: deprecatedAt !== null }] as const),
    ),
  );
  const denied = new Set(
    grants.overrides.flatMap(({ effect, permissionId, expiresAt }) =>
      effect === "deny" && isLive(expiresAt) ? [keyById.get(permissionId)?.key ?? ""] : [],
    ),
  );

  const withheldOf = (permission: string, expiresAt: Date | null): Withheld | null => {
    if (!active) return "inactive";
    if (!isLive(expiresAt)) return "expired";
    if (bypass) return null;
    if (denied.has(permission)) return "denied_by_override";
    return access.has(serviceOf(permission)) ? null : "outside_service_access";
  };
  const permitted = (permission: string, expiresAt: Date | null): Permitted => {
    const withheld = withheldOf(permission, expiresAt);
    return { permission, effective: withheld === null, withheld };
  };

  const services = [...catalogue.services.values()];
  const offered = services.filter(({ status }) => status === "active").flatMap(({ roleBundles }) => roleBundles);
  const assignedById = new Map(grants.bundles.map((bundle) => [bundle.bundleId, bundle]));
  const roleBundles = offered.flatMap((bundle) => {
    const given = assignedById.get(bundle.id);
    const byRole = bundle.isDefault && bundle.role === role;
    const shared = { bundleId: bundle.id, name: bundle.name, serviceId: bundle.serviceId, role: bundle.role };
    const entry = (assigned: boolean, expiresAt: Date | null) => ({
      ...shared,
      assigned,
      grantedBy: assigned ? (given?.grantedBy ?? null) : null,
      expiresAt: at(expiresAt),
      permissions: liveKeys(bundle.permissions).map((permission) => permitted(permission, expiresAt)),
    });
    return [...(byRole ? [entry(false, null)] : []), ...(given ? [entry(true, given.expiresAt)] : [])];
  });

  const userOverrides = grants.overrides
    .map(({ permissionId, effect, reason, grantedBy, expiresAt }) => {
      const { key, withdrawn } = keyById.get(permissionId) ?? { key: null, withdrawn: true };
      const permission = key ?? permissionId;
      const whenDenying = !active ? "inactive" : isLive(expiresAt) ? null : "expired";
      const withheld: Withheld | null = withdrawn
        ? "withdrawn"
        : effect === "deny"
          ? whenDenying
          : withheldOf(permission, expiresAt);
      return {
        permission,
        effect,
        reason,
        grantedBy,
        expiresAt: at(expiresAt),
        effective: withheld === null,
        withheld,
      };
    })
    .sort((a, b) => (a.permission < b.permission ? -1 : 1));

  const sourcesOf = (permission: string): EffectiveEntry["sources"] =>
    bypass
      ? [{ type: "platform_bypass" }]
      : [
          ...roleBundles.flatMap(({ bundleId, name, assigned, permissions }) =>
            permissions.some((row) => row.permission === permission && row.effective)
              ? [{ type: "role_bundle", bundleId, name, assigned } as const]
              : [],
          ),
          ...userOverrides.flatMap((row) =>
            row.permission === permission && row.effect === "allow" && row.effective
              ? [{ type: "user_override", grantedBy: row.grantedBy, reason: row.reason } as const]
              : [],
          ),
        ];

  return {
    effectivePermissions: effective,
    effectivePermissionEntries: effective.map((permission): EffectiveEntry => ({
      permission,
      sources: sourcesOf(permission),
    })),
    sources: {
      organizationServiceAccess: grants.serviceAccess
        .map(({ serviceId, enabled, grantedBy, expiresAt }) => {
          const withheld: Withheld | null = enabled ? (isLive(expiresAt) ? null : "expired") : "service_disabled";
          return { serviceId, enabled, grantedBy, expiresAt: at(expiresAt), effective: withheld === null, withheld };
        })
        .sort((a, b) => (a.serviceId < b.serviceId ? -1 : 1)),
      roleBundles: roleBundles.filter(({ permissions }) => permissions.length > 0),
      userOverrides,
    },
  };
};
