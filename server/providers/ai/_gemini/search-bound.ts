import type { SearchBound } from "../../../contracts/vendor-bounds.ts";

/** Models whose fee is for a prompt that was grounded, however many queries that took. */
export const groundsPrompts = /^gemini-(2\.0|2\.5)-(?!.*(image|tts|audio|live|computer))/;

/** https://ai.google.dev/gemini-api/docs/pricing: 35 dollars for a thousand grounded prompts. */
export const groundingPrice = (model: string): number | undefined => (groundsPrompts.test(model) ? 35 : undefined);

/** Why the others may not: https://ai.google.dev/gemini-api/docs/google-search#pricing */
export const groundingOthers =
  "from Gemini 3 on Google bills each query of a prompt, and nothing limits how many there are; Gemini 2.5 is billed by the prompt";

/**
 * One fee for the prompt. It is read once, and what was found once more, as the counts of usage have it: each fills the
 * model's window at most. https://ai.google.dev/api/generate-content#UsageMetadata
 */
export const groundingBound = (model: string, inputTokens: number): SearchBound | undefined =>
  groundsPrompts.test(model) ? { billed: 1, passes: 2, inputTokens } : undefined;
