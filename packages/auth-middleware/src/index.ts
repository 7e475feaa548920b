export { createAuthMiddleware, type AuthMiddleware, type AuthMiddlewareOptions } from "./create-auth-middleware.ts";
export type {
  OrganizationDirectory,
  DirectoryKey,
  DirectoryOrganization,
  DirectoryService,
  DirectoryMember,
} from "./directory.ts";
export { createGuard, type Guard, type Requirement } from "./create-guard.ts";
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
export { answerRefusal, type GuardAnswer } from "./guard-answers.ts";
export { AuthUnavailable, PermissionDenied, ResourceDenied, Unauthenticated } from "./errors.ts";
export type {
  Principal,
  PrincipalApiKey,
  PrincipalAdmission,
  PrincipalOrganization,
  PrincipalUser,
  RequestedResource,
  ResourceBinding,
  ValidationAnswer,
} from "./principal.ts";
export { readPresented, type Presented, type PresentedProof } from "./presented.ts";
export { requireResource } from "./require-resource.ts";
export type { BindableResource, BindableResources } from "./bindable-resources.ts";
export type { BudgetAlert } from "./tell-alert.ts";
export type { BudgetRequestNews } from "./tell-budget-request.ts";
export type { SecurityChange } from "./tell-change.ts";
export { httpTransport, inProcessTransport, type AuthTransport } from "./transport.ts";
