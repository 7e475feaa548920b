export { createAuthClient } from "./create-auth-client.ts";
export type { AuthClient, AuthClientOptions } from "./auth-client.ts";
export type { AuthState } from "./session-holder.ts";
export type { Fetch } from "./ask-auth.ts";
export type { SignInClient } from "./browser-sign-in.ts";
export type { LoginOutcome, SecondFactor, SecondFactorMethod } from "./create-login.ts";
export { startBrowserAuthentication, type StartAuthentication } from "./passkey.ts";
export { isHandoff, type AccountMismatch, type Person, type SwitcherService } from "./handoff.ts";
export {
  completeSignIn,
  startSignIn,
  type CompletedSignIn,
  type CompleteSignIn,
  type SignInTransaction,
  type StartedSignIn,
  type StartSignIn,
} from "./code-sign-in.ts";
export { startDeviceSignIn, type DeviceSignIn, type StartDeviceSignIn } from "./device-sign-in.ts";
export { createTokenSource, type CreateTokenSource, type TokenSource } from "./token-source.ts";
export type { TokenEndpoint, TokenSet } from "./token-endpoint.ts";
export type { IdTokenClaims } from "./verify-id-token.ts";
export { createLoopBreaker } from "./loop-breaker.ts";
export { AuthClientError, type AuthClientCode } from "./auth-client-error.ts";
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
