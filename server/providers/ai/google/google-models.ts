import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import { groundingOthers, groundsPrompts } from "../_gemini/search-bound.ts";

/** https://ai.google.dev/gemini-api/docs/models. The name is part of the address, so it is one path segment. */
export const googleModels: ModelRules = {
  name: /^[a-z0-9._-]+$/,
  nameExpected: "a Gemini API model id without / or :, such as gemini-2.5-flash",
  makes: /^(gemini|gemma|learnlm|veo)-/,
  retired: /^gemini-(1\.|pro$)|^gemma-2-/,
  webSearch: { models: groundsPrompts, others: groundingOthers },
  skills: [
    // Sold by Google Cloud, not by the Gemini API.
    [/^claude-|-maas$/, []],
    [/^(gemini-embedding|text-embedding|embedding)-/, ["embeddings"]],
    // https://ai.google.dev/gemini-api/docs/models: Veo over predictLongRunning, whose prices are known
    [/^veo-3\.1(-fast|-lite)?-generate-preview$/, ["video"]],
    [/^veo-/, []],
    // Speech and live sessions have methods of their own.
    [/-(tts|live|native-audio|omni)(-|$)/, []],
    // Names by which the catalogue knows another vendor's offer of these models.
    [/^gemini-(flash|pro)-1\.5/, []],
    [/^/, ["text"]],
  ],
};
