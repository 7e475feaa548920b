import { z } from "zod";
import { ModelName } from "./model-name.ts";
import { defineAiOperation } from "./ai-operation.ts";
import { NexusFacts } from "./nexus-facts.ts";
import { defineOperation } from "./operation.ts";
import { credentialTiers } from "./units.ts";

const text = (max: number) => z.string().max(max);
const json = z.json();
const jsonObject = z.record(z.string().max(256), json);

/** Options a vendor understands, by vendor id; passed through untouched. */
const providerOptions = z.record(z.string().max(64), jsonObject).optional();

/**
 * What a vendor wants to see again in the next turn, by vendor id: the signatures of its thinking. Send it back as the
 * part's `providerOptions`.
 */
const ProviderMetadata = z.record(z.string(), z.record(z.string(), z.string()));
export type ProviderMetadata = z.infer<typeof ProviderMetadata>;

const providerMetadata = ProviderMetadata.optional();

const textPart = z.strictObject({ type: z.literal("text"), text: text(8_000_000), providerOptions });

const contents = {
  data: text(16_000_000).optional().describe("Base64 without a data: prefix"),
  url: z
    .url({ protocol: /^https$/ })
    .max(8_192)
    .optional()
    .describe("Public https address; fetched without credentials"),
};
const hasOne = (part: { readonly data?: unknown; readonly url?: unknown }): boolean =>
  (part.data === undefined) !== (part.url === undefined);
const oneOfThem = { error: "exactly one of data and url" };

const filePart = z
  .strictObject({
    type: z.literal("file"),
    mediaType: text(128).describe("IANA media type; image/* for any image"),
    ...contents,
    filename: text(256).optional(),
    providerOptions,
  })
  .refine(hasOne, oneOfThem);

const reasoningPart = z.strictObject({ type: z.literal("reasoning"), text: text(2_000_000), providerOptions });

const toolCallPart = z.strictObject({
  type: z.literal("tool-call"),
  toolCallId: text(256),
  toolName: text(256),
  input: json.describe("Arguments as JSON"),
  providerOptions,
});

const toolResultPart = z.strictObject({
  type: z.literal("tool-result"),
  toolCallId: text(256),
  toolName: text(256),
  output: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text"), value: text(2_000_000) }),
    z.strictObject({ type: z.literal("json"), value: json }),
    z.strictObject({ type: z.literal("error-text"), value: text(2_000_000) }),
    z.strictObject({ type: z.literal("error-json"), value: json }),
    z.strictObject({
      type: z.literal("content"),
      value: z
        .array(z.union([textPart, filePart]))
        .min(1)
        .max(1_000),
    }),
  ]),
  providerOptions,
});

/** One message of a conversation, in the vocabulary of the AI SDK. */
export const Message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: text(2_000_000), providerOptions }),
  z.strictObject({
    role: z.literal("user"),
    content: z.union([
      text(8_000_000),
      z
        .array(z.union([textPart, filePart]))
        .min(1)
        .max(1_000),
    ]),
    providerOptions,
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([
      text(8_000_000),
      z
        .array(z.union([textPart, filePart, reasoningPart, toolCallPart]))
        .min(1)
        .max(1_000),
    ]),
    providerOptions,
  }),
  z.strictObject({ role: z.literal("tool"), content: z.array(toolResultPart).min(1).max(1_000), providerOptions }),
]);
export type Message = z.infer<typeof Message>;

/** A function the model may call; Nexus never executes it. */
export const Tool = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  description: text(32_768).optional(),
  inputSchema: jsonObject.describe("JSON Schema of the arguments"),
  strict: z.boolean().optional(),
});
export type Tool = z.infer<typeof Tool>;

const toolChoice = z.union([
  z.enum(["auto", "none", "required"]),
  z.strictObject({ type: z.literal("tool"), toolName: text(256) }),
]);

const responseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({
    type: z.literal("json"),
    schema: jsonObject.optional(),
    name: text(128).optional(),
    description: text(4_096).optional(),
  }),
]);

const ReasoningEffort = z.enum(["provider-default", "none", "minimal", "low", "medium", "high", "xhigh", "max"]);
export type ReasoningEffort = z.infer<typeof ReasoningEffort>;

/** Input of `ai.generateText` and `ai.streamText`. Exactly one of prompt and messages. */
export const GenerateTextInput = z
  .strictObject({
    model: ModelName,
    instructions: text(2_000_000).optional().describe("System instructions, put before the conversation"),
    prompt: text(8_000_000).min(1).optional(),
    messages: z.array(Message).min(1).max(10_000).optional(),
    tools: z.array(Tool).max(128).optional(),
    toolChoice: toolChoice.optional(),
    parallelToolCalls: z.boolean().optional().describe("False: at most one tool call in an answer"),
    responseFormat: responseFormat.optional(),
    maxOutputTokens: z.int().min(1).max(1_000_000).optional(),
    temperature: z.number().min(0).max(2).optional(),
    topP: z.number().min(0).max(1).optional(),
    topK: z.int().min(1).max(10_000).optional(),
    presencePenalty: z.number().min(-2).max(2).optional(),
    frequencyPenalty: z.number().min(-2).max(2).optional(),
    stopSequences: z.array(text(256)).max(16).optional(),
    seed: z.int().optional(),
    reasoning: ReasoningEffort.optional().describe("Reasoning effort, for any vendor"),
    reasoningBudget: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("Most reasoning tokens, as part of maxOutputTokens; overrides `reasoning`"),
    providerOptions,
  })
  .refine((input) => (input.prompt === undefined) !== (input.messages === undefined), {
    error: "exactly one of prompt and messages",
    path: ["prompt"],
  });
export type GenerateTextInput = z.infer<typeof GenerateTextInput>;

/** Why the model stopped. */
export const FinishReason = z.enum(["stop", "length", "content-filter", "tool-calls", "error", "interrupted", "other"]);
export type FinishReason = z.infer<typeof FinishReason>;

const TokenUsage = z.object({
  inputTokens: z.int().nullable().describe("All input tokens, cached ones included"),
  outputTokens: z.int().nullable().describe("All output tokens, reasoning included"),
  cachedInputTokens: z.int().nullable(),
  reasoningTokens: z.int().nullable(),
  units: z.record(z.string(), z.int()).describe("Metered units by disjoint class"),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

const warning = z.object({ type: z.string(), setting: z.string().optional(), details: z.string().optional() });

/** One part of a generated answer. */
export const ContentPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), providerMetadata }),
  z.object({ type: z.literal("reasoning"), text: z.string(), providerMetadata }),
  z.object({ type: z.literal("file"), mediaType: z.string(), data: z.string().describe("Base64") }),
  z.object({ type: z.literal("source"), id: z.string(), url: z.string().optional(), title: z.string().optional() }),
  z.object({
    type: z.literal("tool-call"),
    toolCallId: z.string(),
    toolName: z.string(),
    input: z.string().describe("Arguments as JSON text, as the model wrote them"),
    providerMetadata,
  }),
]);
export type ContentPart = z.infer<typeof ContentPart>;

export const GenerateTextOutput = z.object({
  text: z.string().describe("All text parts joined"),
  content: z.array(ContentPart),
  toolCalls: z.array(z.object({ toolCallId: z.string(), toolName: z.string(), input: z.string() })),
  finishReason: FinishReason,
  usage: TokenUsage,
  warnings: z.array(warning),
  nexus: NexusFacts,
});
export type GenerateTextOutput = z.infer<typeof GenerateTextOutput>;

/** One part of a streamed answer; `finish` is last, or `error`. */
export const StreamPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stream-start"), operationId: z.string(), warnings: z.array(warning) }),
  z.object({ type: z.literal("text-start"), id: z.string(), providerMetadata }),
  z.object({ type: z.literal("text-delta"), id: z.string(), delta: z.string(), providerMetadata }),
  z.object({ type: z.literal("text-end"), id: z.string(), providerMetadata }),
  z.object({ type: z.literal("reasoning-start"), id: z.string(), providerMetadata }),
  z.object({ type: z.literal("reasoning-delta"), id: z.string(), delta: z.string(), providerMetadata }),
  z.object({ type: z.literal("reasoning-end"), id: z.string(), providerMetadata }),
  z.object({ type: z.literal("tool-input-start"), id: z.string(), toolName: z.string(), providerMetadata }),
  z.object({ type: z.literal("tool-input-delta"), id: z.string(), delta: z.string() }),
  z.object({ type: z.literal("tool-input-end"), id: z.string() }),
  z.object({
    type: z.literal("tool-call"),
    toolCallId: z.string(),
    toolName: z.string(),
    input: z.string(),
    providerMetadata,
  }),
  z.object({ type: z.literal("source"), id: z.string(), url: z.string().optional(), title: z.string().optional() }),
  z.object({ type: z.literal("file"), mediaType: z.string(), data: z.string() }),
  z.object({ type: z.literal("finish"), finishReason: FinishReason, usage: TokenUsage, nexus: NexusFacts }),
  z.object({
    type: z.literal("error"),
    error: z.object({
      code: z.string(),
      message: z.string(),
      effect: z.enum(["none", "done", "unknown"]),
      operationId: z.string().optional(),
    }),
  }),
]);
export type StreamPart = z.infer<typeof StreamPart>;

export const EmbedInput = z.strictObject({
  model: ModelName,
  values: z.array(text(200_000).min(1)).min(1).max(2_048),
  dimensions: z.int().min(1).max(16_384).optional(),
  providerOptions,
});
export type EmbedInput = z.infer<typeof EmbedInput>;

export const EmbedOutput = z.object({
  embeddings: z.array(z.array(z.number())).describe("One vector for each value, in order"),
  usage: TokenUsage,
  nexus: NexusFacts,
});
export type EmbedOutput = z.infer<typeof EmbedOutput>;

const moderatedText = z.strictObject({ type: z.literal("text"), text: text(2_000_000).min(1) });
const moderatedImage = z
  .strictObject({
    type: z.literal("file"),
    mediaType: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
    ...contents,
  })
  .refine(hasOne, oneOfThem);

/** Input of `ai.moderate`: texts and images, which are judged together. */
export const ModerateInput = z.strictObject({
  model: ModelName,
  content: z
    .union([
      text(2_000_000).min(1),
      z
        .array(z.discriminatedUnion("type", [moderatedText, moderatedImage]))
        .min(1)
        .max(100),
    ])
    .describe(
      "A text, or texts and images; all of it is judged together. How many images a model takes is its vendor's",
    ),
});
export type ModerateInput = z.infer<typeof ModerateInput>;

export const ModerateOutput = z.object({
  flagged: z.boolean().describe("The vendor holds the content to be harmful in at least one category"),
  categories: z
    .record(z.string(), z.boolean())
    .describe("By the vendor's own names; false also where a category does not look at such content"),
  scores: z.record(z.string(), z.number()).describe("How sure the model is of each category, from 0 to 1"),
  usage: TokenUsage,
  nexus: NexusFacts,
});
export type ModerateOutput = z.infer<typeof ModerateOutput>;

export const ModelsInput = z.strictObject({ vendor: text(64).optional() });

/** A model the caller may use, and who would pay for it. */
export const ModelInfo = z.object({
  id: z.string().describe("vendor/model"),
  vendor: z.string(),
  model: z.string(),
  operations: z.array(z.string()),
  contextWindow: z.int().nullable(),
  credentialTier: z.enum(credentialTiers).nullable().describe("Null: no credential is stored for the vendor"),
  prices: z.record(z.string(), z.string()).describe("Nano-USD per million units, by unit class, as decimal strings"),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
export const ModelsOutput = z.object({ models: z.array(ModelInfo) });

/** The metered operations of the AI family, and its free listing. */
export const ai = {
  generateText: defineAiOperation({
    id: "ai.generateText",
    family: "ai",
    effect: "read",
    skill: "text",
    unitClasses: ["input", "output"],
    permission: "srv_nexus.ai:invoke",
    summary: "Generate text, tool calls or a JSON object",
    input: GenerateTextInput,
    output: GenerateTextOutput,
  }),
  streamText: defineAiOperation({
    id: "ai.streamText",
    family: "ai",
    effect: "read",
    skill: "text",
    unitClasses: ["input", "output"],
    permission: "srv_nexus.ai:invoke",
    summary: "Generate text as a stream of parts",
    input: GenerateTextInput,
    output: StreamPart,
  }),
  embed: defineAiOperation({
    id: "ai.embed",
    family: "ai",
    effect: "read",
    skill: "embeddings",
    unitClasses: ["input"],
    permission: "srv_nexus.ai:invoke",
    summary: "Turn texts into vectors",
    input: EmbedInput,
    output: EmbedOutput,
  }),
  moderate: defineAiOperation({
    id: "ai.moderate",
    family: "ai",
    effect: "read",
    skill: "moderation",
    unitClasses: ["input"],
    permission: "srv_nexus.ai:invoke",
    summary: "Judge whether texts and images are harmful",
    input: ModerateInput,
    output: ModerateOutput,
  }),
  models: defineOperation({
    id: "ai.models",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:read",
    summary: "List the models the caller may use, with prices",
    input: ModelsInput,
    output: ModelsOutput,
  }),
} as const;

/** What a model can be asked for. */
export type ModelSkill = Extract<(typeof ai)[keyof typeof ai], { readonly skill: string }>["skill"];
