import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentBy } from "../../../../test/sent-by.ts";
import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Message } from "../../../contracts/ai/message.ts";
import { geminiThinking } from "./gemini-models.ts";
import { google } from "../google/google.ts";

const answer = {
  candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
};
const sent = (model: string, maxOutputTokens: number, input: Omit<GenerateTextInput, "model">) =>
  sentBy(google.ai, input, { model, maxOutputTokens, answer });

interface ThinkingConfig {
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: string;
  readonly includeThoughts?: boolean;
}
const thinkingOf = (body: Readonly<Record<string, unknown>>): ThinkingConfig | undefined =>
  (body["generationConfig"] as { thinkingConfig?: ThinkingConfig }).thinkingConfig;

const tools = [{ name: "f", inputSchema: { type: "object", properties: {} } }];

describe("thinking", () => {
  it("is within what the model takes, whatever is asked of whom", async () => {
    const models = [
      "gemini-2.0-flash",
      "gemini-2.5-flash",
      "gemini-2.5-flash-lite",
      "gemini-2.5-pro",
      "gemini-3-pro-preview",
      "gemini-3-flash-preview",
      "gemini-3.1-pro-preview",
      "gemini-4-hydrogen",
      "gemma-3-27b-it",
    ];
    const asked = fc.record(
      {
        reasoning: fc.constantFrom("provider-default", "none", "minimal", "low", "medium", "high", "xhigh", "max"),
        reasoningBudget: fc.integer({ min: 1, max: 100_000 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...models),
        fc.integer({ min: 1, max: 70_000 }),
        asked,
        async (model, limit, settings) => {
          const { body } = await sent(model, limit, { prompt: "Hi", ...settings });
          const thinking = geminiThinking(model);
          const config = thinkingOf(body);
          if (config === undefined) {
            expect(thinking.by === "none" || (settings.reasoning ?? "provider-default") === "provider-default").toBe(
              true,
            );
            return;
          }
          if (thinking.by === "level") {
            expect(config.thinkingBudget).toBeUndefined();
            expect(thinking.levels).toContain(config.thinkingLevel);
          } else if (thinking.by === "budget") {
            expect(config.thinkingLevel).toBeUndefined();
            const budget = config.thinkingBudget ?? -1;
            if (budget === 0) expect(thinking.off && settings.reasoning === "none").toBe(true);
            else {
              expect(budget).toBeGreaterThanOrEqual(thinking.least);
              expect(budget).toBeLessThanOrEqual(Math.max(thinking.least, Math.min(thinking.most, limit - 1)));
            }
          } else expect.unreachable();
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["gemini-2.5-flash", { reasoning: "medium" }, { thinkingBudget: 2_000, includeThoughts: true }],
    ["gemini-2.5-flash", { reasoning: "none" }, { thinkingBudget: 0 }],
    ["gemini-2.5-pro", { reasoning: "none" }, { thinkingBudget: 128 }],
    ["gemini-3-pro-preview", { reasoning: "medium" }, { thinkingLevel: "low", includeThoughts: true }],
    ["gemini-3-flash-preview", { reasoning: "minimal" }, { thinkingLevel: "minimal", includeThoughts: true }],
    ["gemini-3.1-pro-preview", { reasoningBudget: 3_900 }, { thinkingLevel: "high", includeThoughts: true }],
    ["gemini-2.0-flash", { reasoning: "high" }, undefined],
  ] as const)("of %s asked %j", async (model, asked, config) => {
    const { body } = await sent(model, 4_000, { prompt: "Hi", ...asked });
    expect(thinkingOf(body)).toEqual(config);
  });
});

it("sends signatures back where they came from, and another vendor's thinking nowhere", async () => {
  const conversation = (signature?: string): Message[] => [
    { role: "user", content: "Go" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "Claude's", providerOptions: { anthropic: { signature: "c" } } },
        { type: "reasoning", text: "Mine", providerOptions: { google: { thoughtSignature: "t" } } },
        {
          type: "tool-call",
          toolCallId: "a",
          toolName: "f",
          input: {},
          ...(signature === undefined ? {} : { providerOptions: { google: { thoughtSignature: signature } } }),
        },
        { type: "text", text: "", providerOptions: { google: { thoughtSignature: "e" } } },
        { type: "text", text: "" },
      ],
    },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "a", toolName: "f", output: { type: "text", value: "1" } }],
    },
  ];
  const whole = await sent("gemini-3-flash-preview", 1_000, { messages: conversation("s"), tools });
  expect(whole.body["contents"]).toMatchObject([
    {},
    {
      parts: [
        { text: "Mine", thought: true, thoughtSignature: "t" },
        { functionCall: { name: "f" }, thoughtSignature: "s" },
        { text: "", thoughtSignature: "e" },
      ],
    },
    {},
  ]);
  // The stand-in that Google documents for calls whose signature a client lost.
  const lost = await sent("gemini-3-flash-preview", 1_000, { messages: conversation(), tools });
  expect(JSON.stringify(lost.body["contents"])).toContain('"thoughtSignature":"skip_thought_signature_validator"');
  expect(lost.warnings.length).toBeGreaterThan(whole.warnings.length);
});

it("takes instructions after the first turn, JSON without a schema, and says what it cannot do", async () => {
  const { body, warnings } = await sent("gemini-2.5-flash", 1_000, {
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Yes?" },
      { role: "system", content: "Be long." },
      { role: "user", content: "Go" },
    ],
    responseFormat: { type: "json" },
    tools,
    parallelToolCalls: false,
  });
  expect(body["systemInstruction"]).toMatchObject({ parts: [{ text: "Be brief." }] });
  expect(JSON.stringify(body["contents"])).toContain("<system>\\nBe long.\\n</system>");
  expect(body["generationConfig"]).toMatchObject({ responseMimeType: "application/json" });
  expect(warnings.map(({ setting }) => setting)).toEqual(
    expect.arrayContaining(["messages.system", "parallelToolCalls"]),
  );
});
