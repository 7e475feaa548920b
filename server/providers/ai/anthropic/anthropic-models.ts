import type { ModelRules } from "../../../contracts/ai-vendor.ts";

/** https://platform.claude.com/docs/en/about-claude/models/overview and model-deprecations. */
export const anthropicModels: ModelRules = {
  name: /^[a-z0-9._-]+$/,
  nameExpected: "an Anthropic model id, such as claude-sonnet-4-5",
  makes: /^claude-/,
  home: ["anthropic.messages"],
  retired: /^claude-3-/,
  webSearch: {
    models: /^claude-(?!v1|2|instant|3)/,
    others: "Anthropic's search is for its models from Claude 4 on",
  },
  // From before messages.
  skills: [[/^claude-(v1|2|instant)/, []]],
};
