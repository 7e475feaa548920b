import type { AuthDatabase } from "../database/store.ts";
import type { PermissionGrants } from "./evaluate.ts";

/** What an organization may use and what one member has been given beyond the role; without a user the former alone. */
export const loadGrants = async (
  { prisma }: AuthDatabase,
  organizationId: string,
  userId: string | undefined,
): Promise<PermissionGrants> => {
  const serviceAccess = prisma.organizationServiceAccess.findMany({ where: { organizationId } });
  if (userId === undefined) return { serviceAccess: await serviceAccess, bundles: [], overrides: [] };
  const where = { organizationId, userId };
  const [access, bundles, overrides] = await Promise.all([
    serviceAccess,
    prisma.userRoleBundle.findMany({ where }),
    prisma.userPermissionOverride.findMany({ where }),
  ]);
  return { serviceAccess: access, bundles, overrides };
};
