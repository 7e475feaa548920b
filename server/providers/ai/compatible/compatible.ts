import { selfHostedBounds } from "../_openai-chat/compatible-bounds.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";

/** Any other server of the dialect; the address is part of the credential. */
export const compatible = compatibleVendor({
  id: "compatible",
  name: "OpenAI-compatible server",
  defaultBaseUrl: "http://localhost:8080/v1",
  docsUrl: "https://platform.openai.com/docs/api-reference/chat",
  models: {
    // Whatever the operator's server calls them.
    name: /^/,
    nameExpected: "the name the server knows",
    skills: [],
  },
  selfHosted: true,
  ranks: true,
  bounds: selfHostedBounds,
});
