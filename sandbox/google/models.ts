/** How thinking is configured for a Gemini model. */
export type GeminiThinking =
  | { readonly by: "none" }
  | { readonly by: "budget"; readonly least: number; readonly most: number; readonly off: boolean }
  | { readonly by: "level"; readonly levels: readonly string[] };

/** What a Gemini model can do, as far as its API refuses anything by it. */
export interface GeminiModel {
  /** Listed under this name. */
  readonly id: string;
  readonly matches: RegExp;
  readonly methods: readonly string[];
  /** Tokens it takes in, and gives out. */
  readonly context: number;
  readonly maxOutput: number;
  readonly thinking: GeminiThinking;
  /** From Gemini 3 on, a function call comes back with the signature it was given. */
  readonly signs: boolean;
  /** What it can answer with beside text. */
  readonly gives: readonly ("IMAGE" | "AUDIO")[];
}

type Facts = Omit<GeminiModel, "id" | "matches">;

/** A name; numbered, previewed, or the latest of it. */
const versioned = (id: string): RegExp =>
  new RegExp(`^${id.replaceAll(".", "\\.")}(-\\d{3}|-preview(-\\d{2}-\\d{2}|-\\d{2}-\\d{4})?|-latest)?$`);
const model = (id: string, facts: Facts): GeminiModel => ({ id, matches: versioned(id), ...facts });

const generates = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"];
const two: Facts = {
  methods: generates,
  context: 1_048_576,
  maxOutput: 8_192,
  thinking: { by: "none" },
  signs: false,
  gives: [],
};
const budget = (least: number, most: number, off: boolean): Facts => ({
  ...two,
  maxOutput: 65_536,
  thinking: { by: "budget", least, most, off },
});
const levels = (...names: string[]): Facts => ({
  ...two,
  maxOutput: 65_536,
  thinking: { by: "level", levels: names },
  signs: true,
});
const flash = levels("minimal", "low", "medium", "high");
const pro = levels("low", "medium", "high");
const image: Facts = { ...two, context: 65_536, maxOutput: 32_768, gives: ["IMAGE"] };
const speech: Facts = { ...two, context: 8_192, maxOutput: 16_384, gives: ["AUDIO"] };
const embeds: Facts = { ...two, methods: ["embedContent", "batchEmbedContents"], context: 2_048, maxOutput: 1 };

// Limits: https://ai.google.dev/gemini-api/docs/models
// Budgets and levels: https://ai.google.dev/gemini-api/docs/thinking
const table: readonly GeminiModel[] = [
  model("gemini-4-argon", pro),
  model("gemini-4-carbon", pro),
  model("gemini-4-hydrogen", levels("low", "medium", "high", "xhigh")),
  model("gemini-3.8-flash", flash),
  model("gemini-3.7-flash", levels("low", "medium", "high")),
  model("gemini-3.6-flash", flash),
  model("gemini-3.5-flash", flash),
  model("gemini-3.5-flash-lite", flash),
  model("gemini-3.1-pro-preview", pro),
  model("gemini-3.1-flash-lite", flash),
  model("gemini-3.1-flash-image", { ...image, thinking: flash.thinking, signs: true }),
  model("gemini-3-pro-image", { ...image, thinking: { by: "level", levels: ["low", "high"] }, signs: true }),
  model("gemini-3-pro-preview", levels("low", "high")),
  model("gemini-3-flash-preview", flash),
  model("gemini-2.5-pro", budget(128, 32_768, false)),
  model("gemini-2.5-flash", budget(1, 24_576, true)),
  model("gemini-2.5-flash-lite", budget(512, 24_576, true)),
  model("gemini-2.5-flash-image", image),
  model("gemini-2.5-flash-preview-tts", speech),
  model("gemini-2.5-pro-preview-tts", speech),
  model("gemini-2.0-flash", two),
  model("gemini-2.0-flash-lite", two),
  model("gemini-embedding-001", embeds),
  model("gemini-embedding-2", { ...embeds, context: 8_192 }),
];

export const geminiModels: readonly GeminiModel[] = table;

/** The model of a name, or undefined where there is none. */
export const geminiModel = (name: string): GeminiModel | undefined => table.find(({ matches }) => matches.test(name));
