import type { Effort } from "../../_wire/thinking-asked.ts";

export type GeminiLevel = Exclude<Effort, "max">;

/** How thinking is configured for a Gemini model. */
export type GeminiThinking =
  | { readonly by: "none" }
  | { readonly by: "budget"; readonly least: number; readonly most: number; readonly off: boolean }
  | { readonly by: "level"; readonly levels: readonly [GeminiLevel, ...GeminiLevel[]] };

const none: GeminiThinking = { by: "none" };
const level = (...levels: [GeminiLevel, ...GeminiLevel[]]): GeminiThinking => ({ by: "level", levels });

/** The first match counts. */
const models: readonly (readonly [RegExp, GeminiThinking])[] = [
  [/^(gemma|learnlm|aqa)|^gemini-(1|2\.0)|^gemini-2\.5-.*(image|tts|audio)/, none],
  [/^gemini-2\.5-pro/, { by: "budget", least: 128, most: 32_768, off: false }],
  [/^gemini-2\.5-flash-lite/, { by: "budget", least: 512, most: 24_576, off: true }],
  [/^gemini-2\.5/, { by: "budget", least: 1, most: 24_576, off: true }],
  [/^gemini-3-pro/, level("low", "high")],
  [/^gemini-3\.7-flash/, level("low", "medium", "high")],
  [/^gemini-\d.*flash/, level("minimal", "low", "medium", "high")],
  [/^gemini-4-hydrogen/, level("low", "medium", "high", "xhigh")],
];

/** Newer models, and names that always mean the latest one, take at least these. */
const newest = level("low", "medium", "high");

export const geminiThinking = (id: string): GeminiThinking =>
  models.find(([pattern]) => pattern.test(id))?.[1] ?? newest;
