import { z } from "zod";
import { displayName } from "../../platform/display-name.ts";
import type { ServiceTokenRow } from "./store.ts";

export const ServiceTokenId = z
  .string()
  .regex(/^nst_[0-9a-f]{24}$/)
  .describe("Id of a service token; not the token itself.");

export const TokenLabel = displayName().min(1);

const named = (values: z.ZodString, most: number) => z.union([z.literal("all"), z.array(values).min(1).max(most)]);

export const GrantedOrganizations = named(z.string().min(1).max(128), 1_000).describe("Organizations it may act for.");

export const GrantedApps = named(
  z
    .string()
    .max(68)
    .regex(/^srv_[a-z0-9_]+$/),
  200,
).describe("Apps it may act as; a token for some apps always has to name one.");

export const GrantedPermissions = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/),
  )
  .min(1)
  .max(200)
  .describe("Concrete `serviceId.resource:action` strings.");

/** What may be told of a service token. */
export const ServiceTokenView = z.object({
  id: z.string(),
  label: z.string(),
  organizations: GrantedOrganizations,
  apps: GrantedApps,
  permissions: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  rotatedAt: z.iso.datetime().nullable(),
  previousValidUntil: z.iso.datetime().nullable().describe("How long the token before the last rotation still works."),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ServiceTokenView = z.output<typeof ServiceTokenView>;

/** The answer that shows the token: the only one that ever does. */
export const IssuedServiceToken = z.object({
  serviceToken: ServiceTokenView,
  token: z.string().describe("The token, shown this once. Send it as X-Nexus-Service-Token."),
});
export type IssuedServiceToken = z.output<typeof IssuedServiceToken>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const viewServiceToken = (row: ServiceTokenRow): ServiceTokenView => ({
  id: row.id,
  label: row.label,
  organizations: row.organizations === null ? "all" : [...row.organizations],
  apps: row.apps === null ? "all" : [...row.apps],
  permissions: [...row.permissions],
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  rotatedAt: iso(row.rotatedAt),
  previousValidUntil: iso(row.previousValidUntil),
  expiresAt: iso(row.expiresAt),
  revokedAt: iso(row.revokedAt),
  lastUsedAt: iso(row.lastUsedAt),
});

/** What the audit trail tells of a service token. */
export const auditedToken = (row: ServiceTokenRow) => {
  const { label, organizations, apps, permissions, expiresAt, previousValidUntil } = viewServiceToken(row);
  const count = (values: "all" | readonly string[]) => (values === "all" ? values : values.slice(0, 20));
  return {
    label,
    organizations: count(organizations),
    apps: count(apps),
    permissions: permissions.slice(0, 50),
    expiresAt,
    previousValidUntil,
  };
};

/** The organizations whose owners are mailed about a token; one for all is the platform's matter. */
export const concernedBy = ({ organizations }: ServiceTokenRow): readonly string[] => organizations ?? ["org_admin"];
