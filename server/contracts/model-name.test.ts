import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelName } from "./model-name.ts";

const accepts = (name: string): boolean => ModelName.safeParse(name).success;

describe("the grammar of model names", () => {
  it.each([
    "gpt-4o-mini",
    "openai/gpt-4.1-2025-04-14",
    "anthropic/claude-sonnet-4-5@20250929",
    "openrouter/anthropic/claude-sonnet-4.5:free",
    "ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
    "vllm/Qwen/Qwen2.5-7B-Instruct",
    "fireworks/accounts/fireworks/models/llama-v3p1-8b-instruct",
    "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0",
    "openai/ft:gpt-4o-mini-2024-07-18:acme::AbC123",
  ])("takes %s", (name) => expect(accepts(name)).toBe(true));

  it.each([
    "",
    "google/gemini-1.5-flash\\..\\gemini-2.5-pro",
    "google/gemini-1.5-flash/../gemini-2.5-pro",
    "google/../cachedContents",
    "google/gemini-2.5-pro?x",
    "google/gemini-2.5-pro#",
    "google/%2e%2e/cachedContents",
    "google/gemini-2.5-pro.",
    "google/gemini-2.5-pro./x",
    "google/.",
    "google//x",
    "/x",
    "x/",
    "x:",
    "x:::y",
    "@preset/mine",
    "gpt-4o mini",
    "gpt-4o\n",
    "gpt-4o\u0000",
    "gpt-4o\u200b",
    "gpt\uff0d4o",
    "\u0261pt-4o",
    "gpt-4o\u2215x",
    "gpt-4o\u2024\u2024x",
    "gpt-4\u202eo",
    "a".repeat(257),
  ])("refuses %j", (name) => expect(accepts(name)).toBe(false));

  it("takes nothing that an address would read otherwise than as itself", () => {
    const hostile = fc.constantFrom(..."aZ9-_./:@\\?#%&=+;, \t\r\n\u0000\u200b\u2025\uff0e\uff0f", "..", "%2e", "%2F");
    const anything = fc.oneof(
      fc.string({ unit: hostile, maxLength: 24 }),
      fc.string({ unit: "binary", maxLength: 24 }),
    );
    fc.assert(
      fc.property(anything, (name) => {
        if (!accepts(name)) return;
        expect(new URL(`http://host/models/${name}`).pathname).toBe(`/models/${name}`);
        expect(name).not.toMatch(/\.\.|\/\/|[\\?#%\s]|\.$|[^\x21-\x7e]/);
      }),
      { numRuns: 3_000 },
    );
  });
});
