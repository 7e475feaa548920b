import { selfHostedBounds } from "../_openai-chat/compatible-bounds.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";

/** Models on the operator's own machines, by vLLM. */
export const vllm = compatibleVendor({
  id: "vllm",
  name: "vLLM",
  defaultBaseUrl: "http://localhost:8000/v1",
  docsUrl: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
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
