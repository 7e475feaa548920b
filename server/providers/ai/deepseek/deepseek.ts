import { compatibleVendor } from "../_openai-chat/compatible-vendor.ts";
import { deepSeekBounds } from "./deepseek-bounds.ts";
import { deepSeekErrors } from "./deepseek-errors.ts";
import { enforceDeepSeek } from "./enforce-deepseek.ts";
import { fitDeepSeek } from "./fit-deepseek.ts";

/** DeepSeek's models, over chat completions. */
export const deepseek = compatibleVendor({
  id: "deepseek",
  name: "DeepSeek",
  defaultBaseUrl: "https://api.deepseek.com",
  docsUrl: "https://api-docs.deepseek.com/api/create-chat-completion",
  // https://api-docs.deepseek.com/quick_start/pricing
  models: {
    name: /^deepseek-[a-z0-9.-]+$/,
    nameExpected: "a DeepSeek model id, such as deepseek-v4-pro",
    makes: /^deepseek-/,
    // https://api-docs.deepseek.com/updates: refused since 24 July 2026.
    retired: /^deepseek-(chat|reasoner)$/,
    skills: [
      // Names under which others offer the open weights; DeepSeek itself has never answered to them.
      [/^deepseek-(v[0-3]|r\d)/, []],
      [/^/, ["text"]],
    ],
  },
  catalogue: { id: "deepseek" },
  selfHosted: false,
  embeds: false,
  bounds: deepSeekBounds,
  errors: deepSeekErrors,
  // …/api/create-chat-completion, `usage`: what was thought lies within the completion.
  reasoningPlace: "inside",
  // …/guides/thinking_mode: models think unless told not to, and their thinking is part of `max_tokens`; at most 384K.
  outputLimits: [[/^/, 16_384]],
  fit: fitDeepSeek,
  enforce: enforceDeepSeek,
});
