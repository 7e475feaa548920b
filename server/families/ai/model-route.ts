import type { AiVendor } from "../../contracts/ai-vendor.ts";
import type { PriceSet } from "../../domain/pricing/index.ts";
import type { MeasuredSize, RequestSize } from "./request-size.ts";

/** A request at one vendor's model: all that its bound and its price depend on. */
export interface ModelRoute {
  readonly vendor: AiVendor;
  /** The vendor's own model id. */
  readonly model: string;
  readonly priceSet: PriceSet;
  readonly size: MeasuredSize;
  /** The output limit that is both reserved and sent; 0 where the operation has no output tokens. */
  readonly outputLimit: number;
}

/** The caller's limit, or the model's own. */
export const outputLimitOf = (
  { maxOutputTokens }: Pick<RequestSize, "maxOutputTokens">,
  vendor: AiVendor,
  model: string,
): number => maxOutputTokens ?? vendor.defaultMaxOutputTokens?.(model) ?? 0;
