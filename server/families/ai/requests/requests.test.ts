import { describe, expect, it } from "vitest";
import type { Message } from "../../../contracts/ai/message.ts";
import type { VendorStreamPart } from "../../../contracts/ai-vendor.ts";
import { embedRequest, generateTextRequest, streamTextRequest, tokenUsageOf } from "../index.ts";

const model = "openai/gpt-4o-mini";
const user = (...content: Extract<Message, { role: "user" }>["content"] & object): Message => ({
  role: "user",
  content: [...content],
});
const sizeOf = (input: Omit<Parameters<typeof generateTextRequest>[0], "model">) =>
  generateTextRequest({ model, ...input }).size;

describe("the size of a generation", () => {
  it("never has fewer bytes than the text in it", () => {
    for (const prompt of ["plain", "grüezi 🏔️", '"quoted"\n\u0007', "漢字".repeat(500)]) {
      expect(sizeOf({ prompt }).textBytes).toBeGreaterThanOrEqual(Buffer.byteLength(prompt));
    }
  });

  it("counts tools, schemas and instructions", () => {
    const bare = sizeOf({ prompt: "x" }).textBytes;
    const schema = { type: "object", description: "y".repeat(1_000) };
    expect(sizeOf({ prompt: "x", tools: [{ name: "t", inputSchema: schema }] }).textBytes).toBeGreaterThan(
      bare + 1_000,
    );
    expect(sizeOf({ prompt: "x", responseFormat: { type: "json", schema } }).textBytes).toBeGreaterThan(bare + 1_000);
    expect(sizeOf({ prompt: "x", instructions: "y".repeat(1_000) }).textBytes).toBeGreaterThan(bare + 1_000);
  });

  it("takes inline media out of the text, and leaves text files in", () => {
    const data = "A".repeat(10_000);
    const image = generateTextRequest({ model, messages: [user({ type: "file", mediaType: "image/png", data })] });
    expect(image.size.media).toEqual([{ kind: "image", field: "messages.0.content.0.data", data }]);
    expect(image.size.textBytes).toBeLessThan(1_000);
    expect(image.needs).toMatchObject({ images: true, tools: false, json: false });
    for (const [mediaType, kind] of [
      ["application/pdf", "document"],
      ["audio/flac", "audio"],
      ["VIDEO/mp4", "video"],
      ["application/zip", "document"],
    ] as const) {
      const other = sizeOf({ messages: [user({ type: "file", mediaType, data })] });
      expect(other.media).toMatchObject([{ kind, data }]);
      expect(other.textBytes).toBeLessThan(1_000);
    }
    const pdf = Buffer.from("%PDF-1.4 and so on").toString("base64");
    for (const mediaType of ["text/plain", "application/json"])
      expect(sizeOf({ messages: [user({ type: "file", mediaType, data: pdf })] }).media).toMatchObject([
        { kind: "document", data: pdf },
      ]);
    const text = sizeOf({ messages: [user({ type: "file", mediaType: "text/csv", data })] });
    expect(text.media).toEqual([]);
    expect(text.textBytes).toBeGreaterThan(10_000);
  });

  it("refuses what would make more of a file than its length says", () => {
    const frames = (name: string) => () =>
      sizeOf({
        messages: [
          user({
            type: "file",
            mediaType: "video/mp4",
            data: "AAAA",
            providerOptions: { google: { [name]: { fps: 24 } } },
          }),
        ],
      });
    expect(frames("frameRate")).toThrow("frameRate is not offered here");
    expect(frames("videoMetadata")).not.toThrow();
    const film = {
      type: "file" as const,
      mediaType: "video/mp4",
      data: "AAAA",
      providerOptions: { google: { videoMetadata: { fps: 24 } } },
    };
    const output = { type: "content" as const, value: [film] };
    const shown: Message = { role: "tool", content: [{ type: "tool-result", toolCallId: "1", toolName: "t", output }] };
    expect(() => sizeOf({ messages: [shown] })).toThrow("videoMetadata is not offered here");
    expect(frames("thoughtSignature")).not.toThrow();
  });

  it("names a file that lies elsewhere by its place", () => {
    const named = (mediaType: string) => () =>
      sizeOf({
        messages: [user({ type: "text", text: "see" }, { type: "file", mediaType, url: "https://example.com/f" })],
      });
    for (const [mediaType, kind] of [
      ["image/png", "image"],
      ["application/pdf", "document"],
      ["video/mp4", "video"],
      ["text/plain", "other"],
    ] as const)
      expect(named(mediaType)().media).toEqual([{ kind, field: "messages.0.content.1.url", data: undefined }]);
  });

  it("sees a mark for the prompt cache, and not the words of one", () => {
    const marked = user({
      type: "text",
      text: "x",
      providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } },
    });
    expect(sizeOf({ messages: [marked] }).writesCache).toBe(true);
    expect(sizeOf({ prompt: '{"cacheControl": true}' }).writesCache).toBe(false);
  });
});

describe("a kept answer", () => {
  it("comes back as it was", () => {
    const request = generateTextRequest({ model, prompt: "x" });
    const result = {
      text: "Zoë",
      content: [{ type: "text" as const, text: "Zoë" }],
      toolCalls: [{ toolCallId: "1", toolName: "t", input: "{}" }],
      finishReason: "stop" as const,
      warnings: [{ type: "unsupported", setting: "seed" }],
    };
    expect(request.decode(request.encode(result))).toEqual(result);
    const embed = embedRequest({ model, values: ["a"] });
    expect(embed.decode(embed.encode({ embeddings: [[0.1, -2e-7]] }))).toEqual({ embeddings: [[0.1, -2e-7]] });
  });

  it("comes back part by part", () => {
    const { encodeChunk, decodeChunk } = streamTextRequest({ model, prompt: "x" });
    const parts: VendorStreamPart[] = [
      { type: "stream-start", warnings: [] },
      { type: "text-delta", id: "0", delta: "é" },
      { type: "tool-call", toolCallId: "1", toolName: "t", input: "{}" },
      { type: "finish", finishReason: "tool-calls" },
    ];
    for (const part of parts) expect(decodeChunk(encodeChunk(part))).toEqual(part);
  });
});

describe("usage", () => {
  it("adds up disjoint classes, and tells missing from zero", () => {
    expect(
      tokenUsageOf({ input: 500, cacheRead: 400, inputAudio: 100, output: 100, reasoning: 60, outputAudio: 40 }),
    ).toMatchObject({
      inputTokens: 1_000,
      outputTokens: 200,
      cachedInputTokens: 400,
      reasoningTokens: 60,
    });
    expect(tokenUsageOf({ input: 7 })).toMatchObject({ inputTokens: 7, outputTokens: null, cachedInputTokens: null });
    expect(tokenUsageOf({ input: 7, output: 0 })).toMatchObject({ outputTokens: 0 });
  });
});
