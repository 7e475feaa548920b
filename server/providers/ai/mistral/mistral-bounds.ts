import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** What Mistral's documentation says of the most a request can be metered at. */
export const mistralBounds: VendorBounds = {
  ...compatibleBounds,
  // docs.mistral.ai/studio-api/vision: images. Documents are read by OCR for a price by page, sound has one by second.
  medium: (of, model) => (of.kind === "image" ? compatibleBounds.medium(of, model) : "refused"),
  // …/api/endpoint/chat: of the cache only reading has a price, and that is lower.
  cachesUnasked: false,
  // …/studio-api/conversations/reasoning: with `reasoning_effort` at `none` the model thinks a little all the same, unseen.
  hidesOutput: () => true,
};
