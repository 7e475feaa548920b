import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { carry, isCarried, readCarried } from "./carried-signature.ts";
import { encodeMessageEvents } from "./encode-message-events.ts";
import { encodeMessage } from "./encode-message.ts";
import { ownThinkingOnly } from "./own-thinking-only.ts";
import { translateMessages } from "./translate-messages.ts";

const metered = { units: null, final: true, rawUsage: undefined, responseModel: "m", vendorRequestId: undefined };
const origin = { operationId: "op", nowMs: 0, model: "m" };
const google = (thoughtSignature: string) => ({ google: { thoughtSignature } });

const answer: ContentPart[] = [
  { type: "reasoning", text: "Hm", providerMetadata: google("one") },
  { type: "text", text: "Hi", providerMetadata: google("two") },
  { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}', providerMetadata: google("three") },
  { type: "tool-call", toolCallId: "b", toolName: "f", input: "{}" },
];

const whole = (content = answer) => {
  const body = encodeMessage(
    { ...metered, result: { text: "Hi", content, toolCalls: [], finishReason: "tool-calls", warnings: [] } },
    origin,
  );
  const message: { content: Record<string, unknown>[] } = JSON.parse(Buffer.from(body).toString());
  return message.content;
};

/** Blocks as clients put them together from the events. */
const streamed = async (parts: readonly VendorStreamPart[]) => {
  const streaming: Streaming<VendorStreamPart> = {
    chunks: (async function* () {
      yield* parts;
    })(),
    meter: () => ({ ...metered, deliveredBytes: 0, complete: true }),
  };
  const blocks: Record<string, unknown>[] = [];
  let open: number | undefined;
  for await (const chunk of encodeMessageEvents({
    streaming,
    origin: () => origin,
    includeUsage: true,
    onWarning: () => undefined,
  })) {
    for (const event of Buffer.from(chunk).toString().split("\n\n").filter(Boolean)) {
      const { type, index, content_block: block, delta } = JSON.parse(event.slice(event.indexOf("data: ") + 6));
      if (type === "content_block_start") {
        expect(open).toBeUndefined();
        expect(index).toBe(blocks.length);
        open = index;
        blocks.push({ ...block, json: "" });
      } else if (type === "content_block_stop") {
        expect(index).toBe(open);
        open = undefined;
      } else if (type === "content_block_delta") {
        expect(index).toBe(open);
        const known = blocks[index];
        if (known === undefined) throw new Error("no block");
        if (delta.type === "text_delta") known["text"] = String(known["text"]) + delta.text;
        if (delta.type === "thinking_delta") known["thinking"] = String(known["thinking"]) + delta.thinking;
        if (delta.type === "signature_delta") known["signature"] = delta.signature;
        if (delta.type === "input_json_delta") known["json"] = String(known["json"]) + delta.partial_json;
      }
    }
  }
  return blocks.map(({ json, ...block }) =>
    block["type"] === "tool_use" ? { ...block, input: JSON.parse(json === "" ? "{}" : String(json)) } : block,
  );
};

const back = (content: readonly object[]) =>
  translateMessages(
    {
      model: "m",
      max_tokens: 1,
      messages: [{ role: "assistant", content: content.map((block) => ({ type: "", ...block })) }],
    },
    () => undefined,
  )[0]?.content;

const expected = [
  { type: "reasoning", text: "Hm", providerOptions: google("one") },
  { type: "text", text: "Hi" },
  // A signature may stand on a text that says nothing.
  { type: "text", text: "", providerOptions: google("two") },
  { type: "tool-call", toolCallId: "a", toolName: "f", input: { x: 1 }, providerOptions: google("three") },
  { type: "tool-call", toolCallId: "b", toolName: "f", input: {} },
];

describe("another vendor's signatures", () => {
  it("come back from an answer in one piece", () => {
    expect(back(whole())).toEqual(expected);
  });

  it("come back from a stream, whichever event of a part they came with", async () => {
    const text: VendorStreamPart[] = [
      { type: "text-start", id: "1", providerMetadata: google("two") },
      { type: "text-delta", id: "1", delta: "Hi", providerMetadata: google("two") },
      { type: "text-end", id: "1" },
    ];
    const lateText: VendorStreamPart[] = [
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "Hi" },
      { type: "text-end", id: "1" },
      { type: "text-start", id: "2", providerMetadata: google("two") },
      { type: "text-delta", id: "2", delta: "", providerMetadata: google("two") },
      { type: "text-end", id: "2" },
    ];
    const call = { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' } as const;
    const early: VendorStreamPart[] = [
      { type: "tool-input-start", id: "a", toolName: "f", providerMetadata: google("three") },
      { type: "tool-input-delta", id: "a", delta: '{"x":1}' },
      { type: "tool-input-end", id: "a" },
      { ...call, providerMetadata: google("three") },
    ];
    const late: VendorStreamPart[] = [
      { type: "tool-input-start", id: "a", toolName: "f" },
      { type: "tool-input-delta", id: "a", delta: '{"x":1}' },
      { type: "tool-input-end", id: "a" },
      { ...call, providerMetadata: google("three") },
    ];
    const atOnce: VendorStreamPart[] = [{ ...call, providerMetadata: google("three") }];
    for (const said of [text, lateText]) {
      for (const called of [early, late, atOnce]) {
        const blocks = await streamed([
          { type: "reasoning-start", id: "0" },
          { type: "reasoning-delta", id: "0", delta: "Hm" },
          { type: "reasoning-delta", id: "0", delta: "", providerMetadata: google("one") },
          { type: "reasoning-end", id: "0" },
          ...said,
          ...called,
          { type: "tool-call", toolCallId: "b", toolName: "f", input: "{}" },
          { type: "finish", finishReason: "tool-calls" },
        ]);
        expect(back(blocks)).toEqual(expected);
      }
    }
  });

  it("are no end of a message, which clients take for the answer", async () => {
    const signed = { type: "text", text: "Hi", providerMetadata: google("two") } as const;
    expect(whole([signed])).toEqual([{ type: "text", text: "Hi" }]);
    const hi: VendorStreamPart[] = [
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "Hi" },
    ];
    const ends: VendorStreamPart[][] = [
      [{ type: "text-end", id: "1", providerMetadata: google("two") }],
      [
        { type: "text-end", id: "1" },
        { type: "text-start", id: "2" },
        { type: "text-delta", id: "2", delta: "", providerMetadata: google("two") },
        { type: "text-end", id: "2" },
      ],
    ];
    for (const end of ends)
      expect(await streamed([...hi, ...end, { type: "finish", finishReason: "stop" }])).toEqual([
        { type: "text", text: "Hi" },
      ]);
  });

  it("never reach Anthropic, and its own always do", () => {
    const own = [
      { type: "thinking", thinking: "Hm", signature: "EqQBCgIYAhIM" },
      { type: "redacted_thinking", data: "EmwKAhgBEgy" },
      { type: "text", text: "Hi" },
    ];
    const user = { role: "user", content: "Hi" };
    const unchanged = [user, { role: "assistant", content: own }];
    expect(ownThinkingOnly(unchanged)).toBe(unchanged);
    const unsigned = { type: "thinking", thinking: "", signature: "" };
    const mixed = [user, { role: "assistant", content: [...whole().slice(0, 3), unsigned, ...own] }];
    expect(ownThinkingOnly(mixed)).toEqual([
      user,
      { role: "assistant", content: [{ type: "text", text: "Hi" }, ...own] },
    ]);
    expect(ownThinkingOnly([user, { role: "assistant", content: [unsigned] }, user])).toEqual([user, user]);
  });

  it("survive any text, and what a client made up is nothing", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.option(fc.string(), { nil: undefined }), (signature, call) => {
        const carried = carry(google(signature), call) ?? "";
        expect(isCarried(carried)).toBe(true);
        expect(readCarried(carried)).toEqual({ providerOptions: google(signature), call });
      }),
    );
    for (const made of ["nexus:", "nexus:e30", "nexus:W10", "nexus:%%%"]) expect(readCarried(made)).toBeUndefined();
  });
});
