import { z } from "zod";
import { ModelFacts } from "../nexus-facts.ts";
import { FinishReason, warning } from "./generate-text.ts";
import { providerMetadata } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";
import { citations, sourceFields } from "./web-search.ts";

/** One part of a streamed answer; `finish` is last, or `error`. */
export const StreamPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stream-start"), operationId: z.string(), warnings: z.array(warning) }),
  z.object({ type: z.literal("text-start"), id: z.string(), providerMetadata }),
  z.object({ type: z.literal("text-delta"), id: z.string(), delta: z.string(), providerMetadata }),
  z.object({ type: z.literal("text-end"), id: z.string(), citations, providerMetadata }),
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
  z.object({ type: z.literal("source"), ...sourceFields }),
  z.object({ type: z.literal("file"), mediaType: z.string(), data: z.string() }),
  z.object({ type: z.literal("finish"), finishReason: FinishReason, usage: TokenUsage, nexus: ModelFacts }),
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
