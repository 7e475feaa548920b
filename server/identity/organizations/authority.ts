import { isPlatformRole, outranks, type Role } from "@topolo/auth-client";

// Who may do what to whom. Every room asks here; nothing here knows a database.

/** Whoever acts: the stored role in the session's active organization, and whether it makes them a platform operator. */
export interface RankedActor {
  readonly userId: string;
  readonly organizationId: string | undefined;
  readonly role: Role | undefined;
  readonly platformBypass: boolean;
}

const elevated: ReadonlySet<string> = new Set<Role>(["owner", "super_admin", "admin"]);

/** Roles that administer the people of their own organization. */
export const isElevated = (role: string | undefined): boolean => role !== undefined && elevated.has(role);

/** A platform role counts in the organization of kind `admin` alone. */
export const isPlatformBypass = (role: string | undefined, organizationKind: string): boolean =>
  organizationKind === "admin" && isPlatformRole(role);

/** The role as it counts in an organization of this kind: a platform role outside `admin` is worth nothing. */
export const standingRole = (role: Role, organizationKind: string): Role =>
  isPlatformRole(role) && organizationKind !== "admin" ? "guest" : role;

/** Operators everywhere; owner, super_admin and admin in the organization that is active in their session. */
export const mayAdminister = (actor: RankedActor, organizationId: string): boolean =>
  actor.platformBypass || (actor.organizationId === organizationId && isElevated(actor.role));

/** Sessions, security, password reset and permissions of a person: never of a higher rank. */
export const mayActOn = (actor: RankedActor, target: Role): boolean =>
  actor.role !== undefined && !outranks(target, actor.role);

/**
 * Nobody gives, changes or takes a role at or above their own, except an owner an owner's. Platform roles are a
 * platform_super_admin's alone, and exist in `admin` alone.
 */
export const mayGrant = (actor: RankedActor, role: Role, organizationKind: string): boolean => {
  if (actor.role === undefined || !(actor.platformBypass || isElevated(actor.role))) return false;
  if (isPlatformRole(role))
    return organizationKind === "admin" && actor.platformBypass && actor.role === "platform_super_admin";
  return outranks(actor.role, role) || (actor.role === "owner" && role === "owner");
};

/** The role of which an organization keeps at least one. */
export const topRole = (organizationKind: string): Role =>
  organizationKind === "admin" ? "platform_super_admin" : "owner";
