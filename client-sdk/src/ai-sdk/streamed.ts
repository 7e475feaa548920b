import type { LanguageModelV4StreamPart, SharedV4Warning } from "@ai-sdk/provider";
import { NexusClientError } from "../nexus-client-error.ts";
import type { StreamPart } from "../types.ts";
import {
  shownCitations,
  fileOf,
  toFinishReason,
  partMetadata,
  factsMetadata,
  sourceOf,
  toUsage,
  warningOf,
} from "./answered.ts";

const partsOf = (part: StreamPart, warnings: readonly SharedV4Warning[]): LanguageModelV4StreamPart[] => {
  switch (part.type) {
    case "stream-start":
      return [
        { type: "stream-start", warnings: [...warnings, ...part.warnings.map(warningOf)] },
        { type: "response-metadata", id: part.operationId },
      ];
    case "text-end":
      return [{ type: part.type, id: part.id, ...shownCitations(part), ...partMetadata(part) }];
    case "text-start":
    case "reasoning-start":
    case "reasoning-end":
      return [{ type: part.type, id: part.id, ...partMetadata(part) }];
    case "text-delta":
    case "reasoning-delta":
      return [{ type: part.type, id: part.id, delta: part.delta, ...partMetadata(part) }];
    case "tool-input-start":
      return [{ type: part.type, id: part.id, toolName: part.toolName, ...partMetadata(part) }];
    case "tool-input-delta":
      return [{ type: part.type, id: part.id, delta: part.delta }];
    case "tool-input-end":
      return [{ type: part.type, id: part.id }];
    case "tool-call":
      return [
        {
          type: "tool-call",
          toolCallId: part.toolCallId,
          toolName: part.toolName,
          input: part.input,
          ...partMetadata(part),
        },
      ];
    case "source": {
      const source = sourceOf(part);
      return source === undefined ? [] : [source];
    }
    case "file":
      return [fileOf(part)];
    case "finish":
      return [
        {
          type: "finish",
          usage: toUsage(part.usage),
          finishReason: toFinishReason(part.finishReason),
          providerMetadata: factsMetadata(part.nexus),
        },
      ];
    case "error":
      return [{ type: "error", error: NexusClientError.ofTold(part.error) }];
  }
};

/** The parts of a stream as the AI SDK reads them. Whoever stops reading ends the request. */
export const streamOf = (
  parts: AsyncIterable<StreamPart>,
  warnings: readonly SharedV4Warning[],
): ReadableStream<LanguageModelV4StreamPart> => {
  const iterator = parts[Symbol.asyncIterator]();
  return new ReadableStream<LanguageModelV4StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else for (const part of partsOf(value, warnings)) controller.enqueue(part);
      } catch (error) {
        // As a part: what came before it stays readable.
        controller.enqueue({ type: "error", error });
        controller.close();
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
};
