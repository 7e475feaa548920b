import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
let client: OpenAI;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new OpenAI({ baseURL: sandbox.baseUrls.openai, apiKey: "sk-test", maxRetries: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

type Chat = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Response = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const chat = (changes: Partial<Chat>) =>
  client.chat.completions.create({ model: "gpt-5-mini", messages: [{ role: "user", content: "Hello" }], ...changes });
const respond = (changes: Response) => client.responses.create({ input: "Hello", ...changes });
const refusal = (message: string, param: string | null, code: string | null) => ({
  status: 400,
  type: "invalid_request_error",
  error: { message, param, code },
});

it.each<[Partial<Chat>, ReturnType<typeof refusal>]>([
  [
    { model: "gpt-4o", reasoning_effort: "low" },
    refusal("Unrecognized request argument supplied: reasoning_effort", null, null),
  ],
  [
    { model: "gpt-5.1", reasoning_effort: "minimal" },
    refusal(
      "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'none', 'low', 'medium', and 'high'.",
      "reasoning_effort",
      "unsupported_value",
    ),
  ],
  [
    { model: "gpt-5.2-chat-latest", reasoning_effort: "high" },
    refusal(
      "Unsupported value: 'reasoning_effort' does not support 'high' with this model. Supported values are: 'medium'.",
      "reasoning_effort",
      "unsupported_value",
    ),
  ],
  [
    { max_tokens: 100 },
    refusal(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
      "unsupported_parameter",
    ),
  ],
  [
    { model: "o3", temperature: 0.2 },
    refusal(
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
      "temperature",
      "unsupported_value",
    ),
  ],
  [
    { model: "gpt-5.1", reasoning_effort: "low", temperature: 0 },
    refusal(
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      "temperature",
      "unsupported_value",
    ),
  ],
  [
    { logprobs: true },
    refusal("Unsupported parameter: 'logprobs' is not supported with this model.", "logprobs", "unsupported_parameter"),
  ],
])("chat refuses %j", async (changes, expected) => {
  await expect(chat(changes)).rejects.toMatchObject(expected);
  expect(sandbox.requests()[0]).toMatchObject({ status: 400, billed: false });
});

it.each<[Response, ReturnType<typeof refusal>]>([
  [
    { model: "gpt-4o", reasoning: { effort: "low" } },
    refusal(
      "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
      "reasoning.effort",
      "unsupported_parameter",
    ),
  ],
  [
    { model: "gpt-5.1-codex", reasoning: { effort: "none" } },
    refusal(
      "Unsupported value: 'none' is not supported with the 'gpt-5.1-codex' model. Supported values are: 'low', 'medium', and 'high'.",
      "reasoning.effort",
      "unsupported_value",
    ),
  ],
])("responses refuse %j", async (changes, expected) => {
  await expect(respond(changes)).rejects.toMatchObject(expected);
});

it("reasons at the model's own effort unless told, and takes samplings where it does not reason", async () => {
  const { usage } = await chat({ max_completion_tokens: 500, temperature: 1 });
  expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(64);
  const low = await chat({ model: "o4-mini-2025-04-16", reasoning_effort: "low" });
  expect(low.usage?.completion_tokens_details?.reasoning_tokens).toBe(32);
  const plain = await chat({ model: "gpt-5.1", temperature: 0.2, top_p: 0.9 });
  expect(plain.usage?.completion_tokens_details?.reasoning_tokens).toBe(0);
  const response = await respond({ model: "gpt-5.6", reasoning: { effort: "none" }, temperature: 0.2 });
  expect(response.usage?.output_tokens_details.reasoning_tokens).toBe(0);
});
