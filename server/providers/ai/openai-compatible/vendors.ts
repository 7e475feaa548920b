import { compatibleVendor } from "./openai-compatible.ts";

/** Models on the operator's own machines, by Ollama. */
export const ollama = compatibleVendor({
  id: "ollama",
  name: "Ollama",
  defaultBaseUrl: "http://localhost:11434/v1",
  docsUrl: "https://docs.ollama.com/api/openai-compatibility",
  priceCatalogueId: undefined,
  selfHosted: true,
});

/** Models on the operator's own machines, by vLLM. */
export const vllm = compatibleVendor({
  id: "vllm",
  name: "vLLM",
  defaultBaseUrl: "http://localhost:8000/v1",
  docsUrl: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
  priceCatalogueId: undefined,
  selfHosted: true,
});

/** Many vendors' models behind one key. */
export const openrouter = compatibleVendor({
  id: "openrouter",
  name: "OpenRouter",
  defaultBaseUrl: "https://openrouter.ai/api/v1",
  docsUrl: "https://openrouter.ai/docs/api-reference/overview",
  priceCatalogueId: "openrouter",
  tellsCost: true,
  selfHosted: false,
});

/** Any other server of the dialect; the address is part of the credential. */
export const compatible = compatibleVendor({
  id: "compatible",
  name: "OpenAI-compatible server",
  defaultBaseUrl: "http://localhost:8080/v1",
  docsUrl: "https://platform.openai.com/docs/api-reference/chat",
  priceCatalogueId: undefined,
  selfHosted: true,
});
