import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { objectOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const declarations = ["weather", "clock"].map((name) => ({
  name,
  parameters: { type: "OBJECT", properties: { city: { type: "STRING" } } },
}));
const tools = [{ functionDeclarations: declarations }];
const user = (text: string) => ({ role: "user", parts: [{ text }] });

async function generate(
  model: string,
  body: object,
): Promise<{ status: number; message: string; parts: JsonObject[] }> {
  const response = await fetch(`${sandbox.baseUrls.google}/models/${model}:generateContent`, {
    method: "POST",
    headers: { "x-goog-api-key": "k", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    error?: { message: string; status: string };
    candidates?: { content: { parts: JsonObject[] } }[];
  };
  if (response.status === 400) expect(answer.error?.status).toBe("INVALID_ARGUMENT");
  return {
    status: response.status,
    message: answer.error?.message ?? "",
    parts: answer.candidates?.[0]?.content.parts ?? [],
  };
}

const results = (parts: readonly JsonObject[]) => ({
  role: "user",
  parts: parts
    .filter((part) => "functionCall" in part)
    .map((part) => ({ functionResponse: { name: objectOf(part["functionCall"])["name"], response: { degrees: 18 } } })),
});

describe("Gemini 3", () => {
  const model = "gemini-3-flash-preview";
  const asked = user("call all tools");

  it("signs the first of its calls, and goes on when the signature comes back", async () => {
    const { parts } = await generate(model, { contents: [asked], tools });
    expect(parts.map((part) => [Object.keys(part)[0], typeof part["thoughtSignature"]])).toEqual([
      ["functionCall", "string"],
      ["functionCall", "undefined"],
    ]);
    const after = await generate(model, { contents: [asked, { role: "model", parts }, results(parts)], tools });
    expect(after).toMatchObject({ status: 200 });
    expect(after.parts[0]).toMatchObject({ thoughtSignature: expect.any(String) });
  });

  it("refuses calls of the current turn without it, and signatures that nobody gave", async () => {
    const { parts } = await generate(model, { contents: [asked], tools });
    const withSignature = (thoughtSignature: unknown) =>
      parts.map((part, at) => {
        const { thoughtSignature: given, ...bare } = part;
        return at === 0 && thoughtSignature !== undefined
          ? { ...bare, thoughtSignature }
          : given === undefined
            ? part
            : bare;
      });
    const back = (signature: unknown) =>
      generate(model, {
        contents: [asked, { role: "model", parts: withSignature(signature) }, results(parts)],
        tools,
      });
    expect(await back(undefined)).toMatchObject({
      status: 400,
      message:
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:weather` , position 2. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.",
    });
    expect(await back("AAAA")).toMatchObject({ status: 400, message: "Corrupted thought signature." });
    const [{ thoughtSignature: given = "" } = {}] = parts;
    const otherAlphabet = Buffer.from(String(given), "base64").toString("base64url");
    expect(await back(otherAlphabet)).toMatchObject({ status: 200 });
    expect(await back("skip_thought_signature_validator")).toMatchObject({ status: 200 });
    const encoded = Buffer.from("skip_thought_signature_validator").toString("base64");
    expect(await back(encoded)).toMatchObject({ status: 200 });
    expect(await back("context_engineering_is_the_way_to_go")).toMatchObject({ status: 200 });
    const past = [asked, { role: "model", parts: withSignature(undefined) }, results(parts), user("Thanks")];
    expect(await generate(model, { contents: past, tools })).toMatchObject({ status: 200 });
  });

  it("thinks unasked, and tells it when asked", async () => {
    const { parts } = await generate(model, {
      contents: [user("Hello")],
      generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: "LOW" } },
    });
    expect(parts.map((part) => part["thought"] === true)).toEqual([true, false]);
    await generate(model, { contents: [user("Hello")] });
    expect(sandbox.requests().map((one) => one.units?.reasoning)).toEqual([32, 64]);
  });
});

it("signs calls of Gemini 2.5 that thought, and does not ask for the signature", async () => {
  const model = "gemini-2.5-flash";
  const asked = user("call the tool");
  const config = { generationConfig: { thinkingConfig: { thinkingBudget: 512 } } };
  const { parts } = await generate(model, { contents: [asked], tools, ...config });
  expect(parts[0]).toMatchObject({ functionCall: { name: "weather" }, thoughtSignature: expect.any(String) });
  const bare = [{ functionCall: parts[0]?.["functionCall"] }];
  const after = await generate(model, { contents: [asked, { role: "model", parts: bare }, results(bare)], tools });
  expect(after.status).toBe(200);
});

it.each<[string, object, string]>([
  ["gemini-2.5-pro", { thinkingBudget: 0 }, "Budget 0 is invalid. This model only works in thinking mode."],
  [
    "gemini-2.5-pro",
    { thinkingBudget: 127 },
    "The thinking budget 127 is invalid. Please choose a value between 128 and 32768.",
  ],
  [
    "gemini-2.5-flash-lite",
    { thinkingBudget: 24_577 },
    "The thinking budget 24577 is invalid. Please choose a value between 512 and 24576.",
  ],
  ["gemini-2.5-flash", { thinkingLevel: "low" }, "Thinking level is not supported for this model."],
  ["gemini-3-pro-preview", { thinkingLevel: "minimal" }, "Thinking level MINIMAL is not supported for this model."],
  [
    "gemini-3-pro-preview",
    { thinkingLevel: "low", thinkingBudget: 512 },
    "You can only set only one of thinking budget and thinking level.",
  ],
  ["gemini-2.0-flash", { thinkingBudget: 512 }, "Thinking is not enabled for this model."],
  ["gemini-2.0-flash", { includeThoughts: true }, "Thinking is not enabled for this model."],
])("%s refuses %j", async (model, thinkingConfig, message) => {
  const body = { contents: [user("Hello")], generationConfig: { thinkingConfig } };
  expect(await generate(model, body)).toMatchObject({ status: 400, message });
});

it.each<[string, number]>([
  ["gemini-2.5-pro", 128],
  ["gemini-2.5-flash", 0],
  ["gemini-2.5-flash", -1],
  ["gemini-2.5-flash-lite", 512],
  ["gemini-3-pro-preview", 1_024],
])("%s takes a budget of %i", async (model, thinkingBudget) => {
  const body = { contents: [user("Hello")], generationConfig: { thinkingConfig: { thinkingBudget } } };
  expect(await generate(model, body)).toMatchObject({ status: 200 });
});
