import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { FreeRequest } from "../../family.ts";
import type { AiRequest } from "../ai-request.ts";
import { aiRouteOf } from "../ai-route.ts";
import { estimateTokens, mediaUnits } from "../bound.ts";
import type { ModelRoute } from "../model-route.ts";

interface TokenCount {
  readonly inputTokens: number;
  /** Nobody counted. */
  readonly estimated: boolean;
}

type Count = (io: ProviderIo) => Promise<number>;

const estimateOf = (route: ModelRoute): number => {
  const media = Object.values(mediaUnits(route));
  return media.reduce((sum, units) => sum + units, estimateTokens(route.size.textBytes));
};

/**
 * How many tokens a request would take in, by the vendor's own count or by an estimate.
 *
 * @param counterOf how a vendor counts it, or undefined for a vendor that does not count
 */
export const countTokensRequest = (
  request: AiRequest,
  counterOf: (vendor: AiVendor) => Count | undefined,
): AiRequest & FreeRequest<TokenCount> => ({
  ...request,
  known: (route) => {
    const own = aiRouteOf(route);
    return counterOf(own.vendor) ? undefined : { inputTokens: estimateOf(own), estimated: true };
  },
  ask: async (route, io) => {
    const own = aiRouteOf(route);
    const count = counterOf(own.vendor);
    return count
      ? { inputTokens: await count(own.ioOf(io)), estimated: false }
      : { inputTokens: estimateOf(own), estimated: true };
  },
});
