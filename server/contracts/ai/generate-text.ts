import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { Message, Tool } from "./message.ts";
import { jsonObject, providerMetadata, providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";
import { citations, searchToolName, Source, sourceFields, WebSearch } from "./web-search.ts";

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

/** What every request to write something has. */
export const writingFields = {
  model: ModelName,
  instructions: text(2_000_000).optional().describe("System instructions, put before the conversation"),
  prompt: text(8_000_000).min(1).optional().describe("One message of the user; this or `messages`"),
  messages: z
    .array(Message)
    .min(1)
    .max(10_000)
    .optional()
    .describe("The conversation so far, in the vocabulary of the AI SDK; this or `prompt`"),
  maxOutputTokens: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Most tokens of the answer, reasoning included. What is held follows from it"),
  temperature: z.number().min(0).max(2).optional().describe("0: the likeliest words; higher: more varied ones"),
  topP: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Only the likeliest tokens of so much probability are chosen from"),
  topK: z.int().min(1).max(10_000).optional().describe("Only the likeliest so many tokens are chosen from"),
  presencePenalty: z.number().min(-2).max(2).optional().describe("Above zero: turns to new subjects more"),
  frequencyPenalty: z.number().min(-2).max(2).optional().describe("Above zero: repeats the same words less"),
  stopSequences: z.array(text(256)).max(16).optional().describe("Texts at which the model stops"),
  seed: z.int().optional().describe("The same number makes the same answer likelier, at vendors that know it"),
  reasoning: ReasoningEffort.optional().describe("Reasoning effort, for any vendor"),
  reasoningBudget: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Most reasoning tokens, as part of maxOutputTokens; overrides `reasoning`"),
  webSearch: WebSearch.optional().describe("Lets the model search the web, at vendors whose search can be bounded"),
  providerOptions,
};

interface Asked {
  readonly prompt?: unknown;
  readonly messages?: unknown;
}

/** A prompt or a conversation. */
export const asksOnce = (input: Asked): boolean => (input.prompt === undefined) !== (input.messages === undefined);
export const oneWayToAsk = { error: "exactly one of prompt and messages", path: ["prompt"] };

/** Input of `ai.generateText` and `ai.streamText`. Exactly one of prompt and messages. */
export const GenerateTextInput = z
  .strictObject({
    ...writingFields,
    tools: z.array(Tool).max(128).optional(),
    toolChoice: toolChoice.optional(),
    parallelToolCalls: z.boolean().optional().describe("False: at most one tool call in an answer"),
    responseFormat: responseFormat.optional(),
  })
  .refine(asksOnce, oneWayToAsk)
  .refine(
    ({ tools = [], webSearch }) => webSearch === undefined || tools.every(({ name }) => name !== searchToolName),
    {
      error: `no tool of the name ${searchToolName} beside webSearch`,
      path: ["tools"],
    },
  );
export type GenerateTextInput = z.infer<typeof GenerateTextInput>;

/** Why the model stopped. */
export const FinishReason = z.enum(["stop", "length", "content-filter", "tool-calls", "error", "interrupted", "other"]);
export type FinishReason = z.infer<typeof FinishReason>;

export const warning = z.object({
  type: z.string(),
  setting: z.string().optional().describe("The setting that was not applied"),
  details: z.string().optional().describe("More about it"),
});

/** One part of a generated answer. */
export const ContentPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), citations, providerMetadata }),
  z.object({ type: z.literal("reasoning"), text: z.string(), providerMetadata }),
  z.object({ type: z.literal("file"), mediaType: z.string(), data: z.string().describe("Base64") }),
  z.object({ type: z.literal("source"), ...sourceFields }),
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
  sources: z.array(Source).optional().describe("The pages that a search found, or that the answer cites"),
  finishReason: FinishReason,
  usage: TokenUsage,
  warnings: z.array(warning),
  nexus: ModelFacts,
});
export type GenerateTextOutput = z.infer<typeof GenerateTextOutput>;
