import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { anthropicBounds } from "../_claude/anthropic-bounds.ts";
import { googleBounds } from "../_gemini/google-bounds.ts";
import { isClaude } from "./claude-on-vertex.ts";

const boundsOf = (model: string): VendorBounds => (isClaude(model) ? anthropicBounds : googleBounds);

/** What the makers of Vertex AI's models say of the most a request can be metered at. */
export const vertexBounds: VendorBounds = {
  medium: (medium, model) => boundsOf(model).medium(medium, model),
  inputTokensMax: (model) => boundsOf(model).inputTokensMax(model),
  cachesUnasked: googleBounds.cachesUnasked || anthropicBounds.cachesUnasked,
  unaskedOutput: (model) => boundsOf(model).unaskedOutput(model),
  hidesOutput: (model) => boundsOf(model).hidesOutput(model),
  fees: (model, pages) => boundsOf(model).fees(model, pages),
  toolTokens: (types, model) => boundsOf(model).toolTokens(types, model),
};
