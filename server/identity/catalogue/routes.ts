import { get, type Route } from "../http/route.ts";
import { reader } from "../http/steps.ts";
import {
  listServices,
  readBindableResources,
  readKeyScopes,
  readPermissions,
  readRoleBundles,
  readService,
  servicePath,
} from "./read-services.ts";

/** The service registry. */
export const catalogueRoutes: readonly Route[] = [
  get("/api/services").step(reader).answer(listServices),
  get("/api/services/:id").step(reader).step(servicePath).answer(readService),
  get("/api/services/:id/permissions").step(reader).step(servicePath).answer(readPermissions),
  get("/api/services/:id/role-bundles").step(reader).step(servicePath).answer(readRoleBundles),
  get("/api/services/:id/api-key-scopes").step(reader).step(servicePath).answer(readKeyScopes),
  get("/api/services/:id/bindable-resources").step(reader).step(servicePath).answer(readBindableResources),
];
