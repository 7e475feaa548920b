import { isRole } from "@topolo/auth-client";
import type { OrganizationDirectory, DirectoryMember } from "@topolo/auth-middleware";
import type { Logger } from "../platform/logger.ts";
import { findApiKeyRow, listApiKeyRows, type ApiKeyRow } from "./api-keys/store.ts";
import { buildCatalogue } from "./catalogue/catalogue.ts";
import { loadCatalogueRows } from "./catalogue/store.ts";
import { openAuthDatabase } from "./database/store.ts";
import { listMembershipRows } from "./organizations/members/store.ts";
import { findMember, findOrganization } from "./organizations/store.ts";

interface MemberFacts {
  readonly role: string;
  readonly status: string;
  readonly accountStatus: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

const activeMember = ({ role, status, accountStatus, ...person }: MemberFacts): DirectoryMember[] =>
  status === "active" && accountStatus === "active" && isRole(role) ? [{ ...person, role }] : [];

const keyOf = ({ id, name, revokedAt, expiresAt }: ApiKeyRow, now: number) => ({
  id,
  name,
  active: revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
});

/** What services may read of organizations, members and keys, read by the operators' own commands where no Auth runs. */
export const openAuthDirectory = async ({
  databaseUrl,
  log,
}: {
  readonly databaseUrl: string;
  readonly log: Logger;
}): Promise<OrganizationDirectory & { readonly close: () => Promise<void> }> => {
  const db = await openAuthDatabase({ connectionString: databaseUrl, log, maxConnections: 1 });
  return {
    organization: async (idOrSlug) => {
      const found = await findOrganization(db, idOrSlug.startsWith("org_") ? { id: idOrSlug } : { slug: idOrSlug });
      if (!found) return undefined;
      const { id, slug, name, kind, status } = found;
      return { id, slug, name, kind, status };
    },
    memberOf: async (organizationId, userId) => {
      const found = await findMember(db, organizationId, userId);
      if (!found) return undefined;
      return activeMember({ ...found, userId })[0];
    },
    members: async (organizationId) => {
      const rows = await listMembershipRows(db, {
        organizationId,
        after: undefined,
        search: undefined,
        role: undefined,
        status: undefined,
        limit: 100,
      });
      return rows.flatMap(({ user_id: userId, user_status: accountStatus, role, status, email, name }) =>
        activeMember({ userId, accountStatus, role, status, email, name }),
      );
    },
    apiKeyOf: async (organizationId, keyId) => {
      const key = await findApiKeyRow(db, keyId);
      return key?.organizationId === organizationId ? keyOf(key, Date.now()) : undefined;
    },
    apiKeys: async (organizationId) =>
      (await listApiKeyRows(db, { organizationId, ownerUserId: undefined, after: undefined, limit: 100 })).map((key) =>
        keyOf(key, Date.now()),
      ),
    services: async () =>
      [...buildCatalogue(await loadCatalogueRows(db)).services.values()].map((service) => ({
        id: service.id,
        slug: service.slug,
        name: service.name,
        surface_kind: service.surfaceKind,
        surface_group: service.surfaceGroup,
        launchable: service.opensAt !== null,
        status: service.status,
      })),
    close: db.close,
  };
};
