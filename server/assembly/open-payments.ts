import { resolveCredentials } from "../domain/credentials/index.ts";
import { routesOfVendors, type ActVendor } from "../domain/routing/index.ts";
import { createPaymentsFamily } from "../families/payments/index.ts";
import { providers } from "../providers/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";
import { vendorWorldOf, type RoutingSettings } from "./route-requests.ts";

/** Of all that can be asked, what a vendor is chosen for: everything else goes to the account that has its object. */
const vendors: readonly ActVendor[] = [...providers.values()].flatMap(({ id, payments }) =>
  payments === undefined
    ? []
    : [
        {
          id,
          operations: new Set([...payments.acts].map((act) => `payments.${act}`)),
        },
      ],
);

/** The payment family, on what is known of credentials, preferences and prices at the moment of a call. */
export const openPayments = (runtime: RuntimeState, { clock, sandboxHosts }: RoutingSettings) =>
  createPaymentsFamily({
    vendorOf: (id) => providers.get(id)?.payments,
    chooseRoutes: (ctx, question) => routesOfVendors(question, vendorWorldOf(runtime, { sandboxHosts }, vendors, ctx)),
    credentialsOf: (organizationId, vendor) =>
      resolveCredentials(runtime.credentials.current(), organizationId, vendor),
    priceSetOf: (organizationId, { vendor, credential }, model) =>
      runtime.prices
        .current()
        .priceSet({ vendor, model, at: clock.now(), organizationId, own: credential.tier === "byok" }),
  });
