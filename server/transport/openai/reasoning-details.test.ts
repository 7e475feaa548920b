import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { encodeChatChunks } from "./encode-chat-chunk.ts";
import { encodeChatCompletion } from "./encode-chat-completion.ts";
import { translateChatMessages } from "./translate-chat-messages.ts";

const metered = { units: null, final: true, rawUsage: undefined, responseModel: "m", vendorRequestId: undefined };
const origin = { operationId: "op", nowMs: 0, model: "m" };

const signature = fc.base64String({ minLength: 4, maxLength: 200 }).filter((text) => text !== "");
const part = fc.oneof(
  fc.record({ text: fc.string(), signature }).map(({ text, signature: sealed }): ContentPart => ({
    type: "reasoning",
    text,
    providerMetadata: { anthropic: { signature: sealed } },
  })),
  signature.map((redactedData): ContentPart => ({
    type: "reasoning",
    text: "",
    providerMetadata: { anthropic: { redactedData } },
  })),
  fc.record({ text: fc.string(), signature }).map(({ text, signature: sealed }): ContentPart => ({
    type: "reasoning",
    text,
    providerMetadata: { google: { thoughtSignature: sealed } },
  })),
  fc.option(signature).map((sealed): ContentPart => ({
    type: "tool-call",
    toolCallId: "",
    toolName: "f",
    input: "{}",
    ...(sealed === null ? {} : { providerMetadata: { google: { thoughtSignature: sealed } } }),
  })),
);
const content = fc
  .array(part, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.map((one, at) => (one.type === "tool-call" ? { ...one, toolCallId: `call_${at}` } : one)));

/** The parts as the vendor will see them again: thinking first, every signature on its part. */
const expected = (parts: readonly ContentPart[]) => [
  ...parts.flatMap((one) =>
    one.type === "reasoning" ? [{ type: one.type, text: one.text, providerOptions: one.providerMetadata }] : [],
  ),
  ...parts.flatMap((one) =>
    one.type === "tool-call"
      ? [
          {
            type: one.type,
            toolCallId: one.toolCallId,
            toolName: "f",
            input: {},
            ...(one.providerMetadata === undefined ? {} : { providerOptions: one.providerMetadata }),
          },
        ]
      : [],
  ),
];

const back = (message: object) => {
  const warnings: string[] = [];
  const [translated] = translateChatMessages(
    [{ content: null, ...message, role: "assistant" }],
    (setting) => void warnings.push(setting),
  );
  return { content: translated?.content, warnings };
};

const answered = (parts: ContentPart[]) => {
  const body = encodeChatCompletion(
    { ...metered, result: { text: "", content: parts, toolCalls: [], finishReason: "stop", warnings: [] } },
    origin,
  );
  const answer: { choices: { message: object }[] } = JSON.parse(Buffer.from(body).toString());
  return answer.choices[0]?.message ?? {};
};

/** The deltas of a stream, in a message, as the official client for Node puts them together. */
const streamed = async (parts: readonly ContentPart[]): Promise<object> => {
  const streaming: Streaming<VendorStreamPart> = {
    chunks: (async function* () {
      for (const [at, one] of parts.entries()) {
        const id = String(at);
        if (one.type === "reasoning") {
          yield { type: "reasoning-start", id } as const;
          for (const delta of one.text) yield { type: "reasoning-delta", id, delta } as const;
          const { providerMetadata } = one;
          yield { type: "reasoning-delta", id, delta: "", ...(providerMetadata ? { providerMetadata } : {}) } as const;
          yield { type: "reasoning-end", id } as const;
        } else if (one.type === "tool-call") {
          yield { type: "tool-input-start", id: one.toolCallId, toolName: one.toolName } as const;
          yield one;
        }
      }
      yield { type: "finish", finishReason: "stop" } as const;
    })(),
    meter: () => ({ ...metered, deliveredBytes: 0, complete: true }),
  };
  const message: Record<string, unknown> = {};
  const calls: Record<string, unknown>[] = [];
  for await (const chunk of encodeChatChunks({
    streaming,
    origin: () => origin,
    includeUsage: false,
    onWarning: () => undefined,
  })) {
    for (const event of Buffer.from(chunk).toString().split("\n\n").filter(Boolean)) {
      const { choices } = JSON.parse(event.slice("data: ".length));
      const { tool_calls: deltas, ...rest } = choices[0].delta;
      Object.assign(message, rest);
      for (const { index, function: fn, ...more } of deltas ?? []) {
        const call = (calls[index] ??= { function: { name: "", arguments: "" } });
        const known = call["function"] as { name: string; arguments: string };
        Object.assign(call, more);
        known.name += fn?.name ?? "";
        known.arguments += fn?.arguments ?? "";
      }
    }
  }
  return calls.length === 0 ? message : { ...message, tool_calls: calls };
};

describe("signed thinking", () => {
  it("comes back whole from a client that keeps the message, streamed or not", async () => {
    await fc.assert(
      fc.asyncProperty(content, async (parts) => {
        for (const message of [answered(parts), await streamed(parts)]) {
          const { content: read, warnings } = back(message);
          expect(read).toEqual(expected(parts));
          expect(warnings).toEqual([]);
        }
      }),
    );
  });

  it("comes back from Google's own place for a tool call's signature alone", () => {
    const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
    const { content: read } = back({
      tool_calls: [{ ...call, extra_content: { google: { thought_signature: "s" } } }],
    });
    expect(read).toMatchObject([{ toolCallId: "a", providerOptions: { google: { thoughtSignature: "s" } } }]);
  });

  it("is joined where a client kept the fragments of a stream side by side", () => {
    const format = "anthropic-claude-v1";
    const { content: read } = back({
      content: "Hi",
      reasoning_details: [
        { type: "reasoning.text", text: "H", format, index: 0 },
        { type: "reasoning.text", text: "m", format, index: 0 },
        { type: "reasoning.text", signature: "s", format, index: 0 },
      ],
    });
    expect(read).toEqual([
      { type: "reasoning", text: "Hm", providerOptions: { anthropic: { signature: "s" } } },
      { type: "text", text: "Hi" },
    ]);
  });

  it.each([
    ["a format of others", [{ type: "reasoning.encrypted", data: "x", format: "xai-responses-v1" }]],
    ["no format", [{ type: "reasoning.text", text: "x", signature: "y" }]],
    ["nonsense", [7, null, { type: 3 }]],
  ])("in %s is left out, and named", (_what, details) => {
    expect(back({ content: "Hi", reasoning_details: details })).toEqual({
      content: "Hi",
      warnings: ["messages.reasoning_details"],
    });
  });
});
