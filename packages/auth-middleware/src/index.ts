export { createAuthMiddleware, type AuthMiddleware, type AuthMiddlewareOptions } from "./create-auth-middleware.ts";
export type {
  OrganizationDirectory,
  DirectoryKey,
  DirectoryOrganization,
  DirectoryService,
  DirectoryMember,
} from "./directory.ts";
export { createGuard, type Guard } from "./create-guard.ts";
export {
  createServiceTokenSource,
  type ServiceTokenSource,
  type ServiceTokenSourceOptions,
} from "./create-service-token-source.ts";
export { isRecentSignIn, recentSignInMs, type LastSignIn } from "./last-sign-in.ts";
export {
  followRevocations,
  type FollowRevocationsOptions,
  type RevocationFeed,
  type RevocationFeedState,
  type RevocationListener,
} from "./follow-revocations.ts";
export { RevocableCache, type RevocableCacheOptions } from "./revocable-cache.ts";
export { answerRefusal, readCredential, type GuardAnswer } from "./guard-answers.ts";
export { AuthUnavailable, PermissionDenied, Unauthenticated } from "./errors.ts";
export type {
  Principal,
  PrincipalApiKey,
  PrincipalOrganization,
  PrincipalUser,
  ValidationAnswer,
} from "./principal.ts";
export { httpTransport, inProcessTransport, type AuthTransport } from "./transport.ts";
