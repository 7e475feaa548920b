/** Roles that count in the `admin` organization alone, highest first. */
export const platformRoles = ["platform_super_admin", "platform_admin"] as const;

/** Roles within an organization, highest first. */
export const organizationRoles = ["owner", "super_admin", "admin", "member", "guest"] as const;

/** Every role, highest first. */
export const roles: readonly [...typeof platformRoles, ...typeof organizationRoles] = [
  ...platformRoles,
  ...organizationRoles,
];

export type PlatformRole = (typeof platformRoles)[number];
export type OrganizationRole = (typeof organizationRoles)[number];
export type Role = (typeof roles)[number];

const known: ReadonlySet<string> = new Set(roles);
const platform: ReadonlySet<string> = new Set(platformRoles);

export const isRole = (value: unknown): value is Role => typeof value === "string" && known.has(value);

export const isPlatformRole = (value: unknown): value is PlatformRole =>
  typeof value === "string" && platform.has(value);

export const isOrganizationRole = (value: unknown): value is OrganizationRole => isRole(value) && !platform.has(value);

/**
 * The role to display for a claim: `member` where the claim is missing, `guest` where it is unknown.
 * A display default only; a server grants nothing without a stored membership.
 */
export const normalizeRole = (claim: unknown): Role => {
  if (claim === undefined || claim === null || claim === "") return "member";
  return isRole(claim) ? claim : "guest";
};

/** Whether the first role ranks strictly above the second. */
export const outranks = (role: Role, other: Role): boolean => roles.indexOf(role) < roles.indexOf(other);
