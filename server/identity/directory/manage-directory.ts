import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { auditActor } from "../organizations/actor.ts";
import { asOwner, type OfOrganization } from "../organizations/as-owner.ts";
import { syncRoles } from "./sync-roles.ts";
import { findDirectorySettings, groupKey, listGroupNames, listGroupRoles, putDirectory } from "./store.ts";

/** Roles a directory may give: never an owner's, and none of the platform. */
const directoryRole = z.enum(["super_admin", "admin", "member", "guest"]);

export const PutDirectoryInput = z.strictObject({
  defaultRole: z.enum(["member", "guest"]).describe("Of people in no group that has a role"),
  maxRole: directoryRole.describe("No group gives more"),
  groupRoles: z
    .array(z.strictObject({ group: z.string().trim().min(1).max(256), role: directoryRole }))
    .max(100)
    .refine((roles) => new Set(roles.map(({ group }) => groupKey(group))).size === roles.length, {
      error: "each group once",
    }),
});
export type PutDirectoryInput = z.infer<typeof PutDirectoryInput>;

const readAnswer = async ({ context, params }: OfOrganization): Promise<HttpAnswer> => {
  const organizationId = params["id"] ?? "";
  const { pool } = context.db;
  const [settings, roles, groups] = [
    await findDirectorySettings(pool, organizationId),
    await listGroupRoles(pool, organizationId),
    await listGroupNames(context.db, organizationId),
  ];
  return okAnswer({
    organizationId,
    scimUrl: `${context.issuer}/scim/v2`,
    defaultRole: settings.default_role,
    maxRole: settings.max_role,
    groupRoles: roles.map(({ group_name: group, role }) => ({ group, role })),
    groups: groups.map(({ display_name: name, members }) => ({ name, members })),
  });
};

/** Which roles the groups of the directory give. */
export const readDirectory = (exchange: OfOrganization): Promise<HttpAnswer> => readAnswer(exchange);

/** Changes which roles groups give, and gives them at once. */
export const changeDirectory = async (
  exchange: OfOrganization & { readonly input: PutDirectoryInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const now = new Date(context.clock.now());
  const by = auditActor(exchange, caller);
  await asOwner(exchange, async ({ client, organization, actor }) => {
    await putDirectory(client, { organizationId: organization.id, ...input, updatedBy: actor.userId }, now);
    await recordAudit(
      client,
      { ...by, organizationId: organization.id, action: "directory.update", target: organization.id, details: input },
      now,
    );
    await syncRoles(client, { organizationId: organization.id, by, now });
  });
  return readAnswer(exchange);
};
