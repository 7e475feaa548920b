import { expect, test } from "vitest";
import type { TextPart } from "../../_data/answers.ts";
import { withPart, type StreamedText } from "./use-text-stream.ts";

const usage = { inputTokens: 3, outputTokens: 2, cachedInputTokens: null, reasoningTokens: null, units: {} };
const facts: Extract<TextPart, { type: "finish" }>["nexus"] = {
  operationId: "01a20028-f85c-706b-b97e-0071d41bb937",
  vendor: "openai",
  model: "gpt-4o-mini",
  requestedModel: "openai/gpt-4o-mini",
  credentialTier: "platform_default",
  costNanoUsd: "1650",
  usageSource: "provider",
  attempts: [],
};

const nothing: StreamedText = { state: "streaming", text: "", reasoning: "", toolCalls: [], sources: [], warnings: [] };
const all = (...parts: readonly TextPart[]): StreamedText => parts.reduce(withPart, nothing);
const start: TextPart = { type: "stream-start", operationId: facts.operationId, warnings: [] };

test("an answer grows part by part, and ends with what it cost", () => {
  expect(
    all(
      start,
      { type: "reasoning-delta", id: "0", delta: "Hm." },
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "The Rhine, " },
      { type: "text-delta", id: "1", delta: "the Nile" },
      { type: "tool-call", toolCallId: "t", toolName: "map", input: "{}" },
      { type: "source", id: "s", url: "https://example.com/rivers", title: "Rivers" },
      { type: "finish", finishReason: "stop", usage, nexus: facts },
    ),
  ).toMatchObject({
    state: "finished",
    text: "The Rhine, the Nile",
    reasoning: "Hm.",
    operationId: facts.operationId,
    toolCalls: [{ toolName: "map", input: "{}" }],
    sources: [{ title: "Rivers" }],
    finish: { nexus: { costNanoUsd: "1650" } },
  });
});

test("one that breaks off keeps what came, and says whether the vendor acted", () => {
  const broken = all(
    start,
    { type: "text-delta", id: "1", delta: "The" },
    {
      type: "error",
      error: {
        code: "PROVIDER_BAD_RESPONSE",
        message: "It broke off.",
        effect: "done",
        operationId: facts.operationId,
      },
    },
  );
  expect(broken).toMatchObject({ state: "failed", text: "The" });
  expect(broken.error).toMatchObject({ code: "PROVIDER_BAD_RESPONSE", effect: "done", operationId: facts.operationId });
});
