import { json, query } from "../http/read-input.ts";
import { get, post, put, type Route } from "../http/route.ts";
import { platformOperator, reader, serviceClient, signedIn } from "../http/steps.ts";
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
  listServices,
  listServicesQuery,
  readKeyScopes,
  readPermissions,
  readRoleBundles,
  readService,
  servicePath,
} from "./read-services.ts";

/** The service registry. */
export const catalogueRoutes: readonly Route[] = [
  get("/api/services").step(reader).step(query(listServicesQuery)).answer(listServices),
  get("/api/services/:id").step(reader).step(servicePath).answer(readService),
  get("/api/services/:id/permissions").step(reader).step(servicePath).answer(readPermissions),
  get("/api/services/:id/role-bundles").step(reader).step(servicePath).answer(readRoleBundles),
  get("/api/services/:id/api-key-scopes").step(reader).step(servicePath).answer(readKeyScopes),
  get("/api/services/:id/bindable-resources")
    .step(reader)
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
