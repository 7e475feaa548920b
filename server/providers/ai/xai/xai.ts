import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { enforceXai } from "./enforce-xai.ts";
import { fitXai } from "./fit-xai.ts";
import { xaiBounds } from "./xai-bounds.ts";
import { xaiErrors } from "./xai-errors.ts";

/** xAI's Grok models, over chat completions. */
export const xai = compatibleVendor({
  id: "xai",
  name: "xAI",
  defaultBaseUrl: "https://api.x.ai/v1",
  docsUrl: "https://docs.x.ai/developers/rest-api-reference/inference",
  // https://docs.x.ai/developers/models
  models: {
    name: /^grok-[a-z0-9.-]+$/,
    nameExpected: "an xAI model id, such as grok-4.5",
    makes: /^grok-/,
    retired: /^grok-(2|beta|vision)/,
    webSearch: { others: "xAI's limit is on turns, each of which may search as often as it likes" },
    skills: [
      // Pictures, video and voice have endpoints of their own; several agents search for fees.
      [/imagine|image|video|voice|stt|tts|multi-agent/, []],
      [/^/, ["text"]],
    ],
  },
  catalogue: { id: "x-ai" },
  selfHosted: false,
  embeds: false,
  bounds: xaiBounds,
  errors: xaiErrors,
  // …/rest-api-reference/inference, chat completions: the older name is out of use. It holds what is thought, too.
  limit: "max_completion_tokens",
  // Live search takes a fee for every source; a deferred answer is not in the answer.
  refuses: { search_parameters: [], deferred: [] },
  // …/inference, `usage`: `completion_tokens` leaves out what was thought, `total_tokens` has it.
  reasoningPlace: "beside",
  outputLimits: [[/^grok-(?!.*non-reasoning)(?!3(-fast)?(-|$))/, 16_384]],
  tellsCost: true,
  fit: fitXai,
  enforce: enforceXai,
});
