import type { AuthDatabase } from "../database/store.ts";

export const findOrganization = (
  { prisma }: AuthDatabase,
  where: { readonly id: string } | { readonly slug: string },
) => prisma.organization.findUnique({ where });

/** The user's membership with the account it belongs to. */
export const findMember = ({ prisma }: AuthDatabase, organizationId: string, userId: string) =>
  prisma.organizationMembership.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    include: { user: true },
  });
