import type { ContentPart, FinishReason } from "../../contracts/ai/generate-text.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { GeneratedText } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { searchBlocks } from "./search-blocks.ts";
import { carry, isCarried } from "./carried-signature.ts";

const stopReasons = {
  stop: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  "tool-calls": "tool_use",
  error: "end_turn",
  interrupted: "max_tokens",
  other: "end_turn",
} as const satisfies Record<FinishReason, string>;

export const stopReasonOf = (reason: FinishReason): string => stopReasons[reason];

/** Anthropic's usage, whose input excludes the cache. Vendors that reported nothing count as zero here. */
export const messageUsage = (units: Units | null) => {
  const {
    input = 0,
    inputImage = 0,
    inputAudio = 0,
    inputVideo = 0,
    output = 0,
    reasoning = 0,
    search = 0,
  } = units ?? {};
  const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, cacheWrite30m = 0, cacheWrite12h = 0 } = units ?? {};
  return {
    input_tokens: input + inputImage + inputAudio + inputVideo,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h + cacheWrite30m + cacheWrite12h,
    cache_read_input_tokens: cacheRead,
    output_tokens: output + reasoning,
    ...(search === 0 ? {} : { server_tool_use: { web_search_requests: search, web_fetch_requests: 0 } }),
  };
};

/** What opens every message. */
export const messageHead = ({ operationId, model }: AnswerOrigin) => ({
  id: `msg_${operationId}`,
  type: "message",
  role: "assistant",
  model,
});

/** Arguments as the model wrote them; what is no JSON object is shown as text under `_raw`. */
const inputOf = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof parsed === "object" && parsed !== null ? parsed : { _raw: text };
  } catch {
    return { _raw: text };
  }
};

/** A signature that the dialect has no field for, in a block of its own. */
export const carrierBlock = (metadata: ProviderMetadata | undefined, call?: string): object[] => {
  const data = carry(metadata, call);
  return data === undefined ? [] : [{ type: "redacted_thinking", data }];
};

/** What thinking is signed with; without one no vendor accepts it back. */
export const signatureOf = (metadata: ProviderMetadata | undefined): string =>
  metadata?.["anthropic"]?.["signature"] ?? carry(metadata) ?? "";

const blockOf = (part: ContentPart): object[] => {
  switch (part.type) {
    case "text":
      return [...(part.text === "" ? [] : [{ type: "text", text: part.text }]), ...carrierBlock(part.providerMetadata)];
    case "reasoning": {
      const data = part.providerMetadata?.["anthropic"]?.["redactedData"];
      if (data !== undefined) return [{ type: "redacted_thinking", data }];
      return [{ type: "thinking", thinking: part.text, signature: signatureOf(part.providerMetadata) }];
    }
    case "tool-call":
      return [
        ...carrierBlock(part.providerMetadata, part.toolCallId),
        { type: "tool_use", id: part.toolCallId, name: part.toolName, input: inputOf(part.input) },
      ];
    case "file":
    case "source":
      return [];
  }
};

/** No message ends with what only carries a signature: clients take its last block for the answer. */
const endingInAnswer = (blocks: readonly object[]): readonly object[] =>
  blocks.slice(0, blocks.findLastIndex((block) => !("data" in block && isCarried(block.data))) + 1);

/** A complete answer as Anthropic's `message`. */
export const encodeMessage = ({ result, units }: Answered<GeneratedText>, origin: AnswerOrigin): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      ...messageHead(origin),
      content: [
        ...searchBlocks(result.sources ?? [], origin.operationId),
        ...endingInAnswer(result.content.flatMap(blockOf)),
      ],
      stop_reason: stopReasonOf(result.finishReason),
      stop_sequence: null,
      usage: messageUsage(units),
    }),
  );
