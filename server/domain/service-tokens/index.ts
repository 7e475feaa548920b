export { authenticateServiceToken } from "./authenticate-service-token.ts";
export { createServiceToken, CreateServiceTokenInput, CreateServiceTokenOutput } from "./create-service-token.ts";
export { listServiceTokens, ListServiceTokensInput, ListServiceTokensOutput } from "./list-service-tokens.ts";
export {
  loadServiceTokens,
  serviceTokenTopics,
  type ServiceToken,
  type ServiceTokenSnapshot,
} from "./load-service-tokens.ts";
export { requireKnownGrants, type KnownGrants } from "./require-known-grants.ts";
export { revokeServiceToken, RevokeServiceTokenInput, RevokeServiceTokenOutput } from "./revoke-service-token.ts";
export { rotateServiceToken, RotateServiceTokenInput, RotateServiceTokenOutput } from "./rotate-service-token.ts";
export { selectGrant, type Grant } from "./select-grant.ts";
export type { ServiceTokenDeps } from "./service-token-deps.ts";
export { openServiceTokenUse, type ServiceTokenUse } from "./service-token-use.ts";
export { ServiceTokenView } from "./service-token-view.ts";
