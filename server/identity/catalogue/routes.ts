import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { anyReader, platformOperator, serviceClient, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import {
  registerApp,
  RegisterAppInput,
  renewAppSecret,
  RenewAppSecretInput,
  reviewingService,
} from "./approved-apps/register-app.ts";
import { patchBindableResources, PatchBindableResourcesInput } from "./bindable-resources/patch-bindable-resources.ts";
import { putBindableResources, PutBindableResourcesInput } from "./bindable-resources/put-bindable-resources.ts";
import { readBindableResources, ReadBindableResourcesQuery } from "./bindable-resources/read-bindable-resources.ts";
import { putManifest, PutManifestQuery, uploadOptions } from "./manifest-upload/put-manifest.ts";
import { addApp, AddAppInput } from "./local-apps/add-app.ts";
import { Manifest } from "./manifest.ts";
import {
  ListPrincipalsQuery,
  PutPrincipalInput,
  readPrincipals,
  tiePrincipal,
  untiePrincipal,
} from "./principals/handle-principals.ts";
import {
  listServices,
  ListServicesQuery,
  operatorsService,
  readKeyScopes,
  readServicePermissions,
  readRoleBundles,
  readService,
  servicePath,
} from "./read-services.ts";

/** The service registry. */
export const catalogueRoutes: readonly AuthRoute[] = [
  route.get("/api/services").step(anyReader).step(query(ListServicesQuery)).answer(listServices),
  route.get("/api/services/:id").step(anyReader).step(servicePath).answer(readService),
  route.get("/api/services/:id/permissions").step(anyReader).step(servicePath).answer(readServicePermissions),
  route.get("/api/services/:id/role-bundles").step(anyReader).step(servicePath).answer(readRoleBundles),
  route.get("/api/services/:id/api-key-scopes").step(anyReader).step(servicePath).answer(readKeyScopes),
  route
    .get("/api/services/:id/bindable-resources")
    .step(anyReader)
    .step(servicePath)
    .step(query(ReadBindableResourcesQuery))
    .answer(readBindableResources),
  route
    .put("/api/services/:id/bindable-resources/:organizationId")
    .step(serviceClient)
    .step(json(PutBindableResourcesInput))
    .answer(putBindableResources),
  route
    .patch("/api/services/:id/bindable-resources/:organizationId")
    .step(serviceClient)
    .step(json(PatchBindableResourcesInput))
    .answer(patchBindableResources),
  route
    .put("/api/services/:id/manifest")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(platformOperator)
    .step(query(PutManifestQuery))
    .step(uploadOptions)
    .step(json(Manifest))
    .answer(putManifest),
  route
    .get("/api/services/:id/principals")
    .step(anyReader)
    .step(servicePath)
    .step(query(ListPrincipalsQuery))
    .answer(readPrincipals),
  route
    .put("/api/services/:id/principals/:userId")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(platformOperator)
    .step(operatorsService)
    .step(json(PutPrincipalInput))
    .answer(tiePrincipal),
  route
    .remove("/api/services/:id/principals/:userId")
    .step(signedIn)
    .step(platformOperator)
    .step(operatorsService)
    .answer(untiePrincipal),
  route
    .post("/api/services/apps")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(platformOperator)
    .step(json(AddAppInput))
    .answer(addApp),
  route
    .post("/api/services/approved-apps")
    .step(serviceClient)
    .step(reviewingService)
    .step(json(RegisterAppInput))
    .answer(registerApp),
  route
    .post("/api/services/approved-apps/:appId/client-secrets")
    .step(serviceClient)
    .step(reviewingService)
    .step(json(RenewAppSecretInput))
    .answer(renewAppSecret),
];
