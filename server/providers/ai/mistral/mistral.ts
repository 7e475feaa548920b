import type { Effort } from "../../_wire/thinking-asked.ts";
import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { fitEfforts, type OfferedEfforts } from "../_openai-chat/fit-efforts.ts";
import { enforceMistral, enforceMistralEmbeddings } from "./enforce-mistral.ts";
import { mistralBounds } from "./mistral-bounds.ts";
import { mistralErrors } from "./mistral-errors.ts";

const all: readonly [Effort, ...Effort[]] = ["low", "medium", "high"];

/** https://docs.mistral.ai/studio-api/conversations/reasoning: Large 4 has levels; Small 4 and Medium 3.5 think or do not. */
const effortsOf = (model: string): OfferedEfforts | undefined => {
  if (model.startsWith("mistral-large-4")) return { levels: all, off: true };
  return /^mistral-(small-(latest|2603)|medium-(latest|3[.-]5|3$|2604))/.test(model)
    ? { levels: ["high"], off: true }
    : undefined;
};

/** Mistral's models, over its chat completions, which are OpenAI's with roles, ids and fields of its own. */
export const mistral = compatibleVendor({
  id: "mistral",
  name: "Mistral",
  defaultBaseUrl: "https://api.mistral.ai/v1",
  docsUrl: "https://docs.mistral.ai/api/endpoint/chat",
  // https://docs.mistral.ai/models
  models: {
    name: /^[a-z0-9.-]+$/,
    nameExpected: "a Mistral model id, such as mistral-small-latest",
    makes: /^(mistral|ministral|magistral|codestral|devstral|labs-devstral|pixtral|open-mi[sx]tral|mixtral)/,
    // Marked so in the bundled catalogue.
    retired: /^(mistral-tiny|devstral-small-25|mistral-ocr-250)/,
    skills: [
      [/embed/, ["embeddings"]],
      // Documents, sound and moderation have endpoints of their own, at prices by page and second.
      [/ocr|voxtral|moderation|realtime|tts/, []],
      // Names under which others offer the open weights; Mistral itself has never answered to them.
      [/-instruct|^mistral-7b$|^mixtral-8x7b|^codestral$|^mistral-medium-2312$/, []],
      [/^/, ["text"]],
    ],
  },
  catalogue: { id: "mistral" },
  selfHosted: false,
  bounds: mistralBounds,
  errors: mistralErrors,
  // …/api/endpoint/chat, `UsageInfo`: what was thought lies within the completion, and is not told apart.
  reasoningPlace: "inside",
  // Thinking is part of `max_tokens`.
  outputLimits: [[/^(magistral|mistral-(small|medium|large)-)/, 16_384]],
  fit: fitEfforts(effortsOf),
  enforce: enforceMistral,
  enforceEmbeddings: enforceMistralEmbeddings,
});
