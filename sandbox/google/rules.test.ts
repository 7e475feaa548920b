import { afterAll, beforeAll, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const user = (...parts: object[]) => ({ role: "user", parts });
const model = (...parts: object[]) => ({ role: "model", parts });
const hello = { text: "Hello" };
const call = { functionCall: { name: "weather", args: {} } };
const response = { functionResponse: { name: "weather", response: { degrees: 18 } } };
const base = { contents: [user(hello)] };
const declare = (...names: string[]) => [{ functionDeclarations: names.map((name) => ({ name })) }];

interface Told {
  readonly status: number;
  readonly kind: string;
  readonly message: string;
}

async function post(name: string, body: unknown, verb = "generateContent"): Promise<Told> {
  const answered = await fetch(`${sandbox.baseUrls.google}/models/${name}:${verb}`, {
    method: "POST",
    headers: { "x-goog-api-key": "k", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await answered.json()) as { error?: { status: string; message: string } };
  return { status: answered.status, kind: answer.error?.status ?? "", message: answer.error?.message.trim() ?? "" };
}

it.each<[string, object, string]>([
  ["an unknown field", { foo: 1 }, 'Invalid JSON payload received. Unknown name "foo": Cannot find field.'],
  [
    "an unknown field further in",
    { contents: [user({ ...hello, cache_control: {} })] },
    "Invalid JSON payload received. Unknown name \"cache_control\" at 'contents[0].parts[0]': Cannot find field.",
  ],
  [
    "a schema's word that Google does not know",
    {
      tools: [
        { functionDeclarations: [{ name: "weather", parameters: { type: "OBJECT", additionalProperties: false } }] },
      ],
    },
    "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.",
  ],
  [
    "a temperature as text",
    { generationConfig: { temperature: "hot" } },
    "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"",
  ],
  ["no contents", { contents: [] }, "* GenerateContentRequest.contents: contents is not specified"],
  [
    "a role of another dialect",
    { contents: [{ role: "assistant", parts: [hello] }] },
    "Please use a valid role: user, model.",
  ],
  ["no parts", { contents: [user()] }, "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty."],
  [
    "a part of nothing",
    { contents: [user({})] },
    "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field",
  ],
  [
    "a temperature above two",
    { generationConfig: { temperature: 2.1 } },
    "* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0, 2].",
  ],
  [
    "more than the model gives",
    { generationConfig: { maxOutputTokens: 65_537 } },
    "Unable to submit request because it has a maxOutputTokens value of 65537 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.",
  ],
  [
    "six stop sequences",
    { generationConfig: { stopSequences: ["a", "b", "c", "d", "e", "f"] } },
    "Unable to submit request because it has a stopSequences value of 6 but the supported range is from 1 (inclusive) to 6 (exclusive). Update the value and try again.",
  ],
  [
    "nine candidates",
    { generationConfig: { candidateCount: 9 } },
    "Unable to submit request because it has a candidateCount value of 9 but the supported range is from 1 (inclusive) to 9 (exclusive). Update the value and try again.",
  ],
  [
    "images of a model for text",
    { generationConfig: { responseModalities: ["TEXT", "IMAGE"] } },
    "Model does not support the requested response modalities: text,image",
  ],
  [
    "a schema without its media type",
    { generationConfig: { responseSchema: { type: "OBJECT" } } },
    '* GenerateContentRequest.generation_config.response_schema: only allowed for response_mime_type = "application/json"',
  ],
  [
    "functions with an answer in JSON",
    { tools: declare("weather"), generationConfig: { responseMimeType: "application/json" } },
    "Function calling with a response mime type: 'application/json' is unsupported",
  ],
  [
    "functions with Google's tools",
    { tools: [...declare("weather"), { googleSearch: {} }] },
    "Tool use with function calling is unsupported",
  ],
  [
    "a function's name that begins with a digit",
    { tools: declare("1st") },
    "* GenerateContentRequest.tools[0].function_declarations[0].name: [FIELD_INVALID] Invalid function name.",
  ],
  [
    "two functions of one name",
    { tools: declare("weather", "weather") },
    "Duplicate function declaration found: weather",
  ],
  [
    "a choice of another function",
    {
      tools: declare("weather"),
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["clock"] } },
    },
    "* GenerateContentRequest.tool_config.function_calling_config.allowed_function_names: Function clock is not declared.",
  ],
  [
    "fewer responses than calls",
    { contents: [user(hello), model(call, call), user(response)] },
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
  ],
  [
    "a response without call",
    { contents: [user(hello), model(hello), user(response)] },
    "Please ensure that function response turn comes immediately after a function call turn.",
  ],
  [
    "a call that nobody asked for",
    { contents: [model(call), user(response)] },
    "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
  ],
  [
    "bytes that are no base64",
    { contents: [user({ inlineData: { mimeType: "image/png", data: "!" } })] },
    "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for \"!\"",
  ],
  [
    "a longer prompt than its window",
    { contents: [user({ text: "x".repeat(4_194_305) })] },
    "The input token count (1048581) exceeds the maximum number of tokens allowed (1048576).",
  ],
])("refuses %s", async (_what, changes, message) => {
  expect(await post("gemini-2.5-flash", { ...base, ...changes })).toEqual({
    status: 400,
    kind: "INVALID_ARGUMENT",
    message: expect.stringContaining(message),
  });
});

it.each<[string, string, object]>([
  [
    "an underscored spelling",
    "gemini-2.5-flash",
    { generation_config: { max_output_tokens: 50, thinking_config: {} } },
  ],
  ["a numbered version", "gemini-2.0-flash-001", {}],
  ["a preview with its date", "gemini-2.5-flash-preview-09-2025", {}],
  ["a fault behind the model", "gemini-2.5-flash~latency;delayMs=1", {}],
  [
    "a JSON schema as it is",
    "gemini-2.5-flash",
    {
      generationConfig: {
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object", additionalProperties: false, properties: {} },
      },
    },
  ],
  [
    "functions with an answer in JSON from Gemini 3 on",
    "gemini-3-flash-preview",
    { tools: declare("weather"), generationConfig: { responseMimeType: "application/json" } },
  ],
  [
    "as many responses as calls",
    "gemini-2.5-flash",
    { contents: [user(hello), model(call, call), user(response, response)] },
  ],
])("takes %s", async (_what, name, changes) => {
  expect(await post(name, { ...base, ...changes })).toMatchObject({ status: 200, message: "" });
});

it("refuses models that do not exist, or not for this", async () => {
  const told = (name: string, method = "generateContent") => ({
    status: 404,
    kind: "NOT_FOUND",
    message: `models/${name} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  });
  expect(await post("gemini-9", base)).toEqual(told("gemini-9"));
  expect(await post("gemini-embedding-001", base)).toEqual(told("gemini-embedding-001"));
  expect(await post("gemini-2.5-flash", { content: user(hello) }, "embedContent")).toEqual(
    told("gemini-2.5-flash", "embedContent"),
  );
  expect(await post("gemini-2.5-flash", base, "predictLongRunning")).toMatchObject({ status: 404 });
});

it("embeds no more than its limits", async () => {
  const one = { model: "models/gemini-embedding-001", content: { parts: [hello] } };
  const embed = (body: object) => post("gemini-embedding-001", body, "batchEmbedContents");
  expect(await embed({ requests: Array.from({ length: 100 }, () => one) })).toMatchObject({ status: 200 });
  expect(await embed({ requests: Array.from({ length: 101 }, () => one) })).toMatchObject({
    status: 400,
    message: "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch",
  });
  expect(await embed({ requests: [{ ...one, dimensions: 8 }] })).toMatchObject({
    status: 400,
    message: "Invalid JSON payload received. Unknown name \"dimensions\" at 'requests[0]': Cannot find field.",
  });
});
