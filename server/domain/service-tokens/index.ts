export { authenticateServiceToken } from "./authenticate-service-token.ts";
export { createServiceToken, CreateServiceTokenInput, CreateServiceTokenOutput } from "./create-service-token.ts";
export { createServiceTokenAsOperator, CreateServiceTokenAsOperatorInput } from "./create-service-token-as-operator.ts";
export { listServiceTokens, ListServiceTokensInput, ListServiceTokensOutput } from "./list-service-tokens.ts";
export {
  loadServiceTokens,
  serviceTokenTopics,
  type ServiceToken,
  type ServiceTokenSnapshot,
} from "./load-service-tokens.ts";
export { revokeServiceToken, RevokeServiceTokenInput, RevokeServiceTokenOutput } from "./revoke-service-token.ts";
export { rotateServiceToken, RotateServiceTokenInput, RotateServiceTokenOutput } from "./rotate-service-token.ts";
export { selectGrant, type Grant } from "./select-grant.ts";
export type { ServiceTokenGround } from "./service-token-ground.ts";
export { openServiceTokenUse, type ServiceTokenUse } from "./service-token-use.ts";
export { IssuedServiceToken, ServiceTokenView } from "./service-token-view.ts";
export { listServiceTokensAsOperator, revokeServiceTokenAsOperator } from "./service-tokens-as-operator.ts";
