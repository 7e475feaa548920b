import { describe, expect, it } from "vitest";
import type { Reader } from "../../_wire/reader.ts";
import { anthropicReader } from "./anthropic-reader.ts";

const readAll = (reader: Reader, documents: readonly unknown[]) => {
  for (const document of documents) reader.read(document);
  return reader.reading(undefined);
};

describe("usage of Anthropic's messages", () => {
  const start = { input_tokens: 1_500, cache_read_input_tokens: 800, output_tokens: 1 };
  const stream = (told: object) => [
    { type: "message_start", message: { usage: start } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: told },
    { type: "message_stop" },
  ];
  it.each([
    [{ input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 40 }, [1_500, 800, 40]],
    [{ input_tokens: null, cache_read_input_tokens: null, output_tokens: 40 }, [1_500, 800, 40]],
    [{ output_tokens: 40 }, [1_500, 800, 40]],
    [{ input_tokens: 1_600, cache_read_input_tokens: 900, output_tokens: 40 }, [1_600, 900, 40]],
    [{ input_tokens: -3, cache_read_input_tokens: "x", output_tokens: 40 }, [1_500, 800, 40]],
  ])("a delta of %j after the start", (told, [input, cacheRead, output]) => {
    expect(readAll(anthropicReader(), stream(told))).toMatchObject({
      units: { input, cacheRead, output },
      final: true,
    });
  });

  it("more thinking than output, and lifetimes beyond their sum: each number kept", () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 30 },
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 90, ephemeral_1h_input_tokens: 40 },
    };
    expect(readAll(anthropicReader(), [{ type: "message", content: [], usage }])).toMatchObject({
      units: { input: 10, cacheWrite5m: 90, cacheWrite1h: 40, output: 20, reasoning: 30 },
      final: true,
      notes: ["inconsistent_usage"],
    });
  });

  it("empty words say nothing: neither an ending nor a model", () => {
    const anthropic = readAll(anthropicReader(), [
      { type: "message_start", message: { id: "", model: " ", usage: { input_tokens: 1, output_tokens: 1 } } },
      { type: "message_delta", delta: { stop_reason: "" } },
    ]);
    expect(anthropic).toMatchObject({ complete: false, final: false, responseModel: undefined });
  });
});
