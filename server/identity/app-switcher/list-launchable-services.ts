import { serviceFacts } from "../catalogue/service-facts.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { createEligibility, isLaunchable } from "./launchable-services.ts";

/** The applications this person can open in the active organization. */
export const listLaunchableServices = async ({
  context,
  caller,
}: HttpExchange & { readonly caller: Caller }): Promise<HttpAnswer> => {
  const { session, serviceId } = caller;
  const { services } = await context.catalogues.recent();
  const mayOpen = await createEligibility(context, session);
  const shown = [...services.values()].filter((service) => isLaunchable(service) && mayOpen(service));
  return okAnswer({
    userId: session.user.id,
    organizationId: session.organization?.id ?? null,
    launcherEligible: session.user.launcherEligible,
    services: shown.map((service) => ({
      id: service.id,
      ...serviceFacts(service),
      current: service.id === serviceId,
    })),
  });
};
