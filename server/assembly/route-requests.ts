import type { CallContext } from "../contracts/call-context.ts";
import type { UnitClass } from "../contracts/units.ts";
import { resolveCredentials, type CredentialRef } from "../domain/credentials/index.ts";
import { preferencesOf } from "../domain/preferences/index.ts";
import { chooseRoutes, type Needs, type RoutingVendor, type RoutingWorld } from "../domain/routing/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { MeteredRequest } from "../gateway/metered-request.ts";
import type { Clock } from "../platform/clock.ts";
import { providers } from "../providers/index.ts";
import type { ProviderDefinition } from "../contracts/provider.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

/** Everything a registered vendor sells may be asked for until an administrator says otherwise. */
const platformAllowList = ["*"] as const;

/** A provider as routing sees it. */
const routingVendorOf = ({ id, ai, models, customBaseUrl }: ProviderDefinition): RoutingVendor => ({
  id,
  operations: new Set(ai ? ["ai.generateText", "ai.streamText", ...(ai.embed ? ["ai.embed"] : [])] : []),
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

const textClasses: readonly UnitClass[] = ["input", "output"];
const embeddingClasses: readonly UnitClass[] = ["input"];

/** Classes that every call of an operation is metered in. */
export const unitClassesOf = (operation: string): readonly UnitClass[] =>
  operation === "ai.embed" ? embeddingClasses : textClasses;

const needsOf = ({ needs }: MeteredRequest): Needs => ({
  tools: needs.tools,
  images: needs.images,
  json: needs.json,
  dialect: null,
});

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

export const routeRequests =
  (runtime: RuntimeState, clock: Clock): Gateway["chooseRoutes"] =>
  ({ organizationId }: CallContext, request: MeteredRequest) =>
    chooseRoutes(
      {
        requestedModel: request.requestedModel,
        operation: request.operation.id,
        dialect: request.dialect,
        needs: needsOf(request),
        heldField: request.heldField,
        unitClasses: unitClassesOf(request.operation.id),
      },
      routingWorldOf(runtime, clock, organizationId),
    );
