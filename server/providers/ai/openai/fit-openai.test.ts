import { describe, expect, it } from "vitest";
import { sentBy } from "../../../../test/sent-by.ts";
import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { AiVendor } from "../../../contracts/ai-vendor.ts";
import { providers } from "../../index.ts";

const answer = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const vendorOf = (id: string): AiVendor | undefined => providers.get(id)?.ai;
const sent = (vendor: string, model: string, input: Omit<GenerateTextInput, "model">) =>
  sentBy(vendorOf(vendor), input, { model, maxOutputTokens: 4_000, answer });
const tools = [{ name: "f", inputSchema: { type: "object", properties: {} } }];

describe("thinking", () => {
  it.each([
    ["openai", "gpt-5", { reasoning: "low" }, { reasoning_effort: "low" }],
    ["openai", "o3", { reasoningBudget: 3_900 }, { reasoning_effort: "high" }],
    ["openai", "gpt-5.1", { reasoning: "none" }, { reasoning_effort: "none" }],
    ["vllm", "qwen", { reasoningBudget: 400 }, { reasoning_effort: "low" }],
    ["openrouter", "anthropic/claude-haiku-4.5", { reasoningBudget: 2_000 }, { reasoning: { max_tokens: 2_000 } }],
    ["openrouter", "anthropic/claude-haiku-4.5", { reasoningBudget: 9_000 }, { reasoning: { max_tokens: 3_999 } }],
    ["openrouter", "anthropic/claude-haiku-4.5", { reasoning: "high" }, { reasoning_effort: "high" }],
  ] as const)("at %s by %s asked %j is %j", async (vendor, model, asked, expected) => {
    expect((await sent(vendor, model, { prompt: "Hi", ...asked })).body).toMatchObject(expected);
  });

  it.each(["gpt-4o-mini", "gpt-4.1", "gpt-5-chat-latest"])(
    "is left out for %s, which does not reason",
    async (model) => {
      for (const asked of [{ reasoning: "high" as const }, { reasoningBudget: 2_000 }]) {
        const { body, warnings } = await sent("openai", model, { prompt: "Hi", ...asked });
        expect(body).not.toHaveProperty("reasoning_effort");
        expect(warnings).toEqual([expect.objectContaining({ setting: "reasoning" })]);
      }
      expect((await sent("openai", model, { prompt: "Hi", reasoning: "none" })).body).not.toHaveProperty(
        "reasoning_effort",
      );
    },
  );
});

it.each(["openai", "openrouter", "compatible"])(
  "%s hears that tools are called one at a time, where there are any",
  async (vendor) => {
    const one = { prompt: "Hi", parallelToolCalls: false };
    expect((await sent(vendor, "gpt-4o", { ...one, tools })).body).toMatchObject({ parallel_tool_calls: false });
    expect((await sent(vendor, "gpt-4o", one)).body).not.toHaveProperty("parallel_tool_calls");
  },
);

it.each(["openai", "compatible"])("%s takes instructions anywhere, and JSON without a schema", async (vendor) => {
  const { body, warnings } = await sent(vendor, "gpt-4o", {
    messages: [
      { role: "user", content: "Hi" },
      { role: "system", content: "As JSON." },
    ],
    responseFormat: { type: "json" },
  });
  expect(body["messages"]).toMatchObject([{ role: "user" }, { role: "system", content: "As JSON." }]);
  expect(body["response_format"]).toEqual({ type: "json_object" });
  expect(warnings).toEqual([]);
});

it.each(["openai", "openrouter"])("%s sees files among the results of tools after all of them", async (vendor) => {
  const { body, warnings } = await sent(vendor, "gpt-4o", {
    messages: [
      { role: "user", content: "Go" },
      {
        role: "assistant",
        content: [
          { type: "tool-call", toolCallId: "a", toolName: "f", input: {} },
          { type: "tool-call", toolCallId: "b", toolName: "f", input: {} },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "a",
            toolName: "f",
            output: {
              type: "content",
              value: [
                { type: "text", text: "Here" },
                { type: "file", mediaType: "image/png", data: "AAAA" },
              ],
            },
          },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", toolCallId: "b", toolName: "f", output: { type: "text", value: "2" } }],
      },
    ],
    tools,
  });
  expect(body["messages"]).toMatchObject([
    { role: "user" },
    { role: "assistant" },
    { role: "tool", tool_call_id: "a", content: "Here\n[a file, in the next message]" },
    { role: "tool", tool_call_id: "b", content: "2" },
    {
      role: "user",
      content: [{ type: "text" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
    },
  ]);
  expect(warnings).toEqual([expect.objectContaining({ setting: "messages.tool-result" })]);
});

it.each(["openai", "openrouter", "compatible"])("%s is sent no empty text blocks", async (vendor) => {
  const text = (value: string) => ({ type: "text" as const, text: value });
  const result = { type: "tool-result" as const, toolCallId: "a", toolName: "f" };
  const { body } = await sent(vendor, "gpt-4o", {
    messages: [
      { role: "system", content: "" },
      { role: "user", content: [text(""), text("One"), text(""), text("two")] },
      { role: "assistant", content: [text(""), { type: "tool-call", toolCallId: "a", toolName: "f", input: {} }] },
      { role: "tool", content: [{ ...result, output: { type: "content", value: [text(""), text("Three")] } }] },
      { role: "user", content: [text("")] },
    ],
    tools,
  });
  expect(body).toMatchObject({
    messages: [
      { role: "user", content: [text("One"), text("two")] },
      { role: "assistant" },
      { role: "tool", content: "Three" },
      { role: "user", content: "" },
    ],
  });
});

it("names what the vendor does not take", async () => {
  const file = { type: "file" as const, mediaType: "text/csv", data: "YSxi" };
  await expect(sent("openai", "gpt-4o", { messages: [{ role: "user", content: [file] }] })).rejects.toMatchObject({
    failure: { code: "CAPABILITY_MISSING", message: expect.stringContaining("text/csv") },
  });
});
