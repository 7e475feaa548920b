import { describe, expect, it } from "vitest";
import { openaiForTests } from "./openai-for-tests.ts";

const post = openaiForTests();
const user = (content: unknown) => ({ role: "user", content });
type Row = readonly [what: string, changes: object, message: string, param: string | null, code: string | null];

const respond = { model: "gpt-4o-mini", input: "Hello" };
const callItem = { type: "function_call", call_id: "c", name: "weather", arguments: "{}" };
const outputItem = { type: "function_call_output", call_id: "c", output: "18" };

describe("responses", () => {
  it.each<Row>([
    ["an unknown field", { max_tokens: 100 }, "Unknown parameter: 'max_tokens'.", "max_tokens", "unknown_parameter"],
    [
      "an unknown field of an item",
      { input: [{ ...user("Hi"), metadata: {} }] },
      "Unknown parameter: 'input[0].metadata'.",
      "input[0].metadata",
      "unknown_parameter",
    ],
    [
      "a response that is read later and not stored",
      { background: true, store: false },
      "Background mode requires 'store' to be true.",
      "store",
      null,
    ],
    ["no input", { input: undefined }, "Missing required parameter: 'input'.", "input", "missing_required_parameter"],
    [
      "a limit below 16",
      { max_output_tokens: 15 },
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
      "max_output_tokens",
      "integer_below_min_value",
    ],
    [
      "a longer prompt than its window",
      { input: "x".repeat(512_100) },
      "Your input exceeds the context window of this model. Please adjust your input and try again.",
      "input",
      "context_length_exceeded",
    ],
    [
      "a call without output",
      { input: [user("Hi"), callItem] },
      "No tool output found for function call c.",
      "input",
      null,
    ],
    [
      "an output without call",
      { input: [user("Hi"), outputItem] },
      "No tool call found for function call output with call_id c.",
      "input",
      null,
    ],
    [
      "an answer nobody stored",
      { previous_response_id: "resp_1" },
      "Previous response with id 'resp_1' not found.",
      "previous_response_id",
      "previous_response_not_found",
    ],
    [
      "an id of something else",
      { previous_response_id: "msg_1" },
      "Invalid 'previous_response_id': 'msg_1'. Expected an ID that begins with 'resp'.",
      "previous_response_id",
      "invalid_value",
    ],
    [
      "reasoning nobody encrypted",
      {
        input: [
          user("Hi"),
          { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "AAAA" },
          callItem,
          outputItem,
        ],
      },
      "The encrypted content for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
      null,
      "invalid_encrypted_content",
    ],
    [
      "to encrypt the reasoning of a model that has none",
      { include: ["reasoning.encrypted_content"] },
      "Encrypted content is not supported with this model.",
      "include",
      null,
    ],
  ])("refuse %s", async (_what, changes, message, param, code) => {
    expect(await post("/responses", { ...respond, ...changes })).toMatchObject({
      status: 400,
      error: { message, type: "invalid_request_error", param, code },
    });
  });

  it("go on with items as they came, kept by the caller or by the vendor, and not without their reasoning", async () => {
    const tools = [{ type: "function", name: "weather", parameters: { type: "object" }, strict: false }];
    const question = { model: "gpt-5-mini", tools, input: [user("call the tool")] };
    const loop = async (settings: object) => {
      const first = (await post("/responses", { ...question, ...settings })).answer as {
        id: string;
        output: { id: string; type: string; call_id?: string }[];
      };
      const output = { ...outputItem, call_id: first.output.at(-1)?.call_id };
      const send = async (items: readonly object[], more: object = {}) =>
        (await post("/responses", { ...question, ...settings, input: [...question.input, ...items, output], ...more }))
          .error;
      return { first, output, send };
    };
    const kept = await loop({ store: false, include: ["reasoning.encrypted_content"] });
    expect(kept.first.output.map((item) => item.type)).toEqual(["reasoning", "function_call"]);
    expect(await kept.send(kept.first.output)).toBeUndefined();
    const nameless = kept.first.output.map(({ id: _id, ...item }) => item);
    expect(await kept.send(nameless)).toBeUndefined();
    const [reasoning, called] = kept.first.output;
    expect(await kept.send([called ?? {}])).toMatchObject({
      message: `Item '${called?.id}' of type 'function_call' was provided without its required 'reasoning' item: '${reasoning?.id}'.`,
    });
    expect(await kept.send([called ?? {}, reasoning ?? {}])).toMatchObject({
      message: `Item '${reasoning?.id}' of type 'reasoning' was provided without its required following item.`,
    });

    const bare = nameless.map((item) => ({ ...item, encrypted_content: undefined }));
    expect(await kept.send(bare)).toMatchObject({ code: "missing_required_parameter", param: "input[1].id" });

    const lost = await loop({ store: false });
    expect(await lost.send(lost.first.output)).toMatchObject({
      message: expect.stringContaining("not found. Items are not persisted"),
    });
    const stored = await loop({});
    expect(await stored.send(stored.first.output)).toBeUndefined();
    const references = stored.first.output.map(({ id }) => ({ type: "item_reference", id }));
    expect(await stored.send(references)).toBeUndefined();
    const goesOn = { ...question, input: [stored.output], previous_response_id: stored.first.id };
    expect((await post("/responses", goesOn)).error).toBeUndefined();
    expect((await post("/responses", { ...goesOn, previous_response_id: kept.first.id })).error).toMatchObject({
      code: "previous_response_not_found",
    });
  });
});

it.each<[object, number, string, string | null]>([
  [
    { input: "" },
    400,
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    null,
  ],
  [
    { input: ["a", ""] },
    400,
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    null,
  ],
  [
    { input: Array(2_049).fill("a") },
    400,
    "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length 2049 instead.",
    "input",
  ],
  [
    { input: "x".repeat(32_772) },
    400,
    "This model's maximum context length is 8192 tokens, however you requested 8193 tokens (8193 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.",
    null,
  ],
  [
    { model: "text-embedding-ada-002", dimensions: 8 },
    400,
    "This model does not support specifying dimensions.",
    "dimensions",
  ],
  [
    { dimensions: 1_537 },
    400,
    "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.",
    "dimensions",
  ],
  [{ n: 2 }, 400, "Unknown parameter: 'n'.", "n"],
  [{ model: "gpt-4o" }, 403, "You are not allowed to generate embeddings from this model", null],
])("embeddings refuse %#", async (changes, status, message, param) => {
  const told = await post("/embeddings", { model: "text-embedding-3-small", input: "a", ...changes });
  expect(told).toMatchObject({ status, error: { message, param } });
});
