import type { ModelRules } from "../../../contracts/provider.ts";
import { compatibleVendor } from "./openai-compatible.ts";

/** Whatever the operator's server calls them. */
const ownModels: ModelRules = { name: /^/, nameExpected: "the name the server knows", skills: [] };

const ollamaModels: ModelRules = {
  name: /^[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?$/,
  nameExpected: "an Ollama model as name or name:tag",
  skills: [],
};

/**
 * Variants are part of a name at OpenRouter (https://openrouter.ai/docs/guides/routing/model-variants); one that buys
 * more, as `:online` buys searches, has a price of its own or none. Presets (`@`) hide what is called.
 */
const openRouterModels: ModelRules = {
  name: /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+(:(free|beta|extended|thinking|exacto|nitro|floor|online))?$/,
  nameExpected: "author/slug as OpenRouter lists it, with a variant such as :free",
  skills: [
    // Routers choose the model, and with it the price, by themselves.
    [/^openrouter\//, []],
    [/embed/, ["embeddings"]],
  ],
};

/** Models on the operator's own machines, by Ollama. */
export const ollama = compatibleVendor({
  id: "ollama",
  name: "Ollama",
  defaultBaseUrl: "http://localhost:11434/v1",
  docsUrl: "https://docs.ollama.com/api/openai-compatibility",
  priceCatalogueId: undefined,
  models: ollamaModels,
  selfHosted: true,
});

/** Models on the operator's own machines, by vLLM. */
export const vllm = compatibleVendor({
  id: "vllm",
  name: "vLLM",
  defaultBaseUrl: "http://localhost:8000/v1",
  docsUrl: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
  priceCatalogueId: undefined,
  models: ownModels,
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
  choosesSeller: true,
  models: openRouterModels,
  selfHosted: false,
});

/** Any other server of the dialect; the address is part of the credential. */
export const compatible = compatibleVendor({
  id: "compatible",
  name: "OpenAI-compatible server",
  defaultBaseUrl: "http://localhost:8080/v1",
  docsUrl: "https://platform.openai.com/docs/api-reference/chat",
  priceCatalogueId: undefined,
  models: ownModels,
  selfHosted: true,
});
