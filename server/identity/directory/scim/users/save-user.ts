import type { AuthAuditAction } from "../../../audit/audit-actions.ts";
import { recordAudit } from "../../../audit/store.ts";
import type { LockedOrganization } from "../../../organizations/store.ts";
import { endAccess, openAccess } from "../../member-access.ts";
import { dueRoleOf, syncRoles } from "../../sync-roles.ts";
import type { ScimExchange } from "../scim-answer.ts";
import { ScimError } from "../scim-error.ts";
import { linkAccount } from "./link-account.ts";
import {
  deleteProvisionedUser,
  endInvitations,
  findProvisionedUser,
  insertProvisionedUser,
  updateProvisionedUser,
  type ProvisionedUser,
  type ProvisionedUserRow,
} from "./store.ts";

const record = (
  { organizationId, by, now }: ScimExchange,
  { client }: LockedOrganization,
  action: AuthAuditAction,
  target: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> => recordAudit(client, { ...by, organizationId, action, target, details }, now);

const reread = async (
  { organizationId }: ScimExchange,
  { client }: LockedOrganization,
  id: string,
): Promise<ProvisionedUserRow> => {
  const row = await findProvisionedUser(client, organizationId, id);
  if (!row) throw new ScimError(404, "User not found.");
  return row;
};

/** Writes down somebody new, and brings them into the organization as far as it may. */
export const createUser = async (
  exchange: ScimExchange,
  held: LockedOrganization,
  user: ProvisionedUser,
): Promise<ProvisionedUserRow> => {
  const id = await insertProvisionedUser(held.client, exchange.organizationId, user, exchange.now);
  await record(exchange, held, "directory.user-create", id, { userName: user.userName, active: user.active });
  if (user.active) await linkAccount(exchange, held, { id, user });
  return reread(exchange, held, id);
};

/** Changes what is known of somebody; `active` opens and ends their access. */
export const replaceUser = async (
  exchange: ScimExchange,
  held: LockedOrganization,
  before: ProvisionedUserRow,
  user: ProvisionedUser,
): Promise<ProvisionedUserRow> => {
  const { organizationId, by, now } = exchange;
  const { client } = held;
  const { id, user_id: userId } = before;
  await updateProvisionedUser(client, id, user, now);
  await record(exchange, held, "directory.user-update", id, { userName: user.userName, active: user.active });
  if (before.email !== user.email || !user.active) await endInvitations(client, organizationId, before.email, now);
  if (!user.active) {
    if (before.active && userId !== null) await endAccess(held, { userId, by, now, remove: false });
  } else if (userId === null) {
    await linkAccount(exchange, held, { id, user });
  } else if (!before.active) {
    await openAccess(held, { userId, role: await dueRoleOf(client, organizationId, id), by, now });
    await syncRoles(client, { organizationId, provisionedIds: [id], by, now });
  }
  return reread(exchange, held, id);
};

/** Takes somebody out of the directory and out of the organization. The account itself stays: it is the person's. */
export const removeUser = async (
  exchange: ScimExchange,
  held: LockedOrganization,
  { id, user_id: userId, email, user_name: userName }: ProvisionedUserRow,
): Promise<void> => {
  const { organizationId, by, now } = exchange;
  await endInvitations(held.client, organizationId, email, now);
  if (userId !== null) await endAccess(held, { userId, by, now, remove: true });
  await deleteProvisionedUser(held.client, id);
  await record(exchange, held, "directory.user-remove", id, { userName });
};
