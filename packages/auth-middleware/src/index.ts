export { createAuthMiddleware, type AuthMiddleware, type AuthMiddlewareOptions } from "./create-auth-middleware.ts";
export type { Directory, DirectoryOrganization, DirectoryService, Member } from "./directory.ts";
export { AuthUnavailable, PermissionDenied, Unauthenticated } from "./errors.ts";
export type {
  Principal,
  PrincipalApiKey,
  PrincipalOrganization,
  PrincipalUser,
  ValidationAnswer,
} from "./principal.ts";
export { httpTransport, inProcessTransport, type AuthTransport } from "./transport.ts";
