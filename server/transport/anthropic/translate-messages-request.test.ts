import { describe, expect, it } from "vitest";
import { ProviderError } from "../../contracts/vendor-call.ts";
import { NexusError } from "../../errors.ts";
import { measureMessages } from "./measure-messages.ts";
import { parseMessagesRequest } from "./messages-request.ts";
import { translateMessagesRequest } from "./translate-messages-request.ts";

const parse = (body: Record<string, unknown>) =>
  parseMessagesRequest({
    model: "openai/gpt-4o-mini",
    max_tokens: 100,
    messages: [{ role: "user", content: "Hi" }],
    ...body,
  });

const translate = (body: Record<string, unknown>) => translateMessagesRequest(parse(body));

const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("translateMessagesRequest", () => {
  it("carries settings over under their own names", () => {
    const { input, warnings } = translate({
      system: "Be kind.",
      stop_sequences: ["END"],
      temperature: 0.3,
      top_p: 0.9,
      top_k: 5,
      thinking: { type: "disabled" },
      tool_choice: { type: "any" },
      tools: [{ name: "weather", description: "Now", input_schema: { type: "object" } }],
      stream: true,
    });
    expect(input).toEqual({
      model: "openai/gpt-4o-mini",
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
      ],
      maxOutputTokens: 100,
      stopSequences: ["END"],
      temperature: 0.3,
      topP: 0.9,
      topK: 5,
      reasoning: "none",
      toolChoice: "required",
      tools: [{ name: "weather", description: "Now", inputSchema: { type: "object" } }],
    });
    expect(warnings).toEqual([]);
  });

  it("gives the tools that are left at the end of a conversation, and says what a search for tools found", () => {
    const tool = (name: string) => ({ name, input_schema: { type: "object" } });
    const change = (type: string, of: object) => ({ type, tool: of });
    const named = (name: string) => ({ type: "tool_reference", name });
    const { input, warnings } = translate({
      tools: [tool("search"), { ...tool("fetch"), defer_loading: true }, tool("gone"), tool("back")],
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "search", input: {} }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t1", content: [{ type: "tool_reference", tool_name: "fetch" }] },
          ],
        },
        {
          role: "system",
          content: [
            { type: "text", text: "Be kind." },
            change("tool_removal", named("gone")),
            change("tool_removal", named("back")),
            change("tool_addition", named("back")),
            change("tool_addition", { type: "tool_definition", definition: tool("late") }),
          ],
        },
        { role: "system", output_config: { effort: "low" } },
      ],
    });
    expect(input.tools?.map(({ name }) => name)).toEqual(["search", "fetch", "back", "late"]);
    expect(input.messages?.slice(2)).toEqual([
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "t1",
            toolName: "search",
            output: { type: "text", value: "The tool fetch is available." },
          },
        ],
      },
      { role: "system", content: "Be kind." },
    ]);
    expect(warnings).toEqual(["messages.output_config"]);
  });

  it("takes as many tools as agents with several servers bring, which only Anthropic's models can have", () => {
    const tools = Array.from({ length: 200 }, (_, at) => ({ name: `tool_${at}`, input_schema: { type: "object" } }));
    expect(measureMessages(parse({ tools }), 20_000).size.toolTypes).toHaveLength(200);
    expect(caught(() => translate({ tools }))).toBeInstanceOf(NexusError);
  });

  it("holds every tool that a conversation names again, and those that it defines", () => {
    const fetch = { name: "fetch", description: "x".repeat(500), input_schema: { type: "object" } };
    const found = (id: string) => [
      { role: "assistant", content: [{ type: "tool_use", id, name: "search", input: {} }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: id, content: [{ type: "tool_reference", tool_name: "fetch" }] }],
      },
    ];
    const sizeOf = (...more: readonly object[]) =>
      measureMessages(parse({ tools: [fetch], messages: [{ role: "user", content: "Hi" }, ...more] }), 1_000).size;
    expect(sizeOf(...found("a")).textBytes).toBe(1_000);
    const own = Buffer.byteLength(JSON.stringify(fetch));
    expect(sizeOf(...found("a"), ...found("b"), ...found("c")).textBytes).toBe(1_000 + 2 * own);
    const defined = { type: "tool_definition", definition: { type: "bash_20250124", name: "bash" } };
    const along = sizeOf({ role: "system", content: [{ type: "tool_addition", tool: defined }] });
    expect(along).toMatchObject({ toolTypes: ["custom", "bash_20250124"], media: [] });
  });

  it("puts the results of tools before what the user says", () => {
    const { input, warnings } = translate({
      messages: [
        { role: "user", content: [{ type: "text", text: "Go", cache_control: { type: "ephemeral" } }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm", signature: "x" },
            { type: "text", text: "Calling" },
            { type: "tool_use", id: "a", name: "weather", input: { city: "Rome" } },
            { type: "tool_use", id: "b", name: "now", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "21" }] },
            { type: "tool_result", tool_use_id: "b", content: "broken", is_error: true },
            { type: "text", text: "Well?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          ],
        },
      ],
    });
    expect(input.messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Go", providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm", providerOptions: { anthropic: { signature: "x" } } },
          { type: "text", text: "Calling" },
          { type: "tool-call", toolCallId: "a", toolName: "weather", input: { city: "Rome" } },
          { type: "tool-call", toolCallId: "b", toolName: "now", input: {} },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "a", toolName: "weather", output: { type: "text", value: "21" } },
          { type: "tool-result", toolCallId: "b", toolName: "now", output: { type: "error-text", value: "broken" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "text", text: "Well?" },
          { type: "file", mediaType: "image/png", data: "AAAA" },
        ],
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it("names every setting that is not carried out", () => {
    const { input, warnings } = translate({
      metadata: { user_id: "u" },
      thinking: { type: "enabled", budget_tokens: 5_000 },
      context_management: { edits: [] },
    });
    expect(warnings.toSorted()).toEqual(["context_management", "metadata"]);
    expect(input).toMatchObject({ reasoningBudget: 5_000 });
  });

  it.each([
    [{ thinking: { type: "disabled" } }, { reasoning: "none" }],
    [{ thinking: { type: "adaptive" } }, { reasoning: "high" }],
    [{ thinking: { type: "adaptive" }, output_config: { effort: "low" } }, { reasoning: "low" }],
    [{ output_config: { effort: "max" } }, { reasoning: "max" }],
    [{ tool_choice: { type: "auto", disable_parallel_tool_use: true } }, { parallelToolCalls: false }],
  ])("carries %j over", (body, expected) => {
    const { input, warnings } = translate(body);
    expect(input).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  it("carries files among the results of tools", () => {
    const { input } = translate({
      messages: [
        { role: "user", content: "Go" },
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "look", input: {} }] },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "a",
              content: [
                { type: "text", text: "Here" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
              ],
            },
          ],
        },
      ],
    });
    expect(input.messages?.at(-1)).toEqual({
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "a",
          toolName: "look",
          output: {
            type: "content",
            value: [
              { type: "text", text: "Here" },
              { type: "file", mediaType: "image/png", data: "AAAA" },
            ],
          },
        },
      ],
    });
  });

  it("leaves what only Anthropic knows to Anthropic", () => {
    const error = caught(() =>
      translate({ messages: [{ role: "user", content: [{ type: "search_result", source: "x" }] }] }),
    );
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ failure: { code: "CAPABILITY_MISSING", about: "route" } });
  });

  it.each([
    [
      "messages.0.content.0.tool_use_id",
      { messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "x", content: "" }] }] },
    ],
    ["tool_choice.name", { tool_choice: { type: "tool" } }],
  ])("names the field %s", (field, body) => {
    const error = caught(() => translate(body));
    expect(NexusError.is(error) && error.issues?.[0]?.field).toBe(field);
  });
});

describe("parseMessagesRequest", () => {
  it.each([
    ["max_tokens", { max_tokens: undefined }],
    ["messages", { messages: [] }],
    ["messages.0.content", { messages: [{ role: "user", content: 1 }] }],
    ["temperature", { temperature: 2 }],
    ["tools.0.type", { tools: [{ type: "web_fetch_20250910", name: "web_fetch" }] }],
    ["tools.0.max_uses", { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 99 }] }],
    ["mcp_servers", { mcp_servers: [{ url: "https://example.com" }] }],
    ["container", { container: "c" }],
  ])("refuses a wrong %s", (field, body) => {
    const error = caught(() => parse(body));
    expect(NexusError.is(error) && error.issues?.[0]?.field).toBe(field);
  });

  it("lets unknown parts and the caller's own tools live", () => {
    const body = {
      tools: [{ type: "bash_20250124", name: "bash" }],
      messages: [{ role: "user", content: [{ type: "new", x: 1 }], y: 2 }],
    };
    expect(parse(body)).toMatchObject(body);
  });
});

describe("measureMessages", () => {
  it("counts images wherever they stand, and what asks for the cache", () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(4_000) } };
    const body = parse({
      system: [{ type: "text", text: "x", cache_control: { type: "ephemeral" } }],
      messages: [{ role: "user", content: [image, { type: "tool_result", tool_use_id: "a", content: [image] }] }],
    });
    const { size, needs } = measureMessages(body, Buffer.byteLength(JSON.stringify(body)));
    expect(size.media).toMatchObject([
      { kind: "image", field: "messages.0.content.0.source", data: image.source.data },
      { kind: "image", field: "messages.0.content.1.content.0.source", data: image.source.data },
    ]);
    expect(size).toMatchObject({ choices: 1, writesCache: true, maxOutputTokens: 100 });
    expect(size.textBytes).toBeLessThan(1_000);
    expect(needs).toMatchObject({ images: true, tools: false, json: false });
  });

  it("finds documents by what they are made of", () => {
    const document = (source: object) => ({ type: "document", source });
    const media = (...content: unknown[]) =>
      measureMessages(parse({ messages: [{ role: "user", content }] }), 0).size.media.map(({ kind, data }) => [
        kind,
        data,
      ]);
    expect(media(document({ type: "base64", media_type: "application/pdf", data: "QUJD" }))).toEqual([
      ["document", "QUJD"],
    ]);
    expect(media(document({ type: "url", url: "https://example.com/a.pdf" }))).toEqual([["document", undefined]]);
    expect(media(document({ type: "file", file_id: "file_1" }))).toEqual([["document", undefined]]);
    expect(media(document({ type: "text", media_type: "text/plain", data: "Words." }))).toEqual([]);
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "QUJD" } };
    expect(media(document({ type: "content", content: [image] }))).toEqual([["image", "QUJD"]]);
    expect(media({ type: "container_upload", file_id: "file_1" }, { type: "thinking", thinking: "Hm." })).toEqual([
      ["other", undefined],
    ]);
  });
});
