import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { ownServiceClient, serviceClient, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { createApiKey, CreateApiKeyInput } from "./create-api-key.ts";
import {
  answerApiKeyValidation,
  endApiKey,
  getApiKey,
  listApiKeys,
  ListApiKeysQuery,
  ValidateApiKeyInput,
} from "./handle-api-keys.ts";
import { activeOrganization, keyAuthority } from "./key-authority.ts";
import { listOrganizationKeys, readOrganizationKey } from "./read-organization-keys.ts";
import { rotateApiKey, RotateApiKeyInput } from "./rotate-api-key.ts";

/** Keys of organizations and of their members. */
export const apiKeyRoutes: readonly AuthRoute[] = [
  route.get("/api/api-keys").step(signedIn).step(keyAuthority).step(query(ListApiKeysQuery)).answer(listApiKeys),
  route
    .post("/api/api-keys")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(CreateApiKeyInput))
    .answer(createApiKey),
  route
    .post("/api/api-keys/validate")
    .step(serviceClient)
    .step(json(ValidateApiKeyInput))
    .answer(answerApiKeyValidation),
  route.get("/api/organizations/:id/api-keys").step(ownServiceClient).answer(listOrganizationKeys),
  route.get("/api/organizations/:id/api-keys/:keyId").step(ownServiceClient).answer(readOrganizationKey),
  route.get("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(getApiKey),
  route.remove("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(endApiKey),
  route
    .post("/api/api-keys/:id/rotate")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(RotateApiKeyInput))
    .answer(rotateApiKey),
];
