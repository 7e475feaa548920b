import { json, query } from "../http/read-input.ts";
import { get, post, put, remove, type AuthRoute } from "../http/route.ts";
import { anyReader, platformOperator, serviceClient, signedIn } from "../http/steps.ts";
import {
  registerApp,
  registerAppInput,
  renewAppSecret,
  renewSecretInput,
  reviewingService,
} from "./approved-apps/register-app.ts";
import { putBindableResources, putBindableResourcesInput } from "./bindable-resources/put-bindable-resources.ts";
import { readBindableResources, readBindableResourcesQuery } from "./bindable-resources/read-bindable-resources.ts";
import { putManifest, putManifestQuery, uploadOptions } from "./manifest-upload/put-manifest.ts";
import { Manifest } from "./manifest.ts";
import {
  listPrincipalsQuery,
  putPrincipalInput,
  readPrincipals,
  tiePrincipal,
  untiePrincipal,
} from "./principals/handle-principals.ts";
import {
  listServices,
  listServicesQuery,
  operatorsService,
  readKeyScopes,
  readServicePermissions,
  readRoleBundles,
  readService,
  servicePath,
} from "./read-services.ts";

/** The service registry. */
export const catalogueRoutes: readonly AuthRoute[] = [
  get("/api/services").step(anyReader).step(query(listServicesQuery)).answer(listServices),
  get("/api/services/:id").step(anyReader).step(servicePath).answer(readService),
  get("/api/services/:id/permissions").step(anyReader).step(servicePath).answer(readServicePermissions),
  get("/api/services/:id/role-bundles").step(anyReader).step(servicePath).answer(readRoleBundles),
  get("/api/services/:id/api-key-scopes").step(anyReader).step(servicePath).answer(readKeyScopes),
  get("/api/services/:id/bindable-resources")
    .step(anyReader)
    .step(servicePath)
    .step(query(readBindableResourcesQuery))
    .answer(readBindableResources),
  put("/api/services/:id/bindable-resources/:organizationId")
    .step(serviceClient)
    .step(json(putBindableResourcesInput))
    .answer(putBindableResources),
  put("/api/services/:id/manifest")
    .step(signedIn)
    .step(platformOperator)
    .step(query(putManifestQuery))
    .step(uploadOptions)
    .step(json(Manifest))
    .answer(putManifest),
  get("/api/services/:id/principals")
    .step(anyReader)
    .step(servicePath)
    .step(query(listPrincipalsQuery))
    .answer(readPrincipals),
  put("/api/services/:id/principals/:userId")
    .step(signedIn)
    .step(platformOperator)
    .step(operatorsService)
    .step(json(putPrincipalInput))
    .answer(tiePrincipal),
  remove("/api/services/:id/principals/:userId")
    .step(signedIn)
    .step(platformOperator)
    .step(operatorsService)
    .answer(untiePrincipal),
  post("/api/services/approved-apps")
    .step(serviceClient)
    .step(reviewingService)
    .step(json(registerAppInput))
    .answer(registerApp),
  post("/api/services/approved-apps/:appId/client-secrets")
    .step(serviceClient)
    .step(reviewingService)
    .step(json(renewSecretInput))
    .answer(renewAppSecret),
];
