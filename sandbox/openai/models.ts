/** What a model of OpenAI's can do, as far as its API refuses anything by it. */
export interface OpenaiModel {
  /** Listed under this name. */
  readonly id: string;
  readonly matches: RegExp;
  readonly serves: readonly (
    | "chat"
    | "responses"
    | "embeddings"
    | "moderations"
    | "images"
    | "speech"
    | "transcriptions"
    | "realtime"
  )[];
  readonly context: number;
  readonly maxOutput: number;
  /** Reasoning efforts it takes, the one it has unasked first; undefined where it does not reason. */
  readonly efforts: readonly string[] | undefined;
  readonly images: boolean;
  readonly audio: boolean;
  /** Vector sizes up to this one can be asked for. */
  readonly dimensions?: number;
  /** It draws these sizes, or any; and takes these words for how closely it keeps to the images that it is given. */
  readonly draws?: { readonly sizes: readonly string[] | "any"; readonly fidelities: readonly string[] };
  /** A server of somebody's own, which has no limits of OpenAI's and no opinion on fields. */
  readonly lenient?: boolean;
}

type Facts = Omit<OpenaiModel, "id" | "matches">;

/** A name, with or without the date of a snapshot. */
const dated = (id: string): RegExp => new RegExp(`^${id.replaceAll(".", "\\.")}(-\\d{4}-\\d{2}-\\d{2})?$`);
const model = (id: string, facts: Facts, matches = dated(id)): OpenaiModel => ({ id, matches, ...facts });

const four: Facts = {
  serves: ["chat", "responses"],
  context: 128_000,
  maxOutput: 16_384,
  efforts: undefined,
  images: true,
  audio: false,
};
const fourOne: Facts = { ...four, context: 1_047_576, maxOutput: 32_768 };
const search: Facts = { ...four, serves: ["chat"], images: false };
const audio: Facts = { ...four, serves: ["chat"], images: false, audio: true };
const o: Facts = { ...four, context: 200_000, maxOutput: 100_000, efforts: ["medium", "low", "high"] };
const research: Facts = { ...o, serves: ["responses"], efforts: ["medium"] };
const five: Facts = {
  ...four,
  context: 400_000,
  maxOutput: 128_000,
  efforts: ["medium", "minimal", "low", "high"],
};
const chatLatest: Facts = { ...four, efforts: ["medium"] };
const codex: Facts = { ...five, serves: ["responses"], efforts: ["medium", "low", "high"] };
const fiveOne: Facts = { ...five, efforts: ["none", "low", "medium", "high"] };
const fiveTwo: Facts = { ...five, efforts: ["none", "low", "medium", "high", "xhigh"] };
const fiveFour: Facts = { ...fiveTwo, context: 1_050_000 };
const fivePro: Facts = { ...five, serves: ["responses"], efforts: ["medium", "high", "xhigh"] };
const fiveSix: Facts = { ...fiveFour, efforts: ["medium", "none", "low", "high", "xhigh", "max"] };
const embeds: Facts = { ...four, serves: ["embeddings"], context: 8_192, maxOutput: 0, images: false };
const draws: Facts = {
  ...four,
  serves: ["images"],
  maxOutput: 0,
  draws: { sizes: ["1024x1024", "1024x1536", "1536x1024", "auto"], fidelities: ["low", "high"] },
};
const speaks: Facts = { ...four, serves: ["speech"], maxOutput: 0, images: false };
const hears: Facts = { ...four, serves: ["transcriptions"], maxOutput: 0, images: false };
const talks: Facts = { ...four, serves: ["realtime"], context: 32_000, maxOutput: 4_096, audio: true };
const moderates: Facts = { ...four, serves: ["moderations"], maxOutput: 0 };

// Limits and endpoints: https://platform.openai.com/docs/models
// Efforts: https://platform.openai.com/docs/guides/reasoning, …/guides/latest-model
const table: readonly OpenaiModel[] = [
  model("gpt-6-astra", fiveSix),
  model("gpt-6.1-sol", fiveSix),
  model("gpt-6.1-terra", fiveSix),
  model("gpt-6-sol", fiveSix),
  model("gpt-6-luna", fiveSix),
  model("gpt-5.6", fiveSix),
  model("gpt-5.6-sol", fiveSix),
  model("gpt-5.6-terra", fiveSix),
  model("gpt-5.6-luna", fiveSix),
  model("gpt-5.5", fiveFour),
  model("gpt-5.5-pro", fivePro),
  model("gpt-5.4", fiveFour),
  model("gpt-5.4-pro", fivePro),
  model("gpt-5.4-mini", fiveTwo),
  model("gpt-5.4-nano", fiveTwo),
  model("gpt-5.3-chat-latest", chatLatest),
  model("gpt-5.3-codex", { ...codex, efforts: ["medium", "low", "high", "xhigh"] }),
  model("gpt-5.2", fiveTwo),
  model("gpt-5.2-chat-latest", chatLatest),
  model("gpt-5.2-codex", { ...codex, efforts: ["medium", "low", "high", "xhigh"] }),
  model("gpt-5.2-pro", fivePro),
  model("gpt-5.1", fiveOne),
  model("gpt-5.1-mini", fiveOne),
  model("gpt-5.1-chat-latest", chatLatest),
  model("gpt-5.1-codex", codex),
  model("gpt-5.1-codex-mini", codex),
  model("gpt-5.1-codex-max", { ...codex, efforts: ["none", "low", "medium", "high", "xhigh"] }),
  model("gpt-5", five),
  model("gpt-5-mini", five),
  model("gpt-5-nano", five),
  model("gpt-5-codex", codex),
  model("gpt-5-pro", { ...five, serves: ["responses"], maxOutput: 272_000, efforts: ["high"] }),
  model("gpt-5-chat-latest", four),
  model("o4-mini", o),
  model("o4-mini-deep-research", research),
  model("o3", o),
  model("o3-pro", { ...o, serves: ["responses"] }),
  model("o3-mini", { ...o, images: false }),
  model("o3-deep-research", research),
  model("o1", o),
  model("o1-pro", { ...o, serves: ["responses"] }),
  model("codex-mini-latest", { ...o, serves: ["responses"] }),
  model("gpt-4.1", fourOne),
  model("gpt-4.1-mini", fourOne),
  model("gpt-4.1-nano", fourOne),
  model("gpt-4o", four),
  model("gpt-4o-mini", four),
  model("gpt-4o-search-preview", search),
  model("gpt-4o-mini-search-preview", search),
  model("gpt-4o-audio-preview", audio),
  model("gpt-4o-mini-audio-preview", audio),
  model("gpt-audio", audio),
  model("gpt-audio-1.5", audio),
  model("gpt-audio-mini", audio),
  model("chatgpt-4o-latest", { ...four, serves: ["chat", "responses"] }),
  model("gpt-4-turbo", { ...four, maxOutput: 4_096 }),
  model("gpt-4", { ...four, context: 8_192, maxOutput: 8_192, images: false }, /^gpt-4(-0613|-0314)?$/),
  model(
    "gpt-3.5-turbo",
    { ...four, context: 16_385, maxOutput: 4_096, images: false },
    /^gpt-3\.5-turbo(-0125|-1106)?$/,
  ),
  model("tts-1", speaks, /^tts-1(-1106)?$/),
  model("tts-1-hd", speaks, /^tts-1-hd(-1106)?$/),
  model("gpt-4o-mini-tts", speaks),
  model("gpt-realtime", talks),
  model("gpt-realtime-1.5", talks),
  model("gpt-realtime-mini", talks),
  model("gpt-realtime-2", { ...talks, context: 128_000, maxOutput: 32_000 }),
  model("gpt-realtime-2.1", { ...talks, context: 128_000, maxOutput: 32_000 }),
  model("gpt-realtime-2.1-mini", { ...talks, context: 128_000, maxOutput: 32_000 }),
  model("whisper-1", hears),
  model("gpt-4o-transcribe", hears),
  model("gpt-4o-mini-transcribe", hears),
  model("gpt-image-2", { ...draws, draws: { sizes: "any", fidelities: [] } }),
  model("gpt-image-1.5", draws),
  model("gpt-image-1-mini", { ...draws, draws: { sizes: draws.draws?.sizes ?? [], fidelities: ["low"] } }),
  model("text-embedding-3-large", { ...embeds, dimensions: 3_072 }),
  model("text-embedding-3-small", { ...embeds, dimensions: 1_536 }),
  model("text-embedding-ada-002", embeds),
  model("omni-moderation-latest", moderates, /^omni-moderation-(latest|2024-09-26)$/),
];

export const openaiModels: readonly string[] = table.map(({ id }) => id);

/** The model of a name, or undefined where there is none. */
export const openaiModel = (name: string): OpenaiModel | undefined => table.find(({ matches }) => matches.test(name));

/** A self-hosted server runs any model, and refuses nothing by it. */
export const selfHosted = (id: string): OpenaiModel => ({
  ...four,
  id,
  matches: /^/,
  serves: ["chat", "responses", "embeddings"],
  context: Number.POSITIVE_INFINITY,
  maxOutput: Number.POSITIVE_INFINITY,
  efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  audio: true,
  dimensions: 16_384,
  lenient: true,
});
