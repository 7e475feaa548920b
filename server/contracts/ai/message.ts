import { z } from "zod";
import { filePart, jsonObject, jsonValue, providerOptions, text, textPart } from "./parts.ts";

const reasoningPart = z.strictObject({ type: z.literal("reasoning"), text: text(2_000_000), providerOptions });

const toolCallPart = z.strictObject({
  type: z.literal("tool-call"),
  toolCallId: text(256),
  toolName: text(256),
  input: jsonValue.describe("Arguments as JSON"),
  providerOptions,
});

const toolResultPart = z.strictObject({
  type: z.literal("tool-result"),
  toolCallId: text(256),
  toolName: text(256),
  output: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text"), value: text(2_000_000) }),
    z.strictObject({ type: z.literal("json"), value: jsonValue }),
    z.strictObject({ type: z.literal("error-text"), value: text(2_000_000) }),
    z.strictObject({ type: z.literal("error-json"), value: jsonValue }),
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
