import { z } from "zod";
import { TranscribeInput } from "./transcribe.ts";

/** Base64 of one event; OpenAI's own limit of an append is 15 MiB. */
const maxAudio = 20_971_520;
const maxText = 1_000_000;

const id = z.string().min(1).max(128);
const eventId = { event_id: z.string().max(512).optional() };
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, { error: "Base64" });

const audioFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("audio/pcm"), rate: z.literal(24_000).optional() }),
  z.strictObject({ type: z.literal("audio/pcmu") }),
  z.strictObject({ type: z.literal("audio/pcma") }),
]);

const turn = {
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
  idle_timeout_ms: z.null({ error: "null: a vendor may not begin a paid response by itself" }).optional(),
};
const turnDetection = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("server_vad"),
    threshold: z.number().min(0).max(1).optional(),
    prefix_padding_ms: z.int().min(0).max(60_000).optional(),
    silence_duration_ms: z.int().min(0).max(60_000).optional(),
    ...turn,
  }),
  z.strictObject({
    type: z.literal("semantic_vad"),
    eagerness: z.enum(["low", "medium", "high", "auto"]).optional(),
    ...turn,
  }),
]);

const tool = z.strictObject({
  type: z.literal("function", { error: "function: tools that the vendor itself calls are not priced here" }),
  name: z.string().min(1).max(128),
  description: z.string().max(maxText).optional(),
  parameters: z.looseObject({}).optional(),
});

/** Transcripts of what people say, which Nexus has made: each is a call of `ai.transcribe`. */
const transcription = TranscribeInput.pick({ model: true, language: true, prompt: true });
export type RealtimeTranscription = z.infer<typeof transcription>;

const outputLimit = z.union([z.literal("inf"), z.int().min(1).max(32_000)]);
const modalities = z.array(z.enum(["text", "audio"])).length(1, { error: "one of text and audio" });
const voice = z.string({ error: "the name of one of the vendor's voices" }).min(1).max(64);
const outputFields = { format: audioFormat.optional(), voice: voice.optional() };

/** What of a session and of a single response can be set alike. */
const shared = {
  instructions: z.string().max(maxText).optional(),
  max_output_tokens: outputLimit.optional(),
  output_modalities: modalities.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: z.strictObject({ effort: z.enum(["minimal", "low", "medium", "high", "xhigh"]).optional() }).optional(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.strictObject({ type: z.literal("function"), name: z.string().min(1).max(128) }),
    ])
    .optional(),
  tools: z.array(tool).max(128).optional(),
};

/** A session as its client may set it. */
export const RealtimeSession = z.strictObject({
  type: z.literal("realtime", {
    error: "realtime: recordings are transcribed by /v1/audio/transcriptions, or by the session's own model",
  }),
  model: z.string().max(256).optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: audioFormat.optional(),
          noise_reduction: z
            .strictObject({ type: z.enum(["near_field", "far_field"]), strength: z.number().min(0).optional() })
            .nullish(),
          transcription: transcription.nullish(),
          turn_detection: turnDetection.nullish(),
        })
        .optional(),
      output: z.strictObject({ ...outputFields, speed: z.number().min(0.25).max(1.5).optional() }).optional(),
    })
    .optional(),
  truncation: z
    .union([
      z.enum(["auto", "disabled"]),
      z.strictObject({
        type: z.literal("retention_ratio"),
        retention_ratio: z.number().min(0).max(1),
        token_limits: z.strictObject({ post_instructions: z.int().min(0).optional() }).optional(),
      }),
    ])
    .optional(),
  include: z.array(z.never({ error: "absent: how likely a transcript's words are is not told here" })).nullish(),
  /** Taken and left out: traces would lie in an account that many share. */
  tracing: z.union([z.literal("auto"), z.looseObject({})]).nullish(),
  prompt: z.null({ error: "null: what is kept at the vendor belongs to an account that many share" }).optional(),
  ...shared,
});
export type RealtimeSession = z.infer<typeof RealtimeSession>;

const heard = { audio: base64.max(maxAudio).optional(), transcript: z.string().max(maxText).nullish() };
const message = {
  id: id.optional(),
  object: z.literal("realtime.item").optional(),
  status: z.enum(["completed", "incomplete", "in_progress"]).optional(),
};
const inputText = z.strictObject({ type: z.literal("input_text"), text: z.string().max(maxText) });

/** Something said or asked for, as its client may add it to the conversation. */
const item = z.union(
  [
    z.strictObject({
      ...message,
      type: z.literal("message"),
      role: z.literal("system"),
      content: z.array(inputText).max(64),
    }),
    z.strictObject({
      ...message,
      type: z.literal("message"),
      role: z.literal("user"),
      content: z
        .array(
          z.discriminatedUnion("type", [
            inputText,
            z.strictObject({ type: z.literal("input_audio"), ...heard }),
            z.strictObject({
              type: z.literal("input_image"),
              image_url: z
                .string()
                .max(maxAudio)
                .regex(/^data:image\/[a-z+.-]+;base64,/, { error: "an image as a data: URL" }),
              detail: z.enum(["auto", "low", "high"]).optional(),
            }),
          ]),
        )
        .max(64),
    }),
    z.strictObject({
      ...message,
      type: z.literal("message"),
      role: z.literal("assistant"),
      content: z
        .array(
          z.discriminatedUnion("type", [
            z.strictObject({ type: z.literal("output_text"), text: z.string().max(maxText) }),
            z.strictObject({ type: z.literal("output_audio"), ...heard }),
          ]),
        )
        .max(64),
    }),
    z.strictObject({
      ...message,
      type: z.literal("function_call"),
      name: z.string().min(1).max(128),
      arguments: z.string().max(maxText),
      call_id: id.optional(),
    }),
    z.strictObject({
      ...message,
      type: z.literal("function_call_output"),
      call_id: id,
      output: z.string().max(maxText),
    }),
  ],
  { error: "a message, a function_call or a function_call_output" },
);
export type RealtimeItem = z.infer<typeof item>;

/** What one response is asked for; the session's own settings hold for what is left out. */
const response = z.strictObject({
  ...shared,
  audio: z.strictObject({ output: z.strictObject(outputFields).optional() }).optional(),
  conversation: z.enum(["auto", "none"]).optional(),
  input: z
    .array(z.union([item, z.strictObject({ type: z.literal("item_reference"), id })]))
    .max(256)
    .optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  prompt: RealtimeSession.shape.prompt,
});
export type RealtimeResponse = z.infer<typeof response>;

const event = <const T extends string, S extends z.core.$ZodShape>(type: T, shape: S) =>
  z.strictObject({ ...eventId, type: z.literal(type), ...shape });

/** Everything that a client of a realtime session may send, by OpenAI's names. */
export const RealtimeClientEvent = z.discriminatedUnion("type", [
  event("session.update", { session: RealtimeSession }),
  event("input_audio_buffer.append", { audio: base64.min(1).max(maxAudio) }),
  event("input_audio_buffer.commit", {}),
  event("input_audio_buffer.clear", {}),
  event("conversation.item.create", { item, previous_item_id: id.nullish() }),
  event("conversation.item.retrieve", { item_id: id }),
  event("conversation.item.truncate", { item_id: id, content_index: z.int().min(0), audio_end_ms: z.int().min(0) }),
  event("conversation.item.delete", { item_id: id }),
  event("response.create", { response: response.optional() }),
  event("response.cancel", { response_id: id.optional() }),
]);
export type RealtimeClientEvent = z.infer<typeof RealtimeClientEvent>;

/** Input of `ai.realtime`: one response of a session. */
export const RealtimeInput = event("response.create", { response: response.optional() });

/** What a response's last event tells. */
export const RealtimeOutput = z.looseObject({ type: z.literal("response.done") });
