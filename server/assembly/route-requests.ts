import { resolveCredentials, type CredentialRef } from "../domain/credentials/index.ts";
import { preferencesOf } from "../domain/preferences/index.ts";
import { chooseRoutes, type RoutingVendor, type RoutingWorld } from "../domain/routing/index.ts";
import { operationsOfVendor, routingRequestOf, type AiFamilyDeps } from "../families/ai/index.ts";
import type { Clock } from "../platform/clock.ts";
import { providers } from "../providers/index.ts";
import type { ProviderDefinition } from "../contracts/provider.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

/** All models of registered vendors are allowed until an administrator restricts them. */
const platformAllowList = ["*"] as const;

/** A provider as routing sees it. */
const routingVendorOf = ({ id, ai, models, customBaseUrl }: ProviderDefinition): RoutingVendor => ({
  id,
  operations: new Map(ai ? operationsOfVendor(ai).map(({ id: operation, skill }) => [operation, skill]) : []),
  tools: ai !== undefined,
  images: ai !== undefined,
  json: ai !== undefined,
  dialects: new Set(Object.keys(ai?.native ?? {})),
  openModelList: customBaseUrl,
  models,
});

const aiVendors: readonly RoutingVendor[] = [...providers.values()]
  .filter(({ family }) => family === "ai")
  .map(routingVendorOf);

/** The world routing looks at, for one caller at one moment. */
export const routingWorldOf = (
  runtime: RuntimeState,
  clock: Clock,
  organizationId: string,
): RoutingWorld<CredentialRef> => {
  const book = runtime.prices.current();
  const credentials = runtime.credentials.current();
  const at = clock.now();
  return {
    vendors: aiVendors,
    preferences: preferencesOf(runtime.preferences.current(), organizationId),
    platformAllowList,
    credentialsOf: (vendor) => resolveCredentials(credentials, organizationId, vendor),
    knows: (vendor, model) => book.knows(vendor, model, organizationId),
    models: (vendor) => book.models(vendor, organizationId),
    priceSet: (vendor, model, payer) => book.priceSet({ vendor, model, at, organizationId, own: payer === "byok" }),
    circuit: (vendor, model, credential) => runtime.breaker.circuit({ vendor, model, credential, organizationId }),
  };
};

/** Chooses the routes of AI requests by what is known at that moment. */
export const routeRequests =
  (runtime: RuntimeState, clock: Clock): AiFamilyDeps["chooseRoutes"] =>
  ({ organizationId }, request) =>
    chooseRoutes(routingRequestOf(request), routingWorldOf(runtime, clock, organizationId));
