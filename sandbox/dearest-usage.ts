import { claudeModel } from "./anthropic/models.ts";
import { geminiModel } from "./google/models.ts";
import { openaiModel } from "./openai/models.ts";
import { listOf, finiteNumberOf, objectOf, stringOf } from "./read-json.ts";
import type { JsonObject } from "./read-json.ts";
import type { SandboxVendorId } from "./vendor.ts";

/** A request whose usage is told. */
export interface UsageRequest {
  readonly vendor: SandboxVendorId;
  readonly path: string;
  readonly model: string;
  readonly body: unknown;
}

/** What whoever scripts the fault knows of a medium: the sandbox does not look into files. */
interface Known {
  readonly kind: string;
  readonly numbers: readonly number[];
}

/** `audio:3600+image:640x480+video:60:1+document:12:5000`: seconds; pixels; seconds and sound; pages and bytes of text. */
const knownMedia = (text: string): readonly Known[] =>
  text
    .split("+")
    .filter((one) => one !== "")
    .map((one) => {
      const [kind = "", ...rest] = one.split(/[:x]/);
      return { kind, numbers: rest.map(Number) };
    });

interface MediaTokens {
  readonly text: number;
  readonly image: number;
  readonly audio: number;
  readonly video: number;
}

const nothing: MediaTokens = { text: 0, image: 0, audio: 0, video: 0 };

const add = (one: MediaTokens, other: Partial<MediaTokens>): MediaTokens => ({
  text: one.text + (other.text ?? 0),
  image: one.image + (other.image ?? 0),
  audio: one.audio + (other.audio ?? 0),
  video: one.video + (other.video ?? 0),
});

type Counting = (known: Known, model: string) => Partial<MediaTokens>;

// https://ai.google.dev/gemini-api/docs/tokens and …/media-resolution
const google: Counting = ({ kind, numbers: [first = 0, second = 0] }, model) => {
  const resolved = /^gemini-[3-9]/.test(model);
  if (kind === "audio") return { audio: Math.ceil(first * 32) };
  if (kind === "video") return { video: Math.ceil(first * 263), audio: second > 0 ? Math.ceil(first * 32) : 0 };
  if (kind === "document") return { text: first * (resolved ? 1_120 : 258) + second };
  const side = Math.max(256, Math.min(768, Math.floor(Math.min(first, second) / 1.5)));
  const tiles = first <= 384 && second <= 384 ? 1 : Math.ceil(first / side) * Math.ceil(second / side);
  return { image: resolved ? 1_120 : Math.min(tiles, 16) * 258 };
};

// https://platform.claude.com/docs/en/build-with-claude/vision and …/pdf-support
const anthropic: Counting = ({ kind, numbers: [first = 0, second = 0] }, model) => {
  const most = /opus-4-[78]|-5/.test(model.replace(/-4-5/, "")) ? 4_784 : 1_600;
  if (kind === "document") return { text: Math.max(first * 3_000, second) + first * most };
  return { image: Math.min(Math.ceil((first * second) / 750), most) };
};

// https://platform.openai.com/docs/guides/images-vision, …/pdf-files and …/realtime-costs
const openai: Counting = ({ kind, numbers: [first = 0, second = 0] }, model) => {
  const [base, tile] = model.includes("4o-mini") ? [2_833, 5_667] : [85, 170];
  if (kind === "audio") return { audio: Math.ceil(first * 10) };
  if (kind === "document") return { text: second + first * (base + 6 * tile) };
  const fit = Math.min(1, 2_048 / Math.max(first, second));
  const scale = fit * Math.min(1, 768 / (Math.min(first, second) * fit));
  const tiles = Math.ceil((first * scale) / 512) * Math.ceil((second * scale) / 512);
  return { image: base + tile * tiles };
};

const countings: Readonly<Record<SandboxVendorId, Counting>> = {
  google,
  vertex: google,
  anthropic,
  openai,
  azure: openai,
  bedrock: openai,
  mistral: openai,
  groq: openai,
  xai: openai,
  cohere: openai,
  // What those make is billed by its size alone.
  elevenlabs: openai,
  deepgram: openai,
  fal: openai,
  // Whoever made the model counts.
  compatible: (known, model) =>
    (model.startsWith("google/") ? google : model.startsWith("anthropic/") ? anthropic : openai)(
      known,
      model.slice(model.indexOf("/") + 1),
    ),
};

/** Tokens the model takes: a request with more is refused, and costs nothing. */
const contextOf = (model: string): number => {
  const name = model.slice(model.lastIndexOf("/") + 1);
  const known = claudeModel(name.replaceAll(".", "-")) ?? geminiModel(name) ?? openaiModel(name);
  return known?.context ?? Number.POSITIVE_INFINITY;
};

/** As much of the media as the model takes, what costs most first. */
const within = (limit: number, { audio, image, video, text }: MediaTokens): MediaTokens => {
  let left = limit;
  const take = (tokens: number): number => {
    const taken = Math.min(tokens, left);
    left -= taken;
    return taken;
  };
  return { audio: take(audio), image: take(image), video: take(video), text: take(text) };
};

/** Anthropic's prompts before tools: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview */
const toolPrompts: readonly (readonly [string, number])[] = [
  ["bash_", 245],
  ["text_editor_", 700],
  ["computer_", 735 + 466],
];

function preambleOf({ vendor, body }: UsageRequest): number {
  const types = listOf(objectOf(body)["tools"]).map((tool) => stringOf(objectOf(tool)["type"]));
  if (vendor !== "anthropic" || types.length === 0) return 0;
  const own = types.map((type) => toolPrompts.find(([start]) => type.startsWith(start))?.[1] ?? 0);
  return own.reduce((sum, one) => sum + one, 346);
}

const inline = /^data:[^,]{1,256};base64,/;
const carriers: ReadonlySet<string> = new Set(["data", "file_data"]);

/** Bytes of every text in a request, and of every name: files are counted as what they are. */
function bytesOfTexts(value: unknown, name = ""): number {
  if (typeof value === "string") return carriers.has(name) || inline.test(value) ? 0 : Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + bytesOfTexts(one, name), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, one]) => sum + Buffer.byteLength(key) + bytesOfTexts(one, key), 0);
}

/** A byte is the least a token can be. */
const textTokens = (asked: UsageRequest): number => bytesOfTexts(asked.body) + 256 + preambleOf(asked);

const marksCache = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(marksCache)
    : typeof value === "object" &&
      value !== null &&
      ("cache_control" in value || Object.values(value).some(marksCache));

interface Searching {
  readonly most: number;
  /** Tokens of one pass. */
  readonly window: number;
}

/** A search among the tools of a request, and how often it may be made. */
function searchOf({ body }: UsageRequest): number | undefined {
  const given = objectOf(body);
  const tools = listOf(given["tools"]).map(objectOf);
  const tool = tools.find((one) => stringOf(one["type"]).startsWith("web_search"));
  if (tool !== undefined) return finiteNumberOf(given["max_tool_calls"]) ?? finiteNumberOf(tool["max_uses"]) ?? 99;
  return tools.some((one) => "googleSearch" in one) ? 1 : undefined;
}

/** https://platform.openai.com/docs/guides/tools-web-search#limitations: a pass for each call, and one to answer. */
const passesOfResponses = ({ most, window }: Searching): number => (most + 1) * window;

function chatUsage(asked: UsageRequest, media: MediaTokens): JsonObject {
  const body = objectOf(asked.body);
  const input = textTokens(asked) + media.text + media.image + media.video;
  const output =
    (finiteNumberOf(body["max_completion_tokens"]) ?? finiteNumberOf(body["max_tokens"]) ?? 0) *
    (finiteNumberOf(body["n"]) ?? 1);
  const writes = /gpt-(5\.[6-9]|[6-9])/.test(asked.model) ? { cache_write_tokens: input } : {};
  return {
    prompt_tokens: input + media.audio,
    completion_tokens: output,
    total_tokens: input + media.audio + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: media.audio, ...writes },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: listOf(body["modalities"]).includes("audio") ? output : 0,
    },
  };
}

function responsesUsage(asked: UsageRequest, media: MediaTokens): JsonObject {
  const most = searchOf(asked);
  const input =
    most === undefined
      ? textTokens(asked) + media.text + media.image
      : passesOfResponses({ most, window: Math.min(contextOf(asked.model), 128_000) });
  const output = finiteNumberOf(objectOf(asked.body)["max_output_tokens"]) ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}

/** Ten passes of the whole window, each written to the cache: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
function searchedUsage(asked: UsageRequest, most: number): JsonObject {
  const body = objectOf(asked.body);
  const input = 10 * contextOf(asked.model);
  const [short, long] = marksCache(body) ? [0, input] : [input, 0];
  return {
    input_tokens: 0,
    cache_creation_input_tokens: input,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
    output_tokens: finiteNumberOf(body["max_tokens"]) ?? 0,
    server_tool_use: { web_search_requests: most, web_fetch_requests: 0 },
    service_tier: "standard",
  };
}

function messagesUsage(asked: UsageRequest, media: MediaTokens): JsonObject {
  const body = objectOf(asked.body);
  const most = searchOf(asked);
  if (most !== undefined) return searchedUsage(asked, most);
  const input = textTokens(asked) + media.text + media.image;
  const written = marksCache(body) ? input : 0;
  return {
    input_tokens: input - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written },
    output_tokens: finiteNumberOf(body["max_tokens"]) ?? 0,
    service_tier: "standard",
  };
}

function generateUsage(asked: UsageRequest, media: MediaTokens): JsonObject {
  const text = textTokens(asked) + media.text;
  const prompt = text + media.image + media.audio + media.video;
  const found = searchOf(asked) === undefined ? 0 : contextOf(asked.model);
  const draws = asked.model.includes("image");
  const limit = finiteNumberOf(objectOf(objectOf(asked.body)["generationConfig"])["maxOutputTokens"]) ?? 0;
  const output = draws ? Math.max(limit, 2_520) : limit;
  const details = [
    { modality: "TEXT", tokenCount: text },
    { modality: "IMAGE", tokenCount: media.image },
    { modality: "AUDIO", tokenCount: media.audio },
    { modality: "VIDEO", tokenCount: media.video },
  ].filter(({ tokenCount }) => tokenCount > 0);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output,
    ...(found === 0 ? {} : { toolUsePromptTokenCount: found }),
    totalTokenCount: prompt + output + found,
    promptTokensDetails: details,
    ...(draws ? { candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: output }] } : {}),
  };
}

/** The usage object of a request at its dearest: as many tokens as the vendor's documentation allows, where they cost most. */
export function dearestUsage(asked: UsageRequest, media: unknown, truth: JsonObject): JsonObject {
  const all = knownMedia(stringOf(media)).reduce(
    (sum, known) => add(sum, countings[asked.vendor](known, asked.model)),
    nothing,
  );
  const tokens = within(contextOf(asked.model), all);
  if (asked.path.endsWith("/messages")) return messagesUsage(asked, tokens);
  if (asked.path.endsWith("/chat/completions")) return chatUsage(asked, tokens);
  if (asked.path.endsWith("/responses")) return responsesUsage(asked, tokens);
  return asked.vendor === "google" && asked.path.includes("enerateContent") ? generateUsage(asked, tokens) : truth;
}
