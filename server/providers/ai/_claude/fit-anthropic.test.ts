import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentBy } from "../../../../test/sent-by.ts";
import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Message } from "../../../contracts/ai/message.ts";
import { anthropic } from "../anthropic/anthropic.ts";
import { claudeModel } from "./claude-models.ts";

const answer = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude",
  content: [{ type: "text", text: "Hi" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};
const sent = (model: string, maxOutputTokens: number, input: Omit<GenerateTextInput, "model">) =>
  sentBy(anthropic.ai, input, { model, maxOutputTokens, answer });

const tools = [{ name: "f", inputSchema: { type: "object", properties: {} } }];
const signed = { type: "reasoning", text: "Hm", providerOptions: { anthropic: { signature: "sig" } } } as const;
const call = { type: "tool-call", toolCallId: "a", toolName: "f", input: {} } as const;
const result: Message = {
  role: "tool",
  content: [{ type: "tool-result", toolCallId: "a", toolName: "f", output: { type: "text", value: "1" } }],
};
const told = (warnings: Awaited<ReturnType<typeof sent>>["warnings"]): string =>
  warnings.map(({ setting, details }) => `${setting}: ${details}`).join("; ");

const models = [
  "claude-3-haiku-20240307",
  "claude-3-5-sonnet-20241022",
  "claude-3-7-sonnet-20250219",
  "claude-sonnet-4-20250514",
  "claude-opus-4-1",
  "claude-haiku-4-5",
  "claude-sonnet-4-5-20250929",
  "claude-opus-4-6",
  "claude-opus-4-8",
  "claude-sonnet-5",
  "claude-opus-5-5",
  "claude-fable-5",
];

describe("thinking", () => {
  it("is a budget from 1024 to below the limit, or none, whatever is asked of whom", async () => {
    const asked = fc.record(
      {
        reasoning: fc.constantFrom("provider-default", "none", "minimal", "low", "medium", "high", "xhigh", "max"),
        reasoningBudget: fc.oneof(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 1_000_000 })),
        toolChoice: fc.constantFrom<NonNullable<GenerateTextInput["toolChoice"]>[]>("auto", "none", "required", {
          type: "tool",
          toolName: "f",
        }),
        temperature: fc.constantFrom(0, 0.5, 1),
        topP: fc.constantFrom(0.1, 0.99),
        topK: fc.constant(5),
      },
      { requiredKeys: [] },
    );
    const limit = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 1_000_000 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), limit, asked, async (model, maxOutputTokens, settings) => {
        const { body, warnings } = await sent(model, maxOutputTokens, {
          messages: [{ role: "user", content: "Hi" }],
          tools,
          ...settings,
        });
        const { thinking: kind, maxOutput } = claudeModel(model);
        const maxTokens = Number(body["max_tokens"]);
        expect(maxTokens).toBe(Math.min(maxOutputTokens, maxOutput));
        const thinking = body["thinking"] as { type: string; budget_tokens?: number } | undefined;
        const thinks = thinking !== undefined && thinking.type !== "disabled";
        if (thinking?.type === "enabled") {
          expect(kind).toBe("budget");
          expect(thinking.budget_tokens).toBeGreaterThanOrEqual(1_024);
          expect(thinking.budget_tokens).toBeLessThan(maxTokens);
        }
        if (thinking?.type === "adaptive") expect(["adaptive", "always"]).toContain(kind);
        if (thinks) {
          const choice = body["tool_choice"] as { type: string } | undefined;
          expect(["any", "tool"]).not.toContain(choice?.type);
          for (const field of ["temperature", "top_p", "top_k"]) expect(body).not.toHaveProperty(field);
        }
        const wants =
          settings.reasoningBudget !== undefined ||
          !["provider-default", "none", undefined].includes(settings.reasoning);
        // What is asked for and not done is said.
        if (wants && !thinks) expect(told(warnings)).toContain("reasoning: left out");
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["claude-haiku-4-5", 2_000, { reasoning: "high" }, 1_600],
    ["claude-haiku-4-5", 2_000, { reasoning: "minimal" }, 1_024],
    ["claude-haiku-4-5", 1_025, { reasoning: "max" }, 1_024],
    ["claude-haiku-4-5", 8_192, { reasoningBudget: 16_000 }, 8_191],
    ["claude-haiku-4-5", 8_192, { reasoningBudget: 100 }, 1_024],
  ] as const)(
    "of %s within %i tokens, asked %j, has a budget of %i, and says so",
    async (model, limit, asked, budget) => {
      const { body, warnings } = await sent(model, limit, { prompt: "Hi", ...asked });
      expect(body).toMatchObject({ max_tokens: limit, thinking: { type: "enabled", budget_tokens: budget } });
      expect(told(warnings)).toContain(`a budget of ${budget} tokens`);
    },
  );

  it("keeps a budget that fits without a word", async () => {
    const { body, warnings } = await sent("claude-haiku-4-5", 8_192, { prompt: "Hi", reasoningBudget: 5_000 });
    expect(body["thinking"]).toEqual({ type: "enabled", budget_tokens: 5_000 });
    expect(warnings).toEqual([]);
  });

  it("asked for in Anthropic's own words keeps the same bounds", async () => {
    const thinking = { type: "enabled", budgetTokens: 30_000 };
    const { body } = await sent("claude-haiku-4-5", 4_096, {
      prompt: "Hi",
      providerOptions: { anthropic: { thinking } },
    });
    expect(body).toMatchObject({ max_tokens: 4_096, thinking: { type: "enabled", budget_tokens: 4_095 } });
  });

  it("is left out in a turn that came back without it, and goes on in one that did not", async () => {
    const begun: Message = { role: "user", content: "Go" };
    const unsigned: Message = { role: "assistant", content: [call] };
    const whole: Message = { role: "assistant", content: [signed, call] };
    const ask = (messages: Message[]) => sent("claude-haiku-4-5", 4_096, { messages, tools, reasoning: "low" });
    const lost = await ask([begun, unsigned, result]);
    expect(lost.body).not.toHaveProperty("thinking");
    expect(told(lost.warnings)).toContain("without the signed thinking");
    const kept = await ask([begun, whole, result, unsigned, result]);
    expect(kept.body).toMatchObject({ thinking: { type: "enabled" } });
    expect(kept.body["messages"]).toMatchObject([
      {},
      { role: "assistant", content: [{ type: "thinking", thinking: "Hm", signature: "sig" }, { type: "tool_use" }] },
      {},
      {},
      {},
    ]);
    // A finished turn binds nobody.
    const next = await ask([begun, unsigned, result, { role: "assistant", content: "Done" }, begun]);
    expect(next.body).toMatchObject({ thinking: { type: "enabled" } });
  });

  it("is sent back as it came, redacted or not, and another vendor's is not", async () => {
    const { body, warnings } = await sent("claude-haiku-4-5", 4_096, {
      messages: [
        { role: "user", content: "Go" },
        {
          role: "assistant",
          content: [
            signed,
            { type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: "xyz" } } },
            { type: "reasoning", text: "Mm", providerOptions: { google: { thoughtSignature: "g" } } },
            { type: "reasoning", text: "unsigned" },
            { type: "text", text: "Done" },
          ],
        },
        { role: "user", content: "Again" },
      ],
    });
    expect(body["messages"]).toMatchObject([
      {},
      {
        content: [
          { type: "thinking", signature: "sig" },
          { type: "redacted_thinking", data: "xyz" },
          { type: "text", text: "Done" },
        ],
      },
      {},
    ]);
    expect(told(warnings)).toContain("messages.reasoning");
  });
});

describe("other rules", () => {
  it("hands on that tools are to be called one at a time", async () => {
    const { body } = await sent("claude-haiku-4-5", 100, { prompt: "Hi", tools, parallelToolCalls: false });
    expect(body["tool_choice"]).toEqual({ type: "auto", disable_parallel_tool_use: true });
  });

  it("asks for JSON in words where there is no schema, and says that it is no more than that", async () => {
    const { body, warnings } = await sent("claude-haiku-4-5", 100, {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
      responseFormat: { type: "json" },
    });
    expect(JSON.stringify(body["system"])).toMatch(/JSON object.*Be brief/);
    expect(warnings).toHaveLength(1);
    expect(told(warnings)).toContain("does not enforce");
  });

  it("spells tool calls of other vendors in its own alphabet, the same in call and result", async () => {
    const id = "functions.f:0";
    const { body } = await sent("claude-haiku-4-5", 100, {
      messages: [
        { role: "user", content: "Go" },
        { role: "assistant", content: [{ ...call, toolCallId: id }] },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId: id, toolName: "f", output: { type: "text", value: "1" } }],
        },
      ],
      tools,
    });
    expect(body["messages"]).toMatchObject([
      {},
      { content: [{ type: "tool_use", id: "functions_f_0" }] },
      { content: [{ type: "tool_result", tool_use_id: "functions_f_0" }] },
    ]);
  });

  it("shows images among the results of tools", async () => {
    const { body } = await sent("claude-haiku-4-5", 100, {
      messages: [
        { role: "user", content: "Go" },
        { role: "assistant", content: [call] },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "a",
              toolName: "f",
              output: { type: "content", value: [{ type: "file", mediaType: "image/png", data: "AAAA" }] },
            },
          ],
        },
      ],
      tools,
    });
    expect(body["messages"]).toMatchObject([
      {},
      {},
      { content: [{ type: "tool_result", content: [{ type: "image", source: { type: "base64", data: "AAAA" } }] }] },
    ]);
  });
});
