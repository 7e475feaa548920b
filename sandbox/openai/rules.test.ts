import { describe, expect, it } from "vitest";
import { openaiForTests } from "./openai-for-tests.ts";

const post = openaiForTests();
const user = (content: unknown) => ({ role: "user", content });
const chat = { model: "gpt-4o-mini", messages: [user("Hello")] };
const tool = (name: string, parameters: unknown = { type: "object" }) => ({
  type: "function",
  function: { name, parameters },
});
const weather = tool("weather");
const calls = (...ids: string[]) => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "weather", arguments: "{}" } })),
});
const answered = (tool_call_id: string) => ({ role: "tool", tool_call_id, content: "18" });
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const picture = (url: string) => [user([{ type: "image_url", image_url: { url } }])];
const sound = [user([{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }])];

type Row = readonly [what: string, changes: object, message: string, param: string | null, code: string | null];

const spoken = (format: string) => ({ modalities: ["text", "audio"], audio: { voice: "alloy", format } });

const inChat: Row[] = [
  ["an unknown field", { foo: 1 }, "Unrecognized request argument supplied: foo", null, null],
  ["several", { foo: 1, top_k: 2 }, "Unrecognized request arguments supplied: foo, top_k", null, null],
  [
    "an unknown field of a message",
    { messages: [{ ...user("Hi"), reasoning_details: [] }] },
    "Unknown parameter: 'messages[0].reasoning_details'.",
    "messages[0].reasoning_details",
    "unknown_parameter",
  ],
  [
    "no messages",
    { messages: undefined },
    "Missing required parameter: 'messages'.",
    "messages",
    "missing_required_parameter",
  ],
  [
    "an empty list",
    { messages: [] },
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    "messages",
    "empty_array",
  ],
  [
    "messages as text",
    { messages: "Hello" },
    "Invalid type for 'messages': expected an array, but got a string instead.",
    "messages",
    "invalid_type",
  ],
  [
    "an unknown role",
    { messages: [{ role: "model", content: "Hi" }] },
    "Invalid value: 'model'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
    "messages[0].role",
    "invalid_value",
  ],
  [
    "a temperature above two",
    { temperature: 3 },
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    "temperature",
    "decimal_above_max_value",
  ],
  [
    "129 choices",
    { n: 129 },
    "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.",
    "n",
    "integer_above_max_value",
  ],
  [
    "five stop sequences",
    { stop: ["a", "b", "c", "d", "e"] },
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
    "stop",
    "array_above_max_length",
  ],
  [
    "more than the model gives",
    { max_tokens: 16_385 },
    "max_tokens is too large: 16385. This model supports at most 16384 completion tokens, whereas you provided 16385.",
    "max_tokens",
    "invalid_value",
  ],
  [
    "both limits",
    { max_tokens: 5, max_completion_tokens: 5 },
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    "max_tokens",
    "invalid_parameter_combination",
  ],
  [
    "a longer prompt than its window",
    { messages: [user("x".repeat(512_100))] },
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 128029 tokens. Please reduce the length of the messages.",
    "messages",
    "context_length_exceeded",
  ],
  [
    "options of a stream without one",
    { stream_options: { include_usage: true } },
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    "stream_options",
    null,
  ],
  [
    "JSON mode without the word",
    { response_format: { type: "json_object" } },
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    "messages",
    null,
  ],
  [
    "a tool's name with a dot",
    { tools: [tool("a.b")] },
    "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "tools[0].function.name",
    "invalid_value",
  ],
  [
    "a tool's name of 65 letters",
    { tools: [tool("a".repeat(65))] },
    "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    "tools[0].function.name",
    "string_above_max_length",
  ],
  [
    "a schema of no object",
    { tools: [tool("weather", { type: "string" })] },
    "Invalid schema for function 'weather': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
    "tools[0].function.parameters",
    "invalid_function_parameters",
  ],
  [
    "a choice without tools",
    { tool_choice: "auto" },
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    "tool_choice",
    null,
  ],
  [
    "a choice of another tool",
    { tools: [weather], tool_choice: { type: "function", function: { name: "clock" } } },
    "Tool choice 'clock' not found in 'tools' parameter.",
    "tool_choice",
    null,
  ],
  [
    "parallel calls of no tools",
    { parallel_tool_calls: false },
    "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
    "parallel_tool_calls",
    null,
  ],
  [
    "a call without result",
    { tools: [weather], messages: [user("Hi"), calls("a", "b"), answered("a"), user("So?")] },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: b",
    "messages",
    null,
  ],
  [
    "a result without call",
    { messages: [user("Hi"), answered("a")] },
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    "messages.[1].role",
    null,
  ],
  [
    "an image that is none",
    { messages: picture("data:image/png;base64,AAAA") },
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    null,
    "invalid_image_format",
  ],
  [
    "an image for a model that does not see",
    { model: "gpt-3.5-turbo", messages: picture(`data:image/png;base64,${png}`) },
    "Invalid content type. image_url is only supported by certain models.",
    "messages.[0].content.[0].type",
    null,
  ],
  [
    "audio for a model that does not hear",
    { messages: sound },
    "Invalid content type. input_audio is only supported by certain models.",
    "messages.[0].content.[0].type",
    null,
  ],
  [
    "an answer that is spoken, of a model that does not speak",
    spoken("mp3"),
    "This model does not support audio output.",
    "modalities",
    "invalid_value",
  ],
  [
    "a spoken answer without a voice",
    { ...spoken("mp3"), model: "gpt-audio", audio: null },
    "Missing required parameter: 'audio'.",
    "audio",
    "missing_required_parameter",
  ],
  [
    "a spoken answer that streams as a file",
    { ...spoken("wav"), model: "gpt-audio", stream: true },
    "Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported values are: 'pcm16'.",
    "audio.format",
    "unsupported_value",
  ],
  [
    "no audio for a model of audio",
    { model: "gpt-audio" },
    "This model requires that either input content or output modality contain audio.",
    "model",
    "invalid_value",
  ],
];

describe("chat completions", () => {
  it.each(inChat)("refuse %s", async (_what, changes, message, param, code) => {
    expect(await post("/chat/completions", { ...chat, ...changes })).toMatchObject({
      status: 400,
      error: { message, type: "invalid_request_error", param, code },
    });
  });

  it.each<[string, object]>([
    ["a dated model", { model: "gpt-4o-2024-11-20" }],
    ["a fault behind the model", { model: "gpt-4o~latency;delayMs=1" }],
    ["its whole output", { max_tokens: 16_384 }],
    ["nulls for nothing", { temperature: null, stop: null, tools: null, tool_choice: null, reasoning_effort: null }],
    [
      "an answer as it came",
      { messages: [user("Hi"), { role: "assistant", content: "Hi", refusal: null, annotations: [] }, user("So?")] },
    ],
    [
      "results in another order",
      { tools: [weather], messages: [user("Hi"), calls("a", "b"), answered("b"), answered("a")] },
    ],
    [
      "an image and its detail",
      { messages: [user([{ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } }])] },
    ],
  ])("take %s", async (_what, changes) => {
    expect((await post("/chat/completions", { ...chat, ...changes })).error).toBeUndefined();
  });
});

it("refuses models that do not exist, or not here, and keys", async () => {
  expect(await post("/chat/completions", { ...chat, model: "gpt-9" })).toMatchObject({
    status: 404,
    error: {
      message: "The model `gpt-9` does not exist or you do not have access to it.",
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    },
  });
  expect(await post("/chat/completions", { ...chat, model: "gpt-5-pro" })).toMatchObject({ status: 404 });
  expect(await post("/responses", { model: "gpt-audio", input: "Hello" })).toMatchObject({ status: 400 });
  expect(await post("/chat/completions", chat, undefined, "")).toMatchObject({
    status: 401,
    error: { message: expect.stringContaining("You didn't provide an API key."), code: null },
  });
  expect(await post("/chat/completions", chat, undefined, "wrong-key-0123456789")).toMatchObject({
    status: 401,
    error: {
      message:
        "Incorrect API key provided: wrong-ke********6789. You can find your API key at https://platform.openai.com/account/api-keys.",
      code: "invalid_api_key",
    },
  });
});

it("leaves a self-hosted server as lenient as those are", async () => {
  const body = { ...chat, model: "llama3", top_k: 5, max_tokens: 1_000_000, reasoning_effort: "low", temperature: 0.1 };
  expect((await post("/chat/completions", body, "compatible", "")).status).toBe(200);
});
