import { expect, it } from "vitest";
import { openaiModel } from "../../../../sandbox/openai/models.ts";
import { chatOnly } from "./chat-only.ts";
import { responsesOnly } from "./responses-only.ts";

it.each([
  ["gpt-4o-mini", false, false],
  ["gpt-4o-search-preview", true, false],
  ["gpt-4o-mini-search-preview-2025-03-11", true, false],
  ["gpt-4o-audio-preview", true, false],
  ["gpt-audio", true, false],
  ["gpt-audio-1.5", true, false],
  ["gpt-audio-mini", true, false],
  ["gpt-5.1-codex", false, true],
  ["gpt-5.1-codex-mini", false, true],
  ["gpt-5-pro", false, true],
  ["o1-pro", false, true],
  // Refused before that, as what they search has no bound.
  ["o3-deep-research", false, true],
])("%s is served by chat completions alone: %s, by responses alone: %s, as OpenAI has it", (model, chat, responses) => {
  expect([chatOnly(model), responsesOnly(model)]).toEqual([chat, responses]);
  const serves = openaiModel(model)?.serves ?? [];
  expect([!serves.includes("responses"), !serves.includes("chat")]).toEqual([chat, responses]);
});
