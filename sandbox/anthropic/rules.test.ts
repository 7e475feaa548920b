import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const headers = { "x-api-key": "sk-test", "anthropic-version": "2023-06-01", "content-type": "application/json" };
const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const base = { model: "claude-haiku-4-5", max_tokens: 100, messages: [user("Hello")] };
const weather = { name: "weather", input_schema: { type: "object" } };
const use = (id: string) => ({ type: "tool_use", id, name: "weather", input: {} });
const result = (tool_use_id: string) => ({ type: "tool_result", tool_use_id, content: "18" });
const text = (words: string) => ({ type: "text", text: words });
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const image = (source: object) => ({ type: "image", source });
const system = { role: "system", content: "Be kind." };
const offered = { type: "tool_addition", tool: { type: "tool_reference", name: "weather" } };
const marked = { ...text("a"), cache_control: { type: "ephemeral" } };

interface Told {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

async function post(body: unknown, path = "/messages", more: Record<string, string> = {}): Promise<Told> {
  const response = await fetch(`${sandbox.baseUrls.anthropic}${path}`, {
    method: "POST",
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { error?: { type: string; message: string } };
  return { status: response.status, type: answer.error?.type ?? "", message: answer.error?.message ?? "" };
}

describe("what a message is refused for", () => {
  it.each<[string, object, string]>([
    ["an unknown field", { foo: 1 }, "foo: Extra inputs are not permitted"],
    ["a field of another dialect", { reasoning_effort: "low" }, "reasoning_effort: Extra inputs are not permitted"],
    ["a beta's field without the beta", { mcp_servers: [] }, "mcp_servers: Extra inputs are not permitted"],
    [
      "another effort between the messages without the beta",
      { model: "claude-opus-4-8", messages: [user("Hello"), { ...system, output_config: { effort: "low" } }] },
      "messages.1.output_config: Extra inputs are not permitted",
    ],
    [
      "a tool between the messages without the beta",
      { model: "claude-opus-4-8", messages: [user("Hello"), { ...system, content: [offered] }] },
      "messages.1.content.0: Input tag 'tool_addition' found using 'type' does not match",
    ],
    [
      "updates of thinking without the beta",
      { model: "claude-opus-4-8", thinking: { type: "adaptive", display: "updates" } },
      "thinking.adaptive.display: Input should be 'summarized' or 'omitted'",
    ],
    ["no limit", { max_tokens: undefined }, "max_tokens: Field required"],
    ["no messages", { messages: undefined }, "messages: Field required"],
    ["an empty list", { messages: [] }, "messages: at least one message is required"],
    ["a limit as text", { max_tokens: "100" }, "max_tokens: Input should be a valid integer"],
    ["a limit of zero", { max_tokens: 0 }, "max_tokens: Input should be greater than or equal to 1"],
    [
      "more than the model gives",
      { max_tokens: 100_000 },
      "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
    ],
    [
      "a longer prompt than its window",
      { messages: [user("x".repeat(800_100))] },
      "prompt is too long: 200029 tokens > 200000 maximum",
    ],
    ["a temperature above one", { temperature: 1.5 }, "temperature: range: 0..1"],
    [
      "two samplings",
      { temperature: 0.5, top_p: 0.9 },
      "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    ],
    [
      "a sampling where there is none",
      { model: "claude-opus-4-8", temperature: 0.5 },
      "`temperature` is deprecated for this model.",
    ],
    [
      "a blank stop sequence",
      { stop_sequences: ["\n"] },
      "stop_sequences: each stop sequence must contain non-whitespace",
    ],
    [
      "five cache marks",
      { messages: [user([marked, marked, marked, marked, marked])] },
      "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ],
    [
      "a system message in front",
      { messages: [{ role: "system", content: "Be kind." }, user("Hello")] },
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    ],
    [
      "a system message in between",
      { messages: [user("Hello"), { role: "system", content: "Be kind." }, user("Well?")] },
      "role 'system' is not supported on this model",
    ],
    [
      "an unknown role",
      { messages: [{ role: "tool", content: "18" }] },
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ],
    ["an answer first", { messages: [assistant("Hi")] }, 'messages: first message must use the "user" role'],
    ["an empty block", { messages: [user([text("")])] }, "messages: text content blocks must be non-empty"],
    [
      "a blank block",
      { messages: [user([text(" \n")])] },
      "messages: text content blocks must contain non-whitespace text",
    ],
    ["an empty system block", { system: [text("")] }, "system: text content blocks must be non-empty"],
    [
      "an empty message",
      { messages: [user("Hello"), assistant(""), user("Well?")] },
      "messages.1: all messages must have non-empty content except for the optional final assistant message",
    ],
    [
      "a prefill that ends in space",
      { messages: [user("Hello"), assistant("Well ")] },
      "messages: final assistant content cannot end with trailing whitespace",
    ],
    [
      "a prefill where there is none",
      { model: "claude-sonnet-4-6", messages: [user("Hello"), assistant("Well")] },
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    ],
    [
      "an unknown block",
      { messages: [user([{ type: "image_url", image_url: { url: "x" } }])] },
      "messages.0.content.0: Input tag 'image_url' found using 'type' does not match any of the expected tags: 'text', 'image',",
    ],
    [
      "a foreign field in a block",
      { messages: [user([{ ...text("a"), id: "1" }])] },
      "messages.0.content.0.text.id: Extra inputs are not permitted",
    ],
    ["a tool without a schema", { tools: [{ name: "weather" }] }, "tools.0.custom.input_schema: Field required"],
    [
      "a schema of no object",
      { tools: [{ name: "weather", input_schema: { type: "string" } }] },
      "tools.0.custom.input_schema.type: Input should be 'object'",
    ],
    [
      "a tool's name with a dot",
      { tools: [{ ...weather, name: "a.b" }] },
      "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    ["two tools of one name", { tools: [weather, weather] }, "tools: Tool names must be unique."],
    [
      "a choice of another tool",
      { tools: [weather], tool_choice: { type: "tool", name: "clock" } },
      "Tool 'clock' not found in provided tools",
    ],
    [
      "a choice without tools",
      { tool_choice: { type: "any" } },
      "tool_choice may only be specified while providing tools.",
    ],
    [
      "a call without result",
      { tools: [weather], messages: [user("Hello"), assistant([use("a"), use("b")]), user([result("b")])] },
      "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
    ],
    [
      "a result behind other words",
      { tools: [weather], messages: [user("Hello"), assistant([use("a")]), user([text("Here:"), result("a")])] },
      "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a.",
    ],
    [
      "a result without call",
      { tools: [weather], messages: [user([result("a")])] },
      "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
    ],
    [
      "two results of one call",
      { tools: [weather], messages: [user("Hello"), assistant([use("a")]), user([result("a"), result("a")])] },
      "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: a",
    ],
    [
      "a call's id of another grammar",
      { tools: [weather], messages: [user("Hello"), assistant([use("a:1")]), user([result("a:1")])] },
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    [
      "an image by http",
      { messages: [user([image({ type: "url", url: "http://example.com/a.png" })])] },
      "messages.0.content.0.image.source.url.url: Only HTTPS URLs are supported.",
    ],
    [
      "an image of another type",
      { messages: [user([image({ type: "base64", media_type: "image/jpeg", data: png })])] },
      "messages.0.content.0.image.source.base64: The image was specified using the image/jpeg media type, but the image appears to be a image/png image",
    ],
    [
      "an image that is none",
      { messages: [user([image({ type: "base64", media_type: "image/png", data: "AAAA" })])] },
      "Could not process image",
    ],
    [
      "an image format that is not taken",
      { messages: [user([image({ type: "base64", media_type: "image/bmp", data: png })])] },
      "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    ],
    [
      "an image that is too large",
      {
        messages: [user([image({ type: "base64", media_type: "image/png", data: png.padEnd(5_242_884, "A") })])],
      },
      "messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes",
    ],
    [
      "a PDF that is none",
      {
        messages: [user([{ type: "document", source: { type: "base64", media_type: "application/pdf", data: png } }])],
      },
      "messages.0.content.0.document.source.base64: The PDF specified was not valid.",
    ],
  ])("%s", async (_what, changes, message) => {
    expect(await post({ ...base, ...changes })).toEqual({
      status: 400,
      type: "invalid_request_error",
      message: expect.stringContaining(message),
    });
  });
});

it("names the model that does not exist, and asks for version and key", async () => {
  expect(await post({ ...base, model: "claude-haiku-9" })).toEqual({
    status: 404,
    type: "not_found_error",
    message: "model: claude-haiku-9",
  });
  expect(await post(base, "/messages", { "anthropic-version": "" })).toMatchObject({
    status: 400,
    message: "anthropic-version: header is required",
  });
  expect(await post(base, "/messages", { "x-api-key": "" })).toMatchObject({
    status: 401,
    type: "authentication_error",
    message: "x-api-key header is required",
  });
  expect(await post(base, "/messages", { "x-api-key": "wrong" })).toMatchObject({
    status: 401,
    message: "invalid x-api-key",
  });
});

it.each<[string, object, Record<string, string>?]>([
  ["a dated model", { model: "claude-haiku-4-5-20251001" }],
  ["its whole output", { max_tokens: 64_000 }],
  ["a fault behind the model", { model: "claude-haiku-4-5~latency;delayMs=1" }],
  ["a beta's field with the beta", { context_management: {} }, { "anthropic-beta": "context-management-2025-06-27" }],
  [
    "another effort between the messages, alone or with words",
    {
      model: "claude-opus-4-8",
      messages: [user("Hello"), { ...system, output_config: { effort: "low" } }, { role: "system", output_config: {} }],
    },
    { "anthropic-beta": "mid-conversation-output-config-2026-07-01" },
  ],
  [
    "a tool between the messages",
    { model: "claude-opus-4-8", tools: [weather], messages: [user("Hello"), { ...system, content: [offered] }] },
    { "anthropic-beta": "mid-conversation-tool-changes-2026-07-01" },
  ],
  [
    "updates of thinking",
    { model: "claude-opus-4-8", thinking: { type: "adaptive", display: "updates" } },
    { "anthropic-beta": "thinking-display-updates-2026-08-18" },
  ],
  ["a prefill", { messages: [user("Hello"), assistant("Well")] }],
  [
    "a system message in between where models take it",
    { model: "claude-opus-4-8", messages: [user("Hello"), { role: "system", content: "Be kind." }] },
  ],
  ["an image", { messages: [user([image({ type: "base64", media_type: "image/png", data: png })])] }],
  [
    "results before other words",
    { tools: [weather], messages: [user("Hello"), assistant([use("a")]), user([result("a"), text("So?")])] },
  ],
])("takes %s", async (_what, changes, more) => {
  expect(await post({ ...base, ...changes }, "/messages", more)).toMatchObject({ status: 200, message: "" });
});

it("counts what could be sent, and takes no settings of an answer", async () => {
  const { max_tokens: limit, ...counted } = base;
  expect(await post(counted, "/messages/count_tokens")).toMatchObject({ status: 200 });
  expect(await post({ ...counted, max_tokens: limit }, "/messages/count_tokens")).toMatchObject({
    status: 400,
    message: "max_tokens: Extra inputs are not permitted",
  });
});
