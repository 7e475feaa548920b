export { createAuthClient, type AuthClient, type AuthClientOptions, type AuthState } from "./create-auth-client.ts";
export { AuthClientError } from "./auth-client-error.ts";
export { type AuthSession, type AuthUser, type AuthOrganization, parseSession } from "./session.ts";
export { hasEveryPermission, hasPermission, isPermission, type Permission } from "./permissions.ts";
export {
  isOrganizationRole,
  isPlatformRole,
  isRole,
  normalizeRole,
  organizationRoles,
  outranks,
  platformRoles,
  roles,
  type OrganizationRole,
  type PlatformRole,
  type Role,
} from "./roles.ts";
