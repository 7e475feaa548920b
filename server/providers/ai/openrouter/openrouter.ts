import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { enforceMaxPrice } from "./enforce-max-price.ts";
import { openRouterBounds } from "./openrouter-bounds.ts";

/**
 * Variants are part of a name at OpenRouter (https://openrouter.ai/docs/guides/routing/model-variants); one that adds
 * cost, as `:online` adds searches, has a price of its own or none. Presets (`@`) hide what is called.
 */
const openRouterModels: ModelRules = {
  name: /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+(:(free|beta|extended|thinking|exacto|nitro|floor|online))?$/,
  nameExpected: "author/slug as OpenRouter lists it, with a variant such as :free",
  webSearch: { others: "what its plugin puts before the prompt has no documented length" },
  skills: [
    // Routers choose the model, and with it the price, by themselves.
    [/^openrouter\//, []],
    [/embed/, ["embeddings"]],
  ],
};

/** Many vendors' models behind one key. */
export const openrouter = compatibleVendor({
  id: "openrouter",
  name: "OpenRouter",
  defaultBaseUrl: "https://openrouter.ai/api/v1",
  docsUrl: "https://openrouter.ai/docs/api-reference/overview",
  models: openRouterModels,
  catalogue: { id: "openrouter" },
  selfHosted: false,
  bounds: openRouterBounds,
  tellsCost: true,
  countsThinking: true,
  // Its list of models is public: https://openrouter.ai/docs/api-reference/limits
  keyQuestion: { asks: "reads what the key may spend", path: "/key" },
  enforce: enforceMaxPrice,
});
