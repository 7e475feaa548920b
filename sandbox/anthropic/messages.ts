import { composeAnswer, countInput, fragmentsOf, wordsOf } from "../compose-answer.ts";
import type { Answer } from "../compose-answer.ts";
import { cachedTokens } from "../count-tokens.ts";
import { objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { MadeSearch } from "../search-web.ts";
import { firstRefusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorFrameKind, VendorReply, VendorRequest } from "../vendor.ts";
import { anthropicError, anthropicRequestId } from "./errors.ts";
import type { MessagesInput } from "./messages-rule.ts";
import type { ClaudeModel } from "./models.ts";
import { readCacheWrites, readMessagesRequest } from "./read-request.ts";
import { countTokensRules, messagesRules } from "./rules.ts";
import { thinkingBlock, thinksNow } from "./thinking.ts";
import { citationsOfSearches, madeSearchBlocks, searchCounts, searchesOfMessage } from "./web-search.ts";
import { messageUnits, toMessageUsage } from "./usage.ts";
import type { MessageCounts } from "./usage.ts";

const stopReasons = { stop: "end_turn", length: "max_tokens", "tool-calls": "tool_use" } as const;

/** A content block, with the deltas that stream it and its first, empty state. */
interface Block {
  readonly whole: JsonObject;
  readonly start: JsonObject;
  readonly deltas: readonly JsonObject[];
}

/** A redacted block comes in one piece; what is shown streams word by word, and its signature last. */
function streamedThinking(whole: JsonObject): Block {
  if (whole["type"] === "redacted_thinking") return { whole, start: whole, deltas: [] };
  return {
    whole,
    start: { type: "thinking", thinking: "", signature: "" },
    deltas: [
      ...wordsOf(stringOf(whole["thinking"])).map((thinking) => ({ type: "thinking_delta", thinking })),
      { type: "signature_delta", signature: whole["signature"] },
    ],
  };
}

/** A call streams its input; its result comes in one piece. */
const streamedSearch = (whole: JsonObject): Block =>
  whole["type"] === "server_tool_use"
    ? {
        whole,
        start: { ...whole, input: {} },
        deltas: fragmentsOf(JSON.stringify(whole["input"])).map((partial_json) => ({
          type: "input_json_delta",
          partial_json,
        })),
      }
    : { whole, start: whole, deltas: [] };

function blocksOf(
  answer: Answer,
  thinking: JsonObject | undefined,
  searches: readonly MadeSearch[],
  digest: string,
): readonly Block[] {
  const blocks: Block[] = thinking === undefined ? [] : [streamedThinking(thinking)];
  blocks.push(...madeSearchBlocks(searches, digest).map(streamedSearch));
  if (answer.text !== "") {
    const citations = citationsOfSearches(searches, digest);
    blocks.push({
      whole: { type: "text", text: answer.text, citations },
      start: { type: "text", text: "", citations: citations === null ? null : [] },
      deltas: [
        ...wordsOf(answer.text).map((text) => ({ type: "text_delta", text })),
        ...(citations ?? []).map((citation) => ({ type: "citations_delta", citation })),
      ],
    });
  }
  answer.toolCalls.forEach((call, index) => {
    const head = { type: "tool_use", id: `toolu_${digest.slice(0, 22)}${index}`, name: call.name };
    blocks.push({
      whole: { ...head, input: JSON.parse(call.json) },
      start: { ...head, input: {} },
      deltas: fragmentsOf(call.json).map((partial_json) => ({
        type: "input_json_delta",
        partial_json,
      })),
    });
  });
  return blocks;
}

function streamFrames(
  request: VendorRequest,
  message: JsonObject,
  blocks: readonly Block[],
  answer: Answer,
  counts: MessageCounts,
): Frame[] {
  const { telling } = request;
  const frames: Frame[] = [];
  const push = (kind: VendorFrameKind, event: { readonly type: string } & JsonObject) => {
    frames.push({ kind, bytes: `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n` });
  };
  const tell = (output: number, thinking: number) => {
    const usage = telling.edit(toMessageUsage({ ...counts, output, thinking }));
    return usage === undefined ? {} : { usage };
  };
  push("open", {
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, ...tell(1, 0) },
  });
  push("open", { type: "ping" });
  blocks.forEach((block, index) => {
    push("delta", { type: "content_block_start", index, content_block: block.start });
    for (const delta of block.deltas) push("delta", { type: "content_block_delta", index, delta });
    push("delta", { type: "content_block_stop", index });
  });
  const ending = { stop_reason: stopReasons[answer.finish], stop_sequence: null };
  if (telling.mode === "growing") {
    const half = Math.floor(counts.output / 2);
    push("usage", {
      type: "message_delta",
      delta: { ...ending, stop_reason: null },
      ...tell(half, counts.thinking),
    });
  }
  push("usage", { type: "message_delta", delta: ending, ...tell(counts.output, counts.thinking) });
  if (telling.mode === "twice") {
    push("usage", {
      type: "message_delta",
      delta: ending,
      ...tell(counts.output, counts.thinking),
    });
  }
  push("end", { type: "message_stop" });
  return frames;
}

function countAll(
  body: JsonObject,
  model: ClaudeModel,
  answer: Answer,
  searches: readonly MadeSearch[],
): MessageCounts {
  const { text: input } = countInput(readMessagesRequest(body, model, false));
  const written = readCacheWrites(body);
  const fresh = Math.max(input - written.fiveMinutes - written.hour, 0);
  const cacheRead = cachedTokens(fresh);
  const looked = searchCounts(input, searches);
  return {
    input: fresh - cacheRead,
    cacheRead: cacheRead + looked.again,
    cacheWrite5m: written.fiveMinutes + looked.found,
    cacheWrite1h: written.hour,
    output: answer.outputTokens,
    thinking: answer.reasoningTokens,
    searches: looked.searches,
  };
}

const inputOf = (request: VendorRequest, model: ClaudeModel): MessagesInput => ({
  body: objectOf(request.body),
  model,
  named: request.model,
  headers: request.headers,
});

/** POST /messages/count_tokens: free. */
export function countTokensReply(request: VendorRequest, model: ClaudeModel): VendorReply {
  const refusal = firstRefusal(countTokensRules, inputOf(request, model));
  if (refusal !== undefined) return anthropicError(refusal.status, refusal.message, request.bodyDigest);
  const input = countInput(readMessagesRequest(objectOf(request.body), model, false));
  return jsonReply(200, { "request-id": anthropicRequestId(request.bodyDigest) }, { input_tokens: input.text });
}

/** POST /messages. */
export function messagesReply(request: VendorRequest, model: ClaudeModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest, telling } = request;
  const refusal = firstRefusal(messagesRules, inputOf(request, model));
  if (refusal !== undefined) return anthropicError(refusal.status, refusal.message, digest);
  const ask = readMessagesRequest(body, model, thinksNow(body, model, request.headers));
  const searches = searchesOfMessage(body, ask.lastUserText);
  const answer = composeAnswer(ask);
  const thinking = answer.reasoning === "" ? undefined : thinkingBlock(body, model, answer.reasoning);
  const blocks = blocksOf(answer, thinking, searches, digest);
  const counts = countAll(body, model, answer, searches);
  const truth = toMessageUsage(counts);
  const usage = telling.edit(truth);
  const metered = { units: messageUnits(truth), reported: messageUnits(usage) };
  const headers = {
    "request-id": anthropicRequestId(digest),
    "anthropic-organization-id": "00000000-sandbox",
  };
  const message = {
    id: `msg_${digest.slice(0, 24)}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content: blocks.map((block) => block.whole),
    stop_reason: stopReasons[answer.finish],
    stop_sequence: null,
  };
  if (body["stream"] !== true) {
    return jsonReply(200, headers, { ...message, ...(usage === undefined ? {} : { usage }) }, metered);
  }
  return {
    status: 200,
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      ...headers,
    },
    frames: streamFrames(request, message, blocks, answer, counts),
    streamed: true,
    ...metered,
  };
}
