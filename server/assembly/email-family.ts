import { isEmailSender, suppressedNow, type EmailDeps } from "../domain/email/index.ts";
import { mailPriceName } from "../domain/pricing/index.ts";
import { routesOfVendors, type ActVendor } from "../domain/routing/index.ts";
import { email } from "../contracts/email.ts";
import { createEmailFamily } from "../families/email/index.ts";
import { providers } from "../providers/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";
import { vendorWorldOf, type RoutingSettings } from "./route-requests.ts";

const emailVendors: readonly ActVendor[] = [...providers.values()].flatMap((provider) =>
  provider.email === undefined ? [] : [{ id: provider.id, operations: new Set([email.send.id]) }],
);

/** The e-mail family, over what is known at the moment of each call. */
export const openEmailFamily = (deps: EmailDeps, runtime: RuntimeState, settings: RoutingSettings) => {
  const { sandboxHosts } = settings;
  return createEmailFamily({
    vendorOf: (id) => providers.get(id)?.email,
    chooseRoutes: (ctx, question) => routesOfVendors(question, vendorWorldOf(runtime, settings, emailVendors, ctx)),
    priceSetOf: (organizationId, { vendor, credential }) =>
      runtime.prices.current().priceSet({
        vendor,
        model: mailPriceName,
        at: deps.clock.now(),
        organizationId,
        own: credential.tier === "byok",
      }),
    // An organization's own account knows for whom it sends; what reaches the sandbox reaches nobody.
    suppressedNow: (organizationId, mail) => suppressedNow(deps, organizationId, mail),
    maySendFor: async ({ organizationId }, domain, { tier, allowedHost }) =>
      tier !== "platform_default" ||
      sandboxHosts.includes(allowedHost) ||
      isEmailSender(deps.db.pool, organizationId, domain),
  });
};
