import type { AuthDatabase } from "../database/store.ts";
import type { PermissionGrants } from "./evaluate.ts";

/** What an organization may use and what one member has been given beyond the role; without a user the former alone. */
export const loadGrants = async (
  { pool }: AuthDatabase,
  organizationId: string,
  userId: string | undefined,
): Promise<PermissionGrants> => {
  const serviceAccess = pool.query<PermissionGrants["serviceAccess"][number]>({
    name: "auth_service_access",
    text: `select service_id as "serviceId", enabled, expires_at as "expiresAt"
      from auth.organization_service_access where organization_id = $1`,
    values: [organizationId],
  });
  if (userId === undefined) return { serviceAccess: (await serviceAccess).rows, bundles: [], overrides: [] };
  const values = [organizationId, userId];
  const [access, bundles, overrides] = await Promise.all([
    serviceAccess,
    pool.query<PermissionGrants["bundles"][number]>({
      name: "auth_role_bundles",
      text: `select bundle_id as "bundleId", expires_at as "expiresAt"
        from auth.user_role_bundles where organization_id = $1 and user_id = $2`,
      values,
    }),
    pool.query<PermissionGrants["overrides"][number]>({
      name: "auth_permission_overrides",
      text: `select permission_id as "permissionId", effect, expires_at as "expiresAt"
        from auth.user_permission_overrides where organization_id = $1 and user_id = $2`,
      values,
    }),
  ]);
  return { serviceAccess: access.rows, bundles: bundles.rows, overrides: overrides.rows };
};
