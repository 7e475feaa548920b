import { activeOrganization, keyAuthority } from "./api-keys/key-authority.ts";
import { createApiKey, createApiKeyInput } from "./api-keys/create-api-key.ts";
import {
  answerApiKeyValidation,
  endApiKey,
  getApiKey,
  listApiKeys,
  listApiKeysQuery,
  validateApiKeyInput,
} from "./api-keys/handle-api-keys.ts";
import { rotateApiKey, rotateApiKeyInput } from "./api-keys/rotate-api-key.ts";
import { setUp, showSetup, whileNotBootstrapped } from "./bootstrap/setup.ts";
import {
  listServices,
  readBindableResources,
  readKeyScopes,
  readPermissions,
  readRoleBundles,
  readService,
  servicePath,
} from "./catalogue/read-services.ts";
import { ok } from "./http/exchange.ts";
import { json, query } from "./http/read-input.ts";
import { get, post, remove, type Route } from "./http/route.ts";
import {
  allowedOrigin,
  callingService,
  csrfHeader,
  limitPerAddress,
  reader,
  serviceClient,
  signedIn,
} from "./http/steps.ts";
import { logIn, loginInput } from "./login/log-in.ts";
import { readMember, readOrganization } from "./organizations/read-organization.ts";
import { register, registerInput } from "./registration/register.ts";
import { logOut } from "./sessions/log-out.ts";
import { refresh } from "./sessions/refresh.ts";
import { switchOrganization, switchOrganizationInput } from "./sessions/switch-organization.ts";
import { readMe } from "./users/read-me.ts";
import { answerValidation } from "./validation/answer-validation.ts";

/** Everything Auth answers to. Each row is what happens, in order. */
export const routes: readonly Route[] = [
  get("/health").answer(() => ok({ status: "ok" })),
  get("/.well-known/jwks.json").answer(({ context }) =>
    ok({ keys: context.keyRing.publicJwks() }, { headers: { "Cache-Control": "public, max-age=60" } }),
  ),

  post("/login")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingService)
    .step(json(loginInput))
    .answer(logIn),
  post("/register").step(limitPerAddress("register")).step(allowedOrigin).step(json(registerInput)).answer(register),
  post("/refresh").step(allowedOrigin).step(csrfHeader).step(callingService).answer(refresh),
  post("/logout").answer(logOut),
  get("/validate").answer(answerValidation),
  post("/validate").answer(answerValidation),

  get("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(showSetup),
  post("/setup").step(whileNotBootstrapped).step(limitPerAddress("setup")).answer(setUp),

  get("/api/me").step(signedIn).answer(readMe),
  post("/api/me/active-organization")
    .step(signedIn)
    .step(callingService)
    .step(json(switchOrganizationInput))
    .answer(switchOrganization),

  get("/api/services").step(reader).answer(listServices),
  get("/api/services/:id").step(reader).step(servicePath).answer(readService),
  get("/api/services/:id/permissions").step(reader).step(servicePath).answer(readPermissions),
  get("/api/services/:id/role-bundles").step(reader).step(servicePath).answer(readRoleBundles),
  get("/api/services/:id/api-key-scopes").step(reader).step(servicePath).answer(readKeyScopes),
  get("/api/services/:id/bindable-resources").step(reader).step(servicePath).answer(readBindableResources),

  get("/api/organizations/by-slug/:slug").step(reader).answer(readOrganization),
  get("/api/organizations/:id").step(reader).answer(readOrganization),
  get("/api/organizations/:id/members/:userId").step(reader).answer(readMember),

  get("/api/api-keys").step(signedIn).step(keyAuthority).step(query(listApiKeysQuery)).answer(listApiKeys),
  post("/api/api-keys")
    .step(signedIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(createApiKeyInput))
    .answer(createApiKey),
  post("/api/api-keys/validate").step(serviceClient).step(json(validateApiKeyInput)).answer(answerApiKeyValidation),
  get("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(getApiKey),
  remove("/api/api-keys/:id").step(signedIn).step(keyAuthority).answer(endApiKey),
  post("/api/api-keys/:id/rotate")
    .step(signedIn)
    .step(keyAuthority)
    .step(activeOrganization)
    .step(json(rotateApiKeyInput))
    .answer(rotateApiKey),
];
