import { isPlatformRole, isRole, outranks, roles, type AuthSession, type Role } from "@topolo/auth-client";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";
import type { PageOf } from "../paged-list.tsx";
import { seesEverybody } from "../sees-everybody.ts";

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly suspended: boolean;
}

export interface Invitation {
  readonly id: string;
  /** The address, or the id of an account that was invited by it. */
  readonly invited: string;
  readonly role: Role;
  readonly expired: boolean;
  readonly createdAt: string;
}

const roleAt = (answer: unknown): Role => {
  const role = fieldAt(answer, "role");
  return isRole(role) ? role : "guest";
};

export const readMembers = (body: unknown): PageOf<Member> => ({
  items: listAt(body, "members", (member) => ({
    userId: textAt(member, "userId"),
    email: textAt(member, "email"),
    name: textAt(member, "name"),
    role: roleAt(member),
    suspended: fieldAt(member, "status") === "suspended",
  })),
  nextAfter: optionalText(body, "nextAfter"),
});

/** Where the people of a session's organization are listed; undefined for whom Auth would refuse. */
export const membersPathFor = (session: AuthSession | undefined, limit: number): string | undefined =>
  session?.organization !== undefined && seesEverybody(session)
    ? `/api/organizations/${encodeURIComponent(session.organization.id)}/members?limit=${limit}`
    : undefined;

export const readInvitations = (body: unknown): readonly Invitation[] =>
  listAt(body, "invitations", (invitation) => ({
    id: textAt(invitation, "id"),
    invited: optionalText(invitation, "email") ?? textAt(invitation, "userId"),
    role: roleAt(invitation),
    expired: flagAt(invitation, "expired"),
    createdAt: textAt(invitation, "createdAt"),
  }));

/** Which roles somebody of a role may give. It saves a refusal; Auth decides. */
export const grantableRoles = (own: Role, isAdminOrganization: boolean): readonly Role[] =>
  roles.filter((role) =>
    isPlatformRole(role)
      ? isAdminOrganization && own === "platform_super_admin"
      : outranks(own, role) || (own === "owner" && role === "owner"),
  );

export const roleName = (role: Role): string => role.replaceAll("_", " ");
