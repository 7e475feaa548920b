import { selfHostedBounds } from "../_openai-chat/compatible-bounds.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";

/** Models on the operator's own machines, by Ollama. */
export const ollama = compatibleVendor({
  id: "ollama",
  name: "Ollama",
  defaultBaseUrl: "http://localhost:11434/v1",
  docsUrl: "https://docs.ollama.com/api/openai-compatibility",
  models: {
    name: /^[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?$/,
    nameExpected: "an Ollama model as name or name:tag",
    skills: [],
  },
  selfHosted: true,
  bounds: selfHostedBounds,
});
