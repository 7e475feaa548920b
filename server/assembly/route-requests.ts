import type { CallContext } from "../contracts/call-context.ts";
import { mayPay, resolveCredentials, type CredentialRef } from "../domain/credentials/index.ts";
import { preferencesOf, requireKnownNames } from "../domain/preferences/index.ts";
import {
  chooseRoutes,
  explainRoute,
  type ActVendor,
  type ExplainRouteInput,
  type ExplainRouteOutput,
  type RoutingVendor,
  type RoutingWorld,
  type VendorWorld,
} from "../domain/routing/index.ts";
import { operationsOfVendor, routingRequestOf, type AiFamilyDeps } from "../families/ai/index.ts";
import type { Clock } from "../platform/clock.ts";
import { providers } from "../providers/index.ts";
import type { ProviderDefinition } from "../contracts/provider.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

/** All models of registered vendors are allowed until an administrator restricts them. */
const platformAllowList = ["*"] as const;

/** A provider as routing sees it. */
const routingVendorsOf = ({ id, ai, models, customBaseUrl }: ProviderDefinition): readonly RoutingVendor[] =>
  ai === undefined || models === undefined
    ? []
    : [
        {
          id,
          operations: new Map(operationsOfVendor(ai).map(({ id: operation, skill }) => [operation, skill])),
          tools: true,
          images: true,
          json: true,
          dialects: new Set(Object.keys(ai.native)),
          openModelList: customBaseUrl,
          models,
        },
      ];

const aiVendors: readonly RoutingVendor[] = [...providers.values()].flatMap(routingVendorsOf);

/** What routing needs beside what is stored. */
export interface RoutingSettings {
  readonly clock: Clock;
  /** `host:port` of the sandbox's servers, where it runs. */
  readonly sandboxHosts: readonly string[];
}

/** Who pays for a caller's calls to a vendor. */
const credentialsFor =
  (
    runtime: RuntimeState,
    { sandboxHosts }: Pick<RoutingSettings, "sandboxHosts">,
    { organizationId, admission }: Pick<CallContext, "organizationId" | "admission">,
  ) =>
  (vendor: string): readonly CredentialRef[] => {
    const all = resolveCredentials(runtime.credentials.current(), organizationId, vendor);
    return admission === undefined ? all.filter((one) => mayPay(one, { admission, sandboxHosts })) : all;
  };

/** The world in which the vendors of a family are chosen that are asked for no model. */
export const vendorWorldOf = (
  runtime: RuntimeState,
  settings: Pick<RoutingSettings, "sandboxHosts">,
  vendors: readonly ActVendor[],
  ctx: Pick<CallContext, "organizationId" | "admission">,
): VendorWorld<CredentialRef> => {
  const { organizationId, admission } = ctx;
  return {
    vendors,
    preferences: preferencesOf(runtime.preferences.current(), organizationId),
    credentialsOf: credentialsFor(runtime, settings, ctx),
    admitted: admission !== undefined,
    circuit: (vendor, credential) => runtime.breaker.circuit({ vendor, model: "", credential, organizationId }),
  };
};

const calledAt = (vendorId: string): readonly string[] =>
  aiVendors.find(({ id }) => id === vendorId)?.models.called ?? [];

/** The world routing looks at, for one caller at one moment. */
export const routingWorldOf = (
  runtime: RuntimeState,
  { clock, sandboxHosts }: RoutingSettings,
  { organizationId, admission }: Pick<CallContext, "organizationId" | "admission">,
): RoutingWorld<CredentialRef> => {
  const book = runtime.prices.current();
  const at = clock.now();
  return {
    vendors: aiVendors,
    preferences: preferencesOf(runtime.preferences.current(), organizationId),
    platformAllowList,
    credentialsOf: credentialsFor(runtime, { sandboxHosts }, { organizationId, admission }),
    admitted: admission !== undefined,
    knows: (vendor, model) => book.knows(vendor, model, organizationId),
    models: (vendor) => [...new Set([...book.models(vendor, organizationId), ...calledAt(vendor)])],
    priceSet: (vendor, model, payer) => book.priceSet({ vendor, model, at, organizationId, own: payer === "byok" }),
    circuit: (vendor, model, credential) => runtime.breaker.circuit({ vendor, model, credential, organizationId }),
  };
};

/** Chooses the routes of AI requests by what is known at that moment. */
export const routeRequests =
  (runtime: RuntimeState, settings: RoutingSettings): AiFamilyDeps["chooseRoutes"] =>
  (ctx, request) =>
    chooseRoutes(routingRequestOf(request), routingWorldOf(runtime, settings, ctx));

/** Tells how the routes of a call would be chosen at that moment. */
export const routeExplainer =
  (runtime: RuntimeState, settings: RoutingSettings) =>
  (ctx: CallContext, input: ExplainRouteInput): ExplainRouteOutput => {
    const { organizationId } = ctx;
    const { vendorOrder, modelAllowList } = input;
    requireKnownNames(
      { vendors: providers, book: runtime.prices.current(), organizationId },
      {
        ...(vendorOrder === undefined ? {} : { vendorOrder }),
        ...(modelAllowList === undefined ? {} : { modelAllowList }),
      },
    );
    return explainRoute(input, routingWorldOf(runtime, settings, ctx));
  };
