import { expect, it } from "vitest";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { encodeMessageEvents } from "./encode-message-events.ts";
import { encodeMessage } from "./encode-message.ts";

const origin = { operationId: "op", nowMs: 0, model: "gpt" };
const metered = {
  units: { input: 10, cacheRead: 4, output: 5, reasoning: 2 },
  final: true,
  rawUsage: undefined,
  responseModel: "gpt",
  vendorRequestId: undefined,
};

it("encodes a message with every kind of block", () => {
  const body = encodeMessage(
    {
      ...metered,
      result: {
        text: "Hi",
        content: [
          { type: "reasoning", text: "Hm" },
          { type: "text", text: "Hi" },
          { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' },
        ],
        toolCalls: [{ toolCallId: "a", toolName: "f", input: '{"x":1}' }],
        finishReason: "tool-calls",
        warnings: [],
      },
    },
    origin,
  );
  expect(JSON.parse(Buffer.from(body).toString())).toEqual({
    id: "msg_op",
    type: "message",
    role: "assistant",
    model: "gpt",
    content: [
      { type: "thinking", thinking: "Hm", signature: "" },
      { type: "text", text: "Hi" },
      { type: "tool_use", id: "a", name: "f", input: { x: 1 } },
    ],
    stop_reason: "tool_use",
    stop_sequence: null,
    usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 7 },
  });
});

const encode = async (parts: readonly VendorStreamPart[]) => {
  const streaming: Streaming<VendorStreamPart> = {
    chunks: (async function* () {
      yield* parts;
    })(),
    meter: () => ({ ...metered, deliveredBytes: 0, final: true, complete: true }),
  };
  let text = "";
  for await (const chunk of encodeMessageEvents({
    streaming,
    origin: () => origin,
    includeUsage: true,
    onWarning: () => undefined,
  })) {
    text += Buffer.from(chunk).toString();
  }
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => JSON.parse(event.slice(event.indexOf("data: ") + 6)));
};

it("opens and closes one block at a time", async () => {
  const events = await encode([
    { type: "stream-start", warnings: [] },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: "Hm" },
    { type: "text-delta", id: "t", delta: "He" },
    { type: "text-delta", id: "t", delta: "llo" },
    { type: "text-end", id: "t" },
    { type: "tool-input-start", id: "a", toolName: "f" },
    { type: "tool-input-delta", id: "a", delta: '{"x":' },
    { type: "tool-input-delta", id: "a", delta: "1}" },
    { type: "tool-input-end", id: "a" },
    { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' },
    { type: "finish", finishReason: "tool-calls" },
  ]);
  expect(events.map(({ type, index }) => (index === undefined ? type : `${type} ${index}`))).toEqual([
    "message_start",
    "content_block_start 0",
    "content_block_delta 0",
    "content_block_stop 0",
    "content_block_start 1",
    "content_block_delta 1",
    "content_block_delta 1",
    "content_block_stop 1",
    "content_block_start 2",
    "content_block_delta 2",
    "content_block_delta 2",
    "content_block_stop 2",
    "message_delta",
  ]);
  expect(events.at(-1)).toEqual({
    type: "message_delta",
    delta: { stop_reason: "tool_use", stop_sequence: null },
    usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 7 },
  });
});

it("loses nothing of tool calls that come interleaved", async () => {
  const events = await encode([
    { type: "tool-input-start", id: "a", toolName: "f" },
    { type: "tool-input-start", id: "b", toolName: "g" },
    { type: "tool-input-delta", id: "a", delta: '{"x":' },
    { type: "tool-input-delta", id: "b", delta: '{"y":2}' },
    { type: "tool-call", toolCallId: "b", toolName: "g", input: '{"y":2}' },
    { type: "tool-input-delta", id: "a", delta: "1}" },
    { type: "tool-input-end", id: "a" },
    { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' },
    { type: "finish", finishReason: "tool-calls" },
  ]);
  const inputs = new Map<number, string>();
  for (const { type, index, delta } of events) {
    if (type === "content_block_delta") inputs.set(index, (inputs.get(index) ?? "") + delta.partial_json);
  }
  expect([...inputs]).toEqual([
    [0, '{"x":1}'],
    [1, '{"y":2}'],
  ]);
});
