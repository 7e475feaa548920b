import type { CallContext } from "../../contracts/call-context.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import type { PriceSet } from "../../domain/pricing/index.ts";
import type { ChosenRoute } from "../../domain/routing/index.ts";
import { NexusError } from "../../errors.ts";
import type { Family } from "../family.ts";
import type { AiRequest } from "./ai-request.ts";
import { AiRoute } from "./ai-route.ts";
import { estimateTokens } from "./bound.ts";
import { measureSize } from "./measure-size.ts";
import { totalTokens } from "./settlement.ts";

export interface AiFamilyDeps {
  /** The AI side of a registered vendor. */
  readonly vendorOf: (id: string) => AiVendor | undefined;
  /** Ordered models with their credentials and prices, never empty; throws a NexusError where there is none. */
  readonly chooseRoutes: (ctx: CallContext, request: AiRequest) => readonly ChosenRoute<CredentialRef>[];
  /** Of another model than the route's, paid by the route's credential. */
  readonly priceSetOf: (organizationId: string, route: ChosenRoute<CredentialRef>, model: string) => PriceSet | null;
}

/** The AI operations, as the call path asks of them. */
export const createAiFamily = ({ vendorOf, chooseRoutes, priceSetOf }: AiFamilyDeps): Family<AiRequest> => ({
  rateCost: ({ size }) => estimateTokens(size.textBytes) + (size.maxOutputTokens ?? 0),
  rateUsed: totalTokens,
  routes: async (ctx, request) => {
    const { organizationId } = ctx;
    const chosen = chooseRoutes(ctx, request);
    // Only now is it known that somebody may ask for this: looking into media takes time.
    const size = await measureSize(request.size, organizationId);
    return chosen.map((route) => {
      const vendor = vendorOf(route.vendor);
      if (!vendor)
        throw new NexusError("INTERNAL", { cause: new Error(`route to ${route.vendor}, which has no AI operations`) });
      return new AiRoute({
        vendorId: route.vendor,
        vendor,
        model: route.model,
        requestedModel: request.requestedModel,
        credential: route.credential,
        priceSet: route.priceSet,
        size,
        priceSetOf: (model) => priceSetOf(organizationId, route, model),
      });
    });
  },
  identityOf: ({ dialect, input }) => ({ dialect, input }),
});
