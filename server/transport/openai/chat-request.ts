import { z } from "zod";
import type { WebSearch } from "../../contracts/ai/web-search.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { chatSearch } from "../dialect/hosted-tools.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { chatFields } from "./openai-fields.ts";

const contentPart = z.looseObject({ type: z.string().max(64) });

const content = z
  .union([z.string(), z.array(contentPart).max(1_000)], { error: "a string or a list of content parts" })
  .nullish();

const toolCall = z.looseObject({
  id: z.string().max(256),
  type: z.string().max(64).optional(),
  function: z.looseObject({ name: z.string().max(256), arguments: z.string() }).optional(),
});

const earlierAudio = z.looseObject({ id: z.string().min(1).max(256) }).meta({ id: "EarlierChatAudio" });

const ChatMessage = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content,
  images: z.array(contentPart).max(1_000).nullish().describe("Images that the model made, in OpenRouter's format"),
  audio: earlierAudio.nullish().describe("An earlier answer that was spoken"),
  tool_calls: z.array(toolCall).max(128).nullish(),
  tool_call_id: z.string().max(256).nullish(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

const chatTool = z.looseObject({
  type: z.enum(["function", "custom"], {
    error: "function or custom: tools that a vendor runs by itself are not priced",
  }),
  function: z
    .looseObject({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -, at most 128"),
      description: z.string().max(32_768).nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    })
    .optional(),
});

const toolChoice = z.union(
  [
    z.enum(["none", "auto", "required"]),
    z.looseObject({ type: z.string().max(64), function: z.looseObject({ name: z.string().max(256) }).optional() }),
  ],
  { error: "none, auto, required or a named function" },
);

const responseFormat = z.looseObject({
  type: z.enum(["text", "json_object", "json_schema"]),
  json_schema: z
    .looseObject({
      name: z.string().max(128),
      description: z.string().max(4_096).nullish(),
      schema: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    })
    .optional(),
});

const formats = ["wav", "mp3", "flac", "opus", "aac", "pcm16"] as const;

const ownVoice = z.strictObject({ id: z.string().min(1).max(256) }).meta({ id: "OwnVoice" });

const chatAudio = z
  .strictObject({
    voice: z.union([z.string().min(1).max(128), ownVoice], {
      error: "the name of a voice, such as alloy, or { id } of one of your own",
    }),
    format: z.enum(formats, { error: `one of ${formats.join(", ")}` }),
  })
  .meta({ id: "ChatAudio" });

const effort = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

/**
 * Body of POST /v1/chat/completions. Fields that Nexus enforces or translates are validated here; others are passed on
 * unchanged if `chatFields` lists them, and refused otherwise. As in OpenAI's API, null means absent.
 */
export const ChatRequest = z.looseObject({
  model: ModelName,
  messages: z.array(ChatMessage).min(1).max(10_000),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).max(1_000_000).nullish(),
  max_completion_tokens: z.int().min(1).max(1_000_000).nullish(),
  n: z.int().min(1).max(128).nullish(),
  tools: z.array(chatTool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  response_format: responseFormat.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(1).max(10_000).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  stop: z
    .union([z.string().max(256), z.array(z.string().max(256)).max(16)], { error: "a string or a list of strings" })
    .nullish(),
  seed: z.int().nullish(),
  web_search_options: z.record(z.string().max(64), z.unknown()).nullish(),
  reasoning_effort: effort.nullish(),
  reasoning: z
    .looseObject({
      effort: effort.nullish(),
      max_tokens: z.int().min(0).max(1_000_000).nullish(),
      enabled: z.boolean().nullish(),
      exclude: z.boolean().nullish(),
    })
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  modalities: z
    .array(z.enum(["text", "audio"], { error: "text or audio: other outputs are not priced on this API" }))
    .max(2)
    .nullish(),
  audio: chatAudio.nullish(),
  service_tier: z
    .enum(["auto", "default", "standard"], { error: "auto or default: other tiers have other prices" })
    .nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Validates a chat body, without changing it. */
export const parseChatRequest = (body: unknown): ChatRequest => {
  const request = parseInput(ChatRequest, body);
  if (typeof request.max_tokens === "number" && typeof request.max_completion_tokens === "number") {
    throw new NexusError("INVALID_INPUT", {
      message: "Send max_completion_tokens or max_tokens, not both.",
      issues: [{ field: "max_tokens", expected: "absent beside max_completion_tokens" }],
    });
  }
  requireKnownFields(asRecord(body), chatFields);
  searchOfChat(request);
  requireSpeakable(request);
  return request;
};

const asksForSound = ({ modalities }: ChatRequest): boolean => modalities?.includes("audio") === true;

const invalid = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** A stream cannot be encoded as a file whose head says how long it is. */
const requireSpeakable = (request: ChatRequest): void => {
  if (!asksForSound(request)) return;
  const { audio, stream } = request;
  if (audio === undefined || audio === null)
    throw invalid(
      "audio",
      'a voice and a format beside modalities with audio, such as { "voice": "alloy", "format": "wav" }',
    );
  if (stream === true && audio.format !== "pcm16") throw invalid("audio.format", "pcm16, the only format of streams");
};

/** The field that asks for an answer that is spoken; undefined where none does. What a voice is for is not asked twice. */
export const spokenField = (request: ChatRequest): "modalities" | "audio" | undefined => {
  if (asksForSound(request)) return "modalities";
  return request.audio === undefined || request.audio === null ? undefined : "audio";
};

/** The field that names a voice of somebody's own, which is kept at the vendor. */
export const ownVoiceField = ({ audio }: ChatRequest): string | undefined => {
  if (audio === undefined || audio === null) return undefined;
  const own = typeof audio.voice === "string" ? audio.voice.startsWith("voice_") : true;
  return own ? "audio.voice" : undefined;
};

/** The search of the web that a request asks for; throws where it is not offered as it was asked for. */
export const searchOfChat = ({ web_search_options: options }: ChatRequest): WebSearch | undefined =>
  options === undefined || options === null ? undefined : chatSearch(options, "web_search_options");

/** The most output tokens that the caller asks for. */
export const outputLimitAsked = (request: ChatRequest): number | undefined =>
  request.max_completion_tokens ?? request.max_tokens ?? undefined;
