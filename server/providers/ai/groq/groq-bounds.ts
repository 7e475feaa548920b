import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** What Groq's documentation says of the most a request can be metered at. */
export const groqBounds: VendorBounds = {
  ...compatibleBounds,
  // console.groq.com/docs/vision: images, and nothing else that is no text.
  medium: (of, model) => (of.kind === "image" ? compatibleBounds.medium(of, model) : "refused"),
  // …/docs/prompt-caching: nothing is taken for writing.
  cachesUnasked: false,
};
