import { isRole, type Role } from "@topolo/auth-client";
import type { PoolClient } from "pg";
import { recordAudit } from "../audit/store.ts";
import { domainOf } from "../domains/domain-name.ts";
import { findDomainOwner } from "../domains/store.ts";
import { endUnused, lockAccount } from "../links/store.ts";
import { topRole } from "../organizations/authority.ts";
import {
  deleteMember,
  insertMember,
  lockMember,
  requireAnotherTopMember,
  updateMember,
  type By,
} from "../organizations/members/store.ts";
import type { LockedOrganization } from "../organizations/store.ts";
import { endSessionsOfUser } from "../sessions/store.ts";

interface OfMember {
  readonly userId: string;
  readonly by: By;
  readonly now: Date;
}

/** Makes the person a member, or an active one again. */
export const openAccess = async (
  held: LockedOrganization,
  { userId, role, by, now }: OfMember & { readonly role: string },
): Promise<void> => {
  const { client, organization } = held;
  const given: Role = isRole(role) ? role : "guest";
  const member = await lockMember(client, organization.id, userId);
  if (member) {
    if (member.status !== "active")
      await updateMember(client, member, { role: member.role, status: "active" }, by, now);
    return;
  }
  const outcome = await insertMember(held, { userId, role: given, grantedBy: by.actorId ?? "system" }, now);
  if (outcome !== "added") return;
  await recordAudit(
    client,
    { ...by, organizationId: organization.id, action: "member.add", target: userId, details: { role: given } },
    now,
  );
};

const endKeys = async (client: PoolClient, organizationId: string, { userId, by, now }: OfMember): Promise<number> => {
  const { rowCount } = await client.query(
    `update auth.api_keys set revoked_at = $3, revoked_by = $4
     where organization_id = $1 and owner_user_id = $2 and revoked_at is null`,
    [organizationId, userId, now, by.actorId ?? "system"],
  );
  return rowCount ?? 0;
};

/**
 * Ends what the person has in the organization, at once: the sessions in it with what apps and devices got through them,
 * the keys, the membership. Where the organization has verified the domain of the account's address, all its sessions.
 */
export const endAccess = async (
  held: LockedOrganization,
  { userId, by, now, remove }: OfMember & { readonly remove: boolean },
): Promise<void> => {
  const { client, organization } = held;
  await lockAccount(client, userId);
  const member = await lockMember(client, organization.id, userId);
  if (member?.role === topRole(organization.kind)) await requireAnotherTopMember(held, userId);
  const managed = member !== undefined && (await findDomainOwner(client, domainOf(member.email))) === organization.id;
  const sessions = await endSessionsOfUser(
    client,
    managed ? { userId } : { userId, organizationId: organization.id },
    "deprovisioned",
    now,
  );
  if (managed) await endUnused(client, userId, ["second_factor"]);
  const keys = await endKeys(client, organization.id, { userId, by, now });
  if (member && remove) await deleteMember(client, member, by, now);
  else if (member && member.status === "active")
    await updateMember(client, member, { role: member.role, status: "suspended" }, by, now);
  await recordAudit(
    client,
    {
      ...by,
      organizationId: organization.id,
      action: "member.deprovision",
      target: userId,
      details: { sessionsEnded: sessions.length, keysRevoked: keys, allSessions: managed },
    },
    now,
  );
};
