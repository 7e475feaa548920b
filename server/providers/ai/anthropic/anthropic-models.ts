import type { ModelRules } from "../../../contracts/ai-vendor.ts";

/** https://platform.claude.com/docs/en/about-claude/models/overview and model-deprecations. */
export const anthropicModels: ModelRules = {
  name: /^[a-z0-9._-]+$/,
  nameExpected: "an Anthropic model id, such as claude-sonnet-4-5",
  makes: /^claude-/,
  home: ["anthropic.messages"],
  retired: /^claude-3-/,
  // From before messages.
  skills: [[/^claude-(v1|2|instant)/, []]],
};
