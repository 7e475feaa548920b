import { describe, expect, it } from "vitest";
import { ProviderError } from "../../contracts/vendor-call.ts";
import { NexusError } from "../../errors.ts";
import { parseChatRequest } from "./chat-request.ts";
import { translateChatRequest } from "./translate-chat-request.ts";

const translate = (body: Record<string, unknown>) =>
  translateChatRequest(
    parseChatRequest({ model: "anthropic/claude-haiku-4-5", messages: [{ role: "user", content: "Hi" }], ...body }),
  );

const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("translateChatRequest", () => {
  it("carries settings over under their own names", () => {
    const { input, warnings } = translate({
      max_completion_tokens: 64,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      presence_penalty: 1,
      frequency_penalty: -1,
      stop: "END",
      seed: 7,
      reasoning_effort: "low",
      n: 1,
      stream: null,
    });
    expect(input).toEqual({
      model: "anthropic/claude-haiku-4-5",
      messages: [{ role: "user", content: "Hi" }],
      maxOutputTokens: 64,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      presencePenalty: 1,
      frequencyPenalty: -1,
      stopSequences: ["END"],
      seed: 7,
      reasoning: "low",
    });
    expect(warnings).toEqual([]);
  });

  it("keeps a conversation with parallel tool calls together", () => {
    const { input } = translate({
      messages: [
        {
          role: "developer",
          content: [
            { type: "text", text: "Be " },
            { type: "text", text: "brief." },
          ],
        },
        { role: "user", content: "Weather in Rome and Oslo?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "a", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
            { id: "b", type: "function", function: { name: "now", arguments: "" } },
          ],
        },
        { role: "tool", tool_call_id: "a", content: "21" },
        { role: "tool", tool_call_id: "b", content: [{ type: "text", text: "noon" }] },
        { role: "assistant", content: "Warm." },
      ],
    });
    expect(input.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather in Rome and Oslo?" },
      {
        role: "assistant",
        content: [
          { type: "tool-call", toolCallId: "a", toolName: "weather", input: { city: "Rome" } },
          { type: "tool-call", toolCallId: "b", toolName: "now", input: {} },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "a", toolName: "weather", output: { type: "text", value: "21" } },
          { type: "tool-result", toolCallId: "b", toolName: "now", output: { type: "text", value: "noon" } },
        ],
      },
      { role: "assistant", content: "Warm." },
    ]);
  });

  it("translates images, files and cache marks", () => {
    const { input, warnings } = translate({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Look", cache_control: { type: "ephemeral", ttl: "1h" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
            { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" } },
          ],
        },
      ],
    });
    expect(input.messages?.[0]?.content).toEqual([
      {
        type: "text",
        text: "Look",
        providerOptions: { anthropic: { cacheControl: { type: "ephemeral", ttl: "1h" } } },
      },
      { type: "file", mediaType: "image/png", data: "AAAA" },
      { type: "file", mediaType: "image/*", url: "https://example.com/a.png" },
      { type: "file", mediaType: "application/pdf", data: "BBBB", filename: "a.pdf" },
    ]);
    expect(warnings).toEqual(["messages.image_url.detail"]);
  });

  it("translates tools, tool choice and response formats", () => {
    const { input } = translate({
      tools: [
        {
          type: "function",
          function: { name: "weather", description: "Now", parameters: { type: "object" }, strict: true },
        },
        { type: "function", function: { name: "now" } },
      ],
      tool_choice: { type: "function", function: { name: "weather" } },
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: { type: "object" }, strict: true },
      },
    });
    expect(input.tools).toEqual([
      { name: "weather", description: "Now", inputSchema: { type: "object" }, strict: true },
      { name: "now", inputSchema: { type: "object", properties: {} } },
    ]);
    expect(input.toolChoice).toEqual({ type: "tool", toolName: "weather" });
    expect(input.responseFormat).toEqual({ type: "json", name: "answer", schema: { type: "object" } });
    expect(translate({ response_format: { type: "json_object" } }).input.responseFormat).toEqual({ type: "json" });
    expect(translate({ tool_choice: "required" }).input.toolChoice).toBe("required");
  });

  it.each([
    [{ reasoning_effort: "high" }, { reasoning: "high" }],
    [{ reasoning: { effort: "xhigh" } }, { reasoning: "xhigh" }],
    [{ reasoning: { max_tokens: 2_000 } }, { reasoningBudget: 2_000 }],
    [{ reasoning: { enabled: true } }, { reasoning: "medium" }],
    [{ reasoning: { enabled: false, effort: "high" } }, { reasoning: "none" }],
    [{ reasoning_effort: "low", reasoning: { effort: "high" } }, { reasoning: "low" }],
    [{ parallel_tool_calls: false }, { parallelToolCalls: false }],
    [{ parallel_tool_calls: true }, { parallelToolCalls: true }],
  ])("carries %j over", (body, expected) => {
    const { input, warnings } = translate(body);
    expect(input).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  it("names every setting that is not carried out", () => {
    const { warnings } = translate({
      logit_bias: { 50256: -100 },
      user: "someone",
      reasoning: { exclude: true },
      store: false,
      min_p: 0.1,
      messages: [{ role: "user", content: "Hi", name: "Ann" }],
    });
    expect(warnings.toSorted()).toEqual(["logit_bias", "messages.name", "min_p", "reasoning.exclude", "user"]);
  });

  it.each([
    ["n", { n: 2 }],
    ["logprobs", { logprobs: true }],
    ["custom tools", { tools: [{ type: "custom", custom: { name: "x" } }] }],
    [
      "audio",
      { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "AA", format: "wav" } }] }] },
    ],
    ["uploaded files", { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "file-1" } }] }] }],
  ])("leaves %s to routes of the dialect itself", (_what, body) => {
    const error = caught(() => translate(body));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ failure: { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" } });
  });

  it.each([
    ["messages.0.tool_call_id", { messages: [{ role: "tool", tool_call_id: "nobody", content: "1" }] }],
    [
      "messages.0.tool_calls.0.function.arguments",
      { messages: [{ role: "assistant", tool_calls: [{ id: "a", function: { name: "f", arguments: "{" } }] }] },
    ],
    [
      "messages.0.content.0.image_url.url",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://example.com" } }] }] },
    ],
    ["messages.0.content.0.type", { messages: [{ role: "user", content: [{ type: "hologram" }] }] }],
  ])("names the field %s", (field, body) => {
    const error = caught(() => translate(body));
    expect(NexusError.is(error) && error.issues?.[0]?.field).toBe(field);
  });
});

describe("parseChatRequest", () => {
  const aloud = { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } };

  it.each([
    ["messages", { messages: [] }],
    ["messages.0.role", { messages: [{ role: "king", content: "" }] }],
    ["messages.0.content", { messages: [{ role: "user", content: 7 }] }],
    ["max_tokens", { max_tokens: 0 }],
    ["max_tokens", { max_tokens: 1.5 }],
    ["max_tokens", { max_tokens: 5, max_completion_tokens: 5 }],
    ["n", { n: 129 }],
    ["stream", { stream: "yes" }],
    ["temperature", { temperature: 3 }],
    ["tools.0.type", { tools: [{ type: "web_search" }] }],
    ["tools.0.function.name", { tools: [{ type: "function", function: { name: "no spaces" } }] }],
    ["service_tier", { service_tier: "priority" }],
    ["modalities.1", { modalities: ["text", "image"] }],
    ["audio", { modalities: ["text", "audio"] }],
    ["audio", { modalities: ["audio"], audio: null }],
    ["audio.format", { ...aloud, audio: { voice: "alloy", format: "ogg" } }],
    ["audio.format", { ...aloud, audio: { voice: "alloy" } }],
    ["audio.format", { ...aloud, stream: true }],
    ["audio.voice", { ...aloud, audio: { voice: "", format: "wav" } }],
    ["audio.voice.of", { ...aloud, audio: { voice: { id: "voice_1", of: "mine" }, format: "wav" } }],
    ["audio.quality", { ...aloud, audio: { voice: "alloy", format: "wav", quality: "high" } }],
    ["messages.0.audio.id", { messages: [{ role: "assistant", audio: { transcript: "Hi" } }] }],
    ["web_search_options.search_context_size", { web_search_options: { search_context_size: "huge" } }],
    ["models", { models: ["openai/gpt-5"] }],
  ])("refuses a wrong %s", (field, body) => {
    const error = caught(() => parseChatRequest({ model: "m", messages: [{ role: "user", content: "Hi" }], ...body }));
    expect(NexusError.is(error) && error.issues?.[0]?.field).toBe(field);
  });

  it("lets unknown parts and other vendors' harmless fields live", () => {
    const body = {
      model: "m",
      messages: [{ role: "user", content: [{ type: "new", x: 1 }], y: 2 }],
      chat_template_kwargs: { deep: [3] },
      stop: null,
    };
    expect(parseChatRequest(body)).toEqual(body);
  });
});
