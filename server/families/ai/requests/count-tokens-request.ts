import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { FreeRequest } from "../../family.ts";
import type { AiRequest } from "../ai-request.ts";
import { aiRouteOf } from "../ai-route.ts";
import { estimateTokens, mediaUnits } from "../bound.ts";
import type { ModelRoute } from "../model-route.ts";

interface TokenCount {
  readonly inputTokens: number;
  /** The vendor does not count tokens; this is our estimate. */
  readonly estimated: boolean;
}

type Count = (io: ProviderIo) => Promise<number>;

const estimateOf = (route: ModelRoute): number => {
  const media = Object.values(mediaUnits(route));
  return media.reduce((sum, units) => sum + units, estimateTokens(route.size.textBytes));
};

/**
 * How many input tokens a request would have: the vendor's own count or, where it has none, an estimate.
 *
 * @param counterOf the function that asks the vendor for its count; undefined if the vendor has none
 */
export const countTokensRequest = (
  request: AiRequest,
  counterOf: (vendor: AiVendor) => Count | undefined,
): AiRequest & FreeRequest<TokenCount> => ({
  ...request,
  known: (route) => {
    const aiRoute = aiRouteOf(route);
    return counterOf(aiRoute.vendor) ? undefined : { inputTokens: estimateOf(aiRoute), estimated: true };
  },
  ask: async (route, io) => {
    const aiRoute = aiRouteOf(route);
    const count = counterOf(aiRoute.vendor);
    return count
      ? { inputTokens: await count(aiRoute.ioOf(io)), estimated: false }
      : { inputTokens: estimateOf(aiRoute), estimated: true };
  },
});
