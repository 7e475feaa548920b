import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** What DeepSeek's documentation says of the most a request can be metered at. */
export const deepSeekBounds: VendorBounds = {
  ...compatibleBounds,
  // api-docs.deepseek.com/guides/vision: images alone, and not for V4-Pro. The page's figure is of an earlier model, so
  // the dearest of those that makers document stands in.
  medium: (of, model) =>
    of.kind === "image" && !/-pro(-|$)/.test(model) ? compatibleBounds.medium(of, model) : "refused",
  // …/quick_start/pricing: 1M of context.
  inputTokensMax: () => 1_048_576,
  // …/guides/kv_cache: prompts are kept unasked, and only what is found there has a price of its own.
  cachesUnasked: false,
  // …/guides/thinking_mode: the thinking comes with the answer, in `reasoning_content`.
  hidesOutput: () => false,
};
