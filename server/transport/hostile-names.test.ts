import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendRaw, askOverRest, askOverTrpc, type RawAnswer, type RawAsk } from "../../test/send-raw.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { modelNamePattern } from "../contracts/model-name.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

let test: ListeningGateway;
let credential: string;
let organizationId: string;

beforeAll(async () => {
  test = await openListeningGateway();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  ({ credential, organizationId } = test.issue());
});

const json = { "content-type": "application/json" };
const messages = [{ role: "user", content: "Hello" }];

const typed = listProcedures()
  .filter(({ metered }) => metered)
  .flatMap((procedure) =>
    ([["tRPC", askOverTrpc] as const, ["REST", askOverRest] as const] as const).map(
      ([door, askFor]) =>
        [
          `${door} ${procedure.name}`,
          (model: string) => askFor(procedure, { ...procedureInputs[procedure.name], model }),
        ] as const,
    ),
  );

const post =
  (path: string, body: Readonly<Record<string, unknown>>) =>
  (model: string): RawAsk => ({ method: "POST", path, headers: json, body: JSON.stringify({ ...body, model }) });

/** Every door by which a model can be named for a call. */
const doors: readonly (readonly [string, (model: string) => RawAsk])[] = [
  ...typed,
  ["OpenAI chat", post("/v1/chat/completions", { messages })],
  ["OpenAI chat, streamed", post("/v1/chat/completions", { messages, stream: true })],
  ["OpenAI embeddings", post("/v1/embeddings", { input: "Hello" })],
  ["Anthropic messages", post("/v1/messages", { messages, max_tokens: 8 })],
  ["models", (model) => ({ method: "GET", path: `/v1/models/${encodeURIComponent(model.toWellFormed())}` })],
];

const send = (request: RawAsk): Promise<RawAnswer> =>
  sendRaw(test.port, { ...request, headers: { authorization: `Bearer ${credential}`, ...request.headers } });

/** Refused for the model's name, with nothing reserved and nothing sent. */
const expectRefused = async (answer: RawAnswer, about: string): Promise<void> => {
  expect(answer.text, about).toContain("INVALID_INPUT");
  expect(answer.text, about).toMatch(/"(field|param)":"model"/);
  // A batch of one stream says it inside.
  if (!answer.text.startsWith('{"json":{"0":')) expect(answer.status, about).toBe(400);
  expect(await test.rows(organizationId), about).toEqual([]);
  expect(test.sandbox.requests(), about).toEqual([]);
};

const named = [
  "google/gemini-1.5-flash\\..\\gemini-2.5-pro",
  "google/gemini-1.5-flash/../gemini-2.5-pro",
  "google/../cachedContents",
  "google/gemini-2.5-pro?x",
  "google/gemini-2.5-flash:batchGenerateContent",
  "google/gemini-2.5-flash:predictLongRunning",
  "google/gemini-2.5-flash#",
  "google/models/gemini-2.5-flash",
  "google/%2e%2e/gemini-2.5-flash",
  "google/gemini-2.5-flash%2f..",
  "google/gemini-2.5-flash.",
  "google/gemini-2.5-flash@x",
  "gemini-2.5-flash\u200b",
  "\uff47emini-2.5-flash",
  "openai/gpt-4o-mini:batchGenerateContent",
  "openai/gpt-4o:extended",
  "openai/GPT-4o-mini",
  "anthropic/Claude-sonnet-4-5",
  "google/gemini-2.5-flash-IMAGE",
  "openai/gpt-4o-mini\n",
  "openai/gpt-4o-mini\u0000",
  "openai/../gpt-4o-mini",
  "openai/a/b",
  "anthropic/claude-sonnet-4-5:x",
  "anthropic/claude\u2010sonnet-4-5",
  "openrouter/@preset/mine",
  "openrouter/openai/gpt-4o@preset/mine",
  "openrouter/openai/gpt-4o:anything",
  "openrouter/gpt-4o",
  "ollama/llama3@x",
  `openai/${"a".repeat(256)}`,
];

describe.each(doors)("a model's name at %s", (_door, askFor) => {
  it("is data: refused with the field where it is none, nothing reserved, nothing sent", async () => {
    for (const name of named) await expectRefused(await send(askFor(name)), JSON.stringify(name));
  });
});

it("is refused at every door, whatever stands in it", async () => {
  const hostile = fc.constantFrom(
    ..."\\?#%;&=+ ~^|<>\"'`{}[]()!*,$\t\r\n\u0000\u001b\u007f\u00ad\u200b\u200d\u202e\u2024\u2215\u29f8\uff0e\uff0f\ufeff",
    "..",
    "//",
    "/.",
    "./",
    "%2e%2e",
    "%2F",
    "::::",
  );
  const place = fc.constantFrom(
    "google/gemini-2.5-flash",
    "openai/gpt-4o-mini",
    "anthropic/claude-haiku-4-5",
    "gpt-4o-mini",
  );
  const name = fc
    .tuple(place, hostile, fc.nat(30), fc.constantFrom("", "gemini-2.5-pro", "x"))
    .map(([base, bad, at, tail]) => `${base.slice(0, at)}${bad}${base.slice(at)}${tail}`)
    .filter((text) => !modelNamePattern.test(text));
  const door = fc.constantFrom(...doors);
  await fc.assert(
    fc.asyncProperty(name, door, async (text, [about, askFor]) => {
      await expectRefused(await send(askFor(text)), `${about} ${JSON.stringify(text)}`);
    }),
    { numRuns: 150 },
  );
});

it("that a vendor's models cannot do is refused, not routed", async () => {
  for (const [model, code] of [
    ["google/claude-sonnet-4-5", "CAPABILITY_MISSING"],
    ["openai/ada", "CAPABILITY_MISSING"],
    ["whisper-1", "CAPABILITY_MISSING"],
    ["openai/o3-deep-research", "CAPABILITY_MISSING"],
    ["openai/text-embedding-3-small", "CAPABILITY_MISSING"],
    ["openai/tts-1", "CAPABILITY_MISSING"],
    ["openrouter/openai/gpt-4o:online", "MODEL_UNKNOWN"],
  ] as const) {
    const answer = await send(post("/v1/chat/completions", { messages })(model));
    expect(answer.text, model).toContain(code);
  }
  expect(await test.rows(organizationId)).toEqual([]);
  expect(test.sandbox.requests()).toEqual([]);
});

it("without a vendor means the vendor of the door, else the model's maker", async () => {
  const chat = post("/v1/chat/completions", { messages, max_tokens: 8 });
  const anthropicDoor = post("/v1/messages", { messages, max_tokens: 8 });
  for (const [request, vendor] of [
    [chat("gpt-4o-mini"), "openai"],
    [chat("claude-sonnet-4-5"), "anthropic"],
    [chat("gemini-2.5-flash"), "google"],
    [anthropicDoor("claude-sonnet-4-5"), "anthropic"],
    [anthropicDoor("gpt-4o-mini"), "openai"],
  ] as const) {
    const answer = await send(request);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers["x-nexus-provider"]).toBe(vendor);
  }
});
