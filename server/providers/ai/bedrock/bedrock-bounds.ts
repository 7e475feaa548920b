import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";

/** What Bedrock's documentation says of the most a request can be metered at. */
export const bedrockBounds: VendorBounds = {
  ...compatibleBounds,
  // docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html: sound and films lie in S3, which is not offered.
  medium: (of, model) =>
    of.kind === "image" || of.kind === "document" ? compatibleBounds.medium(of, model) : "refused",
  // …/userguide/prompt-caching.html: Nova keeps prompts unasked, Claude where it is told to.
  cachesUnasked: true,
  // Claude's thinking comes as a summary, and others' may not come at all.
  hidesOutput: () => true,
};
