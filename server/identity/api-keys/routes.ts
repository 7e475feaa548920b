import { json, query } from "../http/read-input.ts";
import { get, post, remove, type AuthRoute } from "../http/route.ts";
import { ownServiceClient, serviceClient, signedIn } from "../http/steps.ts";
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
  get("/api/api-keys").step(signedIn).step(keyAuthority).step(query(ListApiKeysQuery)).answer(listApiKeys),
  post("/api/api-keys")
    .step(signedIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(CreateApiKeyInput))
    .answer(createApiKey),
  post("/api/api-keys/validate").step(serviceClient).step(json(ValidateApiKeyInput)).answer(answerApiKeyValidation),
  get("/api/organizations/:id/api-keys").step(ownServiceClient).answer(listOrganizationKeys),
  get("/api/organizations/:id/api-keys/:keyId").step(ownServiceClient).answer(readOrganizationKey),
  get("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(getApiKey),
  remove("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(endApiKey),
  post("/api/api-keys/:id/rotate")
    .step(signedIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(RotateApiKeyInput))
    .answer(rotateApiKey),
];
