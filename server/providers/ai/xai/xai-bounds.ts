import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** What xAI's documentation says of the most a request can be metered at. */
export const xaiBounds: VendorBounds = {
  ...compatibleBounds,
  // docs.x.ai/developers/model-capabilities/images/understanding: images; files are searched for a fee.
  medium: (of, model) => (of.kind === "image" ? compatibleBounds.medium(of, model) : "refused"),
  // …/developers/models: of the cache only reading has a price, and that is lower.
  cachesUnasked: false,
};
