import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { fitEfforts, type OfferedEfforts } from "../_openai-chat/fit-efforts.ts";
import { enforceGroq } from "./enforce-groq.ts";
import { groqBounds } from "./groq-bounds.ts";
import { groqErrors } from "./groq-errors.ts";

/** https://console.groq.com/docs/reasoning: GPT-OSS has levels, Qwen thinks or does not (`enforce-groq.ts`). */
const effortsOf = (model: string): OfferedEfforts | undefined => {
  if (/(^|\/)gpt-oss-/.test(model)) return { levels: ["low", "medium", "high"], off: false };
  return /(^|\/)qwen-?3/.test(model) ? { levels: ["medium"], off: true } : undefined;
};

/** Open models on Groq's machines, over chat completions. */
export const groq = compatibleVendor({
  id: "groq",
  name: "Groq",
  defaultBaseUrl: "https://api.groq.com/openai/v1",
  docsUrl: "https://console.groq.com/docs/api-reference",
  // https://console.groq.com/docs/models
  models: {
    name: /^[a-z0-9.-]+(\/[a-z0-9.-]+)?$/,
    nameExpected: "a Groq model id, such as openai/gpt-oss-120b",
    // https://console.groq.com/docs/deprecations
    retired:
      /^(gemma|llama-3\.[12]|llama2|llama3-|mixtral|deepseek-r1|mistral-saba|llama-3\.3-70b-specdec|llama-guard)/,
    skills: [
      // Speech has endpoints of its own; compound systems search and run code for fees.
      [/whisper|tts|orpheus|^groq\/|^compound/, []],
      [/^/, ["text"]],
    ],
  },
  catalogue: { id: "groq" },
  selfHosted: false,
  embeds: false,
  bounds: groqBounds,
  errors: groqErrors,
  limit: "max_completion_tokens",
  // https://console.groq.com/docs/service-tiers: flex costs as much as on demand; performance is sold by contract.
  refuses: {
    service_tier: ["auto", "default", "on_demand", "flex"],
    compound_custom: [],
    search_settings: [],
    documents: [],
  },
  // https://console.groq.com/docs/api-reference, `usage`: what was thought lies within the completion.
  reasoningPlace: "inside",
  outputLimits: [[/gpt-oss|qwen/, 16_384]],
  fit: fitEfforts(effortsOf),
  enforce: enforceGroq,
});
