import { expect, it } from "vitest";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import { encodeChatChunks } from "./encode-chat-chunk.ts";
import { encodeChatCompletion } from "./encode-chat-completion.ts";

const metered = { final: true, rawUsage: undefined, responseModel: "claude", vendorRequestId: undefined };
const origin = { operationId: "op-1", nowMs: 1_700_000_000_123, model: "claude" };
const units: Units = { input: 100, cacheRead: 40, cacheWrite5m: 10, output: 20, reasoning: 5 };

it("encodes text, reasoning and usage", () => {
  const body = encodeChatCompletion(
    {
      ...metered,
      units,
      result: {
        text: "Hello",
        content: [
          { type: "reasoning", text: "Hm." },
          { type: "text", text: "Hello" },
        ],
        toolCalls: [],
        finishReason: "stop",
        warnings: [],
      },
    },
    origin,
  );
  expect(JSON.parse(Buffer.from(body).toString())).toEqual({
    id: "chatcmpl-op-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "claude",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello", refusal: null, reasoning_content: "Hm." },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 150,
      completion_tokens: 25,
      total_tokens: 175,
      prompt_tokens_details: { cached_tokens: 40, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 0 },
    },
  });
});

it("encodes tool calls without content, and no usage that nobody reported", () => {
  const toolCalls = [{ toolCallId: "a", toolName: "weather", input: '{"city":"Rome"}' }];
  const body = encodeChatCompletion(
    {
      ...metered,
      units: null,
      result: {
        text: "",
        content: toolCalls.map((call) => ({ type: "tool-call", ...call })),
        toolCalls,
        finishReason: "tool-calls",
        warnings: [],
      },
    },
    origin,
  );
  const completion: unknown = JSON.parse(Buffer.from(body).toString());
  expect(completion).toMatchObject({
    choices: [
      {
        message: {
          content: null,
          tool_calls: [{ id: "a", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
        },
        finish_reason: "tool_calls",
      },
    ],
  });
  expect(completion).not.toHaveProperty("usage");
});

const streamingOf = (parts: readonly VendorStreamPart[]): Streaming<VendorStreamPart> => ({
  chunks: (async function* () {
    yield* parts;
  })(),
  meter: () => ({ ...metered, units, deliveredBytes: 0, final: true, complete: true }),
});

const encode = async (parts: readonly VendorStreamPart[], includeUsage: boolean) => {
  const warnings: string[] = [];
  const chunks: string[] = [];
  const options = {
    streaming: streamingOf(parts),
    origin: () => origin,
    includeUsage,
    onWarning: (setting: string) => void warnings.push(setting),
  };
  for await (const chunk of encodeChatChunks(options)) chunks.push(Buffer.from(chunk).toString());
  const events = chunks
    .join("")
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));
  return { warnings, chunks, events };
};

it("streams the role first, then deltas, then the reason and the usage", async () => {
  const { events, chunks, warnings } = await encode(
    [
      { type: "stream-start", warnings: [{ type: "unsupported", setting: "seed" }] },
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: 'He said "hi"\n' },
      { type: "text-delta", id: "1", delta: "日本" },
      { type: "text-end", id: "1" },
      { type: "finish", finishReason: "length" },
    ],
    true,
  );
  expect(warnings).toEqual(["seed"]);
  // The role waits for the first content: until then another route may take over.
  expect(chunks).toHaveLength(3);
  expect(events.map(({ choices }) => choices[0]?.delta)).toEqual([
    { role: "assistant", content: "", refusal: null },
    { content: 'He said "hi"\n' },
    { content: "日本" },
    {},
    undefined,
  ]);
  expect(events.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, null, "length", undefined]);
  expect(events.map(({ usage }) => usage?.total_tokens)).toEqual([undefined, undefined, undefined, undefined, 175]);
  expect(
    events.every(
      ({ id, object, model }) => id === "chatcmpl-op-1" && object === "chat.completion.chunk" && model === "claude",
    ),
  ).toBe(true);
});

it("streams tool calls in fragments, and a call that came whole as one", async () => {
  const { events } = await encode(
    [
      { type: "tool-input-start", id: "a", toolName: "weather" },
      { type: "tool-input-delta", id: "a", delta: '{"city":' },
      { type: "tool-input-delta", id: "a", delta: '"Rome"}' },
      { type: "tool-input-end", id: "a" },
      { type: "tool-call", toolCallId: "a", toolName: "weather", input: '{"city":"Rome"}' },
      { type: "tool-call", toolCallId: "b", toolName: "now", input: "{}" },
      { type: "finish", finishReason: "tool-calls" },
    ],
    false,
  );
  const calls = events.flatMap(({ choices }) => choices[0].delta.tool_calls ?? []);
  expect(calls).toEqual([
    { index: 0, id: "a", type: "function", function: { name: "weather", arguments: "" } },
    { index: 0, function: { arguments: '{"city":' } },
    { index: 0, function: { arguments: '"Rome"}' } },
    { index: 1, id: "b", type: "function", function: { name: "now", arguments: "" } },
    { index: 1, function: { arguments: "{}" } },
  ]);
  expect(events.some((event) => "usage" in event)).toBe(false);
});

it("does not pass a broken answer off as a finished one", async () => {
  await expect(
    encode(
      [
        { type: "text-delta", id: "1", delta: "Hal" },
        { type: "finish", finishReason: "interrupted" },
      ],
      false,
    ),
  ).rejects.toMatchObject({
    failure: { kind: "unknown", code: "PROVIDER_BAD_RESPONSE" },
  });
});
