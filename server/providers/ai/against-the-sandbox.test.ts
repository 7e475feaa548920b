import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedrockCredential } from "../../../sandbox/bedrock/vendor.ts";
import { sandboxServiceAccount, vertexSandboxCredential } from "../../../sandbox/vertex/sandbox-service-account.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox.ts";
import { readAll } from "../../../test/read-all.ts";
import { startVendorServer, type VendorServer } from "../../../test/vendor-server.ts";
import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError, type ProviderFailure } from "../../contracts/vendor-call.ts";
import { providers } from "../index.ts";
import { textVendorOf, type TextVendor } from "../../../test/text-vendor.ts";

// The vendors whose wire is strict in ways of its own: what they are sent here, they take, and what they would bill is
// what is metered, to the token.

let sandbox: Sandbox;
let server: VendorServer;
beforeAll(async () => {
  sandbox = await startSandbox();
  server = await startVendorServer([new URL(sandbox.url).host]);
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

const secrets: Readonly<
  Record<"azure" | "bedrock" | "vertex" | "cohere" | "mistral" | "groq" | "xai", Readonly<Record<string, string>>>
> = {
  azure: {
    apiKey: "0123456789abcdef0123456789abcdef",
    deployments: "gpt-4o=prod-gpt-4o, text-embedding-3-small=prod-text-embedding-3-small",
  },
  bedrock: bedrockCredential,
  vertex: vertexSandboxCredential,
  cohere: { apiKey: "cohere-key" },
  mistral: { apiKey: "mistral-key" },
  groq: { apiKey: "gsk_key" },
  xai: { apiKey: "xai-key" },
};
type Vendor = keyof typeof secrets;

const aiOf = (vendor: Vendor): TextVendor => textVendorOf(vendor);
const ioOf = (vendor: Vendor, model: string): ProviderIo => ({
  ...server.io(model, secrets[vendor], { baseUrl: sandbox.baseUrls[vendor] }),
  maxOutputTokens: 400,
});
const billed = () => {
  const last = sandbox.requests().at(-1);
  const counts = Object.entries(last?.units ?? {});
  // Gemini leaves counts of zero out.
  const leavesOut = last?.vendor === "vertex" && !last.model.startsWith("claude-");
  return Object.fromEntries(leavesOut ? counts.filter(([, count]) => count !== 0) : counts);
};

const ask = async (vendor: Vendor, model: string, input: Omit<GenerateTextInput, "model">) => {
  const answer = await aiOf(vendor).generateText({ model: "v/m", ...input }, ioOf(vendor, model));
  expect(answer.final).toBe(true);
  expect(answer.units).toEqual(billed());
  return answer.result;
};

const stream = async (vendor: Vendor, model: string, input: Omit<GenerateTextInput, "model">) => {
  const { chunks, meter } = await aiOf(vendor).streamText({ model: "v/m", ...input }, ioOf(vendor, model));
  const parts = await readAll(chunks);
  expect(meter()).toMatchObject({ complete: true, final: true });
  expect(meter().units).toEqual(billed());
  return parts;
};

const failureOf = async (promise: Promise<unknown>): Promise<ProviderFailure> => {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  if (!(error instanceof ProviderError)) throw new Error("expected a ProviderError", { cause: error });
  return error.failure;
};

const native = (vendor: Vendor, model: string, body: Readonly<Record<string, unknown>>) => {
  const { "openai.chat": chat } = aiOf(vendor).native;
  if (chat === undefined) throw new Error(`${vendor} passes no chat`);
  const request = { path: "/chat/completions", headers: {}, includeUsage: false };
  return chat.answer({ ...request, body: { messages: hello, ...body } }, ioOf(vendor, model));
};

const hello = [{ role: "user" as const, content: "Hello there" }];
const weather = { name: "weather", inputSchema: { type: "object", properties: { city: { type: "string" } } } };
/** A turn of another vendor: its ids and its thinking are none of the next one's. */
const foreign: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "It asks for the weather." },
      { type: "tool-call", toolCallId: "toolu_01AAAAAAAAAAAAAAAAAAAAAA", toolName: "weather", input: { city: "Linz" } },
    ],
  },
  {
    role: "tool",
    content: [
      {
        type: "tool-result",
        toolCallId: "toolu_01AAAAAAAAAAAAAAAAAAAAAA",
        toolName: "weather",
        output: { type: "text", value: "sun" },
      },
    ],
  },
];
const models = [
  ["azure", "gpt-4o"],
  ["azure", "gpt-4o-mini"],
  ["bedrock", "amazon.nova-lite-v1:0"],
  ["bedrock", "openai.gpt-oss-120b-1:0"],
  ["bedrock", "us.anthropic.claude-sonnet-4-6"],
  ["vertex", "gemini-2.5-flash"],
  ["vertex", "gemini-2.5-pro"],
  ["vertex", "claude-sonnet-4-5@20250929"],
  ["vertex", "claude-opus-4-8"],
  ["cohere", "command-a-03-2025"],
  ["cohere", "command-a-reasoning-08-2025"],
  ["mistral", "mistral-small-2603"],
  ["groq", "openai/gpt-oss-120b"],
  ["groq", "qwen/qwen3-32b"],
  ["xai", "grok-4.5"],
  ["xai", "grok-3"],
] as const;

describe.each(models)("%s with %s", (vendor, model) => {
  it("answers, streams and thinks, and is metered at what it bills", async () => {
    const asked = { messages: hello, seed: 7, temperature: 0.5 };
    expect((await ask(vendor, model, asked)).text).toContain("Hello there");
    const parts = await stream(vendor, model, { ...asked, reasoning: "high" });
    expect(parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")).toContain("Hello there");
    expect(parts.at(-1)).toEqual({ type: "finish", finishReason: "stop" });
    // Long enough for a part of it to come from the cache.
    await ask(vendor, model, { prompt: "What of this? ".repeat(600), reasoning: "low", stopSequences: ["END"] });
  });

  it("goes on with another vendor's turns, calls tools and keeps a schema", async () => {
    expect((await ask(vendor, model, { messages: foreign, tools: [weather] })).text).toContain("sun");
    const called = await ask(vendor, model, { prompt: "Go.", tools: [weather], toolChoice: "required" });
    expect(called).toMatchObject({ finishReason: "tool-calls", toolCalls: [{ toolName: "weather" }] });
    const responseFormat = { type: "json", name: "place", schema: weather.inputSchema } as const;
    expect(JSON.parse((await ask(vendor, model, { prompt: "A city.", responseFormat })).text)).toHaveProperty("city");
  });

  it.skipIf(["bedrock", "vertex", "cohere"].includes(vendor))(
    "takes a chat of OpenAI's clients, and sells no tools but functions",
    async () => {
      const body = {
        messages: [{ role: "developer", content: "Be brief." }, ...hello],
        max_tokens: 100,
        seed: 7,
        stream_options: { include_usage: true },
      };
      const { result, units } = await native(vendor, model, body);
      expect(units).toEqual(billed());
      expect(JSON.parse(String(result.body))).toMatchObject({
        choices: [{ message: { content: expect.any(String) } }],
      });
      const before = sandbox.requests().length;
      expect(await failureOf(native(vendor, model, { tools: [{ type: "web_search" }] }))).toMatchObject({
        kind: "not_sent",
        code: "CAPABILITY_MISSING",
      });
      expect(sandbox.requests()).toHaveLength(before);
    },
  );

  it("refuses a model that there is not, and nothing of it is about the credential", async () => {
    const asked = aiOf(vendor).generateText({ model: "v/m", messages: hello }, ioOf(vendor, "no-such-model"));
    expect(await failureOf(asked)).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED", about: "route" });
  });
});

describe("what a model does not take", () => {
  it("is left out of a typed request, which says so", async () => {
    const { warnings } = await ask("xai", "grok-4.5", { messages: hello, stopSequences: ["END"], reasoning: "none" });
    expect(warnings.map(({ setting }) => setting)).toEqual(["reasoning", "stopSequences"]);
    expect(
      (await ask("groq", "llama-3.3-70b-versatile", { messages: hello, reasoning: "high" })).warnings,
    ).toMatchObject([{ setting: "reasoning", details: expect.stringContaining("takes no effort") }]);
    expect((await ask("groq", "qwen/qwen3-32b", { messages: hello, reasoning: "none" })).warnings).toEqual([]);
  });

  it.each([
    ["mistral", "mistral-small-2603", { store: true }, /Extra inputs are not permitted/],
    ["groq", "openai/gpt-oss-20b", { logit_bias: {} }, /logit_bias/],
    ["groq", "openai/gpt-oss-20b", { messages: [{ ...hello[0], name: "Ada" }] }, /name/],
    ["xai", "grok-4.5", { stop: ["END"] }, /Argument not supported on this model: stop/],
  ] as const)("%s refuses by its own words, which are passed on", async (vendor, model, body, said) => {
    const failed = await failureOf(native(vendor, model, body));
    expect(failed).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED", about: "request" });
    expect(failed.message).toMatch(said);
  });

  it.each([
    ["xai", { search_parameters: { mode: "on" } }],
    ["xai", { deferred: true }],
    ["groq", { service_tier: "performance" }],
    ["groq", { documents: [{}] }],
  ] as const)("%s is not asked for what was not reserved: %j", async (vendor, body) => {
    expect(await failureOf(native(vendor, "grok-4.5", body))).toMatchObject({
      kind: "not_sent",
      code: "CAPABILITY_MISSING",
    });
  });
});

it("Mistral goes on with an answer that the caller began, and shows its thinking apart", async () => {
  const begun: Message[] = [...hello, { role: "assistant", content: "Well" }];
  await ask("mistral", "mistral-large-2512", { messages: begun });
  const { content, text } = await ask("mistral", "magistral-medium-latest", { messages: hello });
  expect(content.map(({ type }) => type)).toEqual(["reasoning", "text"]);
  expect(text).toContain("Hello there");
});

it("Azure is asked for the deployment of the model that is priced, and by its own name where there is none", async () => {
  const asked: unknown[] = [];
  for (const model of ["gpt-4o", "gpt-4o-mini"]) {
    await ask("azure", model, { messages: hello });
    asked.push(sandbox.requests().at(-1)?.model);
  }
  const { embed } = aiOf("azure");
  const answer = await embed?.({ model: "v/m", values: ["a"], dimensions: 8 }, ioOf("azure", "text-embedding-3-small"));
  asked.push(sandbox.requests().at(-1)?.model);
  expect(asked).toEqual(["prod-gpt-4o", "gpt-4o-mini", "prod-text-embedding-3-small"]);
  expect(answer?.units).toEqual(billed());
});

it.each([
  ["gpt-4o=chat-prod", true],
  [" gpt-4o=chat-prod , o4-mini=think ", true],
  ["", true],
  ["gpt-4o", false],
  ["gpt-4o=a=b", false],
  ["gpt-4o=chat/../x", false],
  ["gpt-4o=a;o4-mini=b", false],
])("deployments are written as pairs: %j", (deployments, taken) => {
  const { success } = providers.get("azure")?.credential.safeParse({ apiKey: "k", deployments }) ?? {};
  expect(success).toBe(taken);
});

it.each([
  ["https://acme-eu.openai.azure.com/openai/v1", true],
  ["https://acme.services.ai.azure.com/openai/v1", true],
  ["https://acme.cognitiveservices.azure.com/openai/v1", true],
  ["http://acme.openai.azure.com/openai/v1", false],
  ["https://acme.openai.azure.com", false],
  ["https://acme.openai.azure.com.evil.example/openai/v1", false],
  ["https://evil.example/acme.openai.azure.com/openai/v1", false],
  ["https://a.b.openai.azure.com/openai/v1", false],
  ["https://user@acme.openai.azure.com/openai/v1", false],
  ["https://acme.openai.azure.com:8443/openai/v1", false],
])("a resource of Azure's is an address of its form: %s", (address, taken) => {
  expect(providers.get("azure")?.addressForm?.pattern.test(address)).toBe(taken);
});

it("Mistral embeds, in the size that is asked for", async () => {
  const { embed } = aiOf("mistral");
  const answer = await embed?.({ model: "v/m", values: ["a", "b"], dimensions: 8 }, ioOf("mistral", "codestral-embed"));
  expect(answer?.result.embeddings.map((vector) => vector.length)).toEqual([8, 8]);
  expect(answer?.units).toEqual(billed());
});

describe("Cohere", () => {
  const command = "command-a-03-2025";

  it("leaves out with a warning what it does not take", async () => {
    const asked = { messages: hello, frequencyPenalty: 0.1, presencePenalty: 0.2, reasoning: "high" } as const;
    const stopSequences = ["a", "b", "c", "d", "e", "f"].map((letter) => `<${letter}>`);
    const { warnings } = await ask("cohere", command, { ...asked, stopSequences });
    expect(warnings.map(({ setting }) => setting)).toEqual(["presencePenalty", "stopSequences", "reasoning"]);
    const io = { ...ioOf("cohere", "command-r7b-12-2024"), maxOutputTokens: 8_192 };
    const failed = await failureOf(aiOf("cohere").generateText({ model: "v/m", messages: hello }, io));
    expect(failed).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED", about: "request" });
    expect(failed.message).toMatch(/too many tokens: max tokens must be less than or equal to 4000/);
  });

  it("shows its plan and its thinking as thinking, streamed tools included", async () => {
    const planned = await ask("cohere", command, { prompt: "Go.", tools: [weather], toolChoice: "required" });
    expect(planned.content.map(({ type }) => type)).toEqual(["reasoning", "tool-call"]);
    const parts = await stream("cohere", command, { prompt: "Go.", tools: [weather], toolChoice: "required" });
    expect(parts.find(({ type }) => type === "tool-call")).toMatchObject({ toolName: "weather" });
    expect(parts.at(-1)).toEqual({ type: "finish", finishReason: "tool-calls" });
    const thought = await ask("cohere", "command-a-reasoning-08-2025", { messages: hello });
    expect(thought.content.map(({ type }) => type)).toEqual(["reasoning", "text"]);
  });

  it("embeds, for what the texts are to serve, in the size that is asked for, and refuses more texts than it takes", async () => {
    const embed = aiOf("cohere").embed;
    if (embed === undefined) throw new Error("Cohere embeds");
    const asked = { model: "v/m", values: ["a", "b"], providerOptions: { cohere: { inputType: "search_query" } } };
    const answer = await embed({ ...asked, dimensions: 256 }, ioOf("cohere", "embed-v4.0"));
    expect(answer.result.embeddings.map((vector) => vector.length)).toEqual([256, 256]);
    expect(answer.units).toEqual(billed());
    const values = Array.from({ length: 97 }, () => "a");
    expect(await failureOf(embed({ model: "v/m", values }, ioOf("cohere", "embed-v4.0")))).toMatchObject({
      kind: "not_sent",
      message: expect.stringContaining("at most 96 texts"),
    });
    expect(await failureOf(embed({ ...asked, dimensions: 7 }, ioOf("cohere", "embed-v4.0")))).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("output_dimension"),
    });
  });

  it.each(["rerank-v4.0-pro", "rerank-v5.0-fast"])("ranks with %s at what it bills", async (model) => {
    const asked = { model: "v/m", query: "one", documents: ["two", "one"] };
    const answer = await aiOf("cohere").rerank?.(asked, ioOf("cohere", model));
    expect(answer).toMatchObject({ final: true, result: { ranking: [{ index: 1 }, { index: 0 }] } });
    expect(answer?.units).toEqual(billed());
  });

  it("and a server of one's own ranks at the tokens that it tells, and says that it cuts nothing", async () => {
    const rerank = providers.get("compatible")?.ai?.rerank;
    const io = { ...server.io("bge-reranker", {}, { baseUrl: sandbox.baseUrls.compatible }), maxOutputTokens: 0 };
    const answer = await rerank?.({ model: "v/m", query: "one", documents: ["one"], maxTokensPerDocument: 9 }, io);
    expect(answer).toMatchObject({ responseModel: "bge-reranker", result: { warnings: [{ type: "unsupported" }] } });
    expect(answer?.units).toEqual(billed());
  });
});

describe("Bedrock", () => {
  const embed = (values: readonly string[], model: string, more: object = {}) => {
    const ask = aiOf("bedrock").embed;
    if (ask === undefined) throw new Error("Bedrock embeds");
    return ask({ model: "v/m", values: [...values], ...more }, ioOf("bedrock", model));
  };

  it("embeds by each maker's format, at the tokens that a header tells", async () => {
    const query = { dimensions: 256, providerOptions: { bedrock: { inputType: "search_query" } } };
    const cohere = await embed(["one", "another one"], "eu.cohere.embed-v4:0", query);
    expect(cohere.result.embeddings.map((vector) => vector.length)).toEqual([256, 256]);
    expect(cohere).toMatchObject({ final: true, units: billed() });
    const titan = await embed(["one"], "amazon.titan-embed-text-v2:0", { dimensions: 512 });
    expect(titan.result.embeddings.map((vector) => vector.length)).toEqual([512]);
    expect(titan).toMatchObject({ final: true, units: billed() });
  });

  it("refuses more texts than a model takes before it is asked, and says what AWS refuses", async () => {
    expect(await failureOf(embed(["a", "b"], "amazon.titan-embed-text-v2:0"))).toMatchObject({
      kind: "not_sent",
      message: expect.stringContaining("one text"),
    });
    expect(await failureOf(embed(["a"], "amazon.titan-embed-text-v1", { dimensions: 256 }))).toMatchObject({
      kind: "refused",
      about: "request",
      message: expect.stringContaining("extraneous key [dimensions]"),
    });
  });
});

describe("Claude at Vertex", () => {
  const claude = "claude-sonnet-4-5@20250929";

  it("passes Anthropic's own requests, with the betas that it knows, and counts", async () => {
    const native = aiOf("vertex").native["anthropic.messages"];
    const body = { model: claude, max_tokens: 40, messages: [{ role: "user", content: "Hello" }] };
    const headers = { "anthropic-beta": "interleaved-thinking-2025-05-14, files-api-2025-04-14" };
    const request = { path: "/messages", headers, body, includeUsage: true };
    const answer = await native?.answer(request, ioOf("vertex", claude));
    expect(JSON.parse(String(answer?.result.body))).toMatchObject({ type: "message", role: "assistant" });
    expect(answer).toMatchObject({ final: true, units: billed() });
    const streaming = await native?.stream?.(request, ioOf("vertex", claude));
    const events = streaming === undefined ? [] : await readAll(streaming.chunks);
    expect(String(Buffer.concat(events))).toContain("event: message_stop");
    const { max_tokens: _limit, ...counted } = body;
    const counting = { ...request, path: "/messages/count_tokens", body: counted };
    expect(await native?.count?.(counting, ioOf("vertex", claude))).toBeGreaterThan(0);
  });

  it("is not asked for in a region, whose prices are not known, nor for what Vertex would run and bill", async () => {
    const regional = { ...ioOf("vertex", claude), baseUrl: "https://europe-west1-aiplatform.googleapis.com/v1" };
    expect(await failureOf(aiOf("vertex").generateText({ model: "v/m", messages: hello }, regional))).toMatchObject({
      kind: "not_sent",
      about: "route",
      message: expect.stringContaining("global endpoint"),
    });
    const tools = [{ type: "web_search_20250305", name: "web_search" }];
    const searching = { path: "/messages", headers: {}, body: { messages: [], tools }, includeUsage: true };
    const asked = aiOf("vertex").native["anthropic.messages"]?.answer(searching, ioOf("vertex", claude));
    expect(await failureOf(Promise.resolve(asked))).toMatchObject({ kind: "not_sent", about: "route" });
  });
});

describe("Vertex", () => {
  const gemini = "gemini-2.5-flash";
  const credentialOf = (changes: Readonly<Record<string, unknown>>) => ({
    serviceAccount: JSON.stringify({ ...sandboxServiceAccount, ...changes }),
  });
  const askWith = (credential: Readonly<Record<string, string>>) =>
    aiOf("vertex").generateText(
      { model: "v/m", messages: hello },
      { ...server.io(gemini, credential, { baseUrl: sandbox.baseUrls.vertex }), maxOutputTokens: 400 },
    );

  it("embeds by :predict, and adds up what each text took", async () => {
    const asked = { model: "v/m", values: ["one", "another one"], dimensions: 8 };
    const taskType = { google: { taskType: "RETRIEVAL_QUERY" } };
    const answer = await aiOf("vertex").embed?.(
      { ...asked, providerOptions: taskType },
      ioOf("vertex", "text-embedding-005"),
    );
    expect(answer?.result.embeddings.map((vector) => vector.length)).toEqual([8, 8]);
    expect(answer).toMatchObject({ final: true, units: billed() });
    const more = aiOf("vertex").embed?.(asked, ioOf("vertex", "gemini-embedding-001"));
    expect(await failureOf(Promise.resolve(more))).toMatchObject({
      kind: "refused",
      about: "request",
      message: expect.stringContaining("over the limit of 1"),
    });
  });

  it("counts tokens, and takes a caller's own generateContent as it is", async () => {
    const { "google.generateContent": generate } = aiOf("vertex").native;
    const contents = [{ role: "user", parts: [{ text: "Hello there" }] }];
    const request = { path: "/models/{model}:generateContent", headers: {}, body: { contents }, includeUsage: false };
    const answer = await generate?.answer(request, ioOf("vertex", gemini));
    expect(answer).toMatchObject({ units: billed(), serviceTier: "on_demand" });
    const counting = { ...request, path: "/models/{model}:countTokens" };
    expect(await generate?.count?.(counting, ioOf("vertex", gemini))).toBeGreaterThan(1);
  });

  it.each([
    ["a key that is another's", { private_key_id: "0123456789abcdef" }],
    ["an account that is another's", { client_email: "other@nexus-sandbox.iam.gserviceaccount.com" }],
  ])("%s is refused as a credential", async (_what, changes) => {
    expect(await failureOf(askWith(credentialOf(changes)))).toMatchObject({
      kind: "refused",
      code: "PROVIDER_AUTH_FAILED",
      about: "credential",
    });
  });

  it("a project in which the account may not call models is a refusal of this route", async () => {
    const elsewhere = { ...vertexSandboxCredential, project: "another-project" };
    expect(await failureOf(askWith(elsewhere))).toMatchObject({
      kind: "refused",
      code: "PROVIDER_REJECTED",
      about: "route",
    });
  });

  it.each([
    ["{", "as a whole"],
    ["[]", "as a whole"],
    [{ type: "authorized_user" }, "its type"],
    [{ client_email: "a@example.com" }, "its client_email"],
    [{ private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" }, "its private_key"],
    [{ project_id: "../else" }, "its project_id"],
    [{ private_key_id: 7 }, "its private_key_id"],
  ])("a service account's key is looked at before it is stored: %j", (given, said) => {
    const serviceAccount = typeof given === "string" ? given : credentialOf(given).serviceAccount;
    const { error } = providers.get("vertex")?.credential.safeParse({ serviceAccount }) ?? {};
    expect(error?.issues).toMatchObject([{ path: ["serviceAccount"], message: expect.stringContaining(said) }]);
    expect(JSON.stringify(error?.issues)).not.toContain("BEGIN PRIVATE");
  });

  it.each(["acme prod", "ACME", "a/b", "x"])("a project is an id: %s", (project) => {
    const { success } = providers.get("vertex")?.credential.safeParse({ ...vertexSandboxCredential, project }) ?? {};
    expect(success).toBe(false);
  });
});

describe("Bedrock", () => {
  const sonnet = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

  it("takes its own thinking back, and thinks within the limit that is reserved", async () => {
    const messages: Message[] = [{ role: "user", content: "Think." }];
    const asked = { messages, reasoning: "high" } as const;
    const io = { ...ioOf("bedrock", sonnet), maxOutputTokens: 2_000 };
    const { result, units } = await aiOf("bedrock").generateText({ model: "v/m", ...asked }, io);
    expect(units).toEqual(billed());
    const [thought] = result.content;
    expect(thought).toMatchObject({
      type: "reasoning",
      providerMetadata: { amazonBedrock: { signature: expect.any(String) } },
    });
    if (thought?.type !== "reasoning") throw new Error("no thinking");
    const { text, providerMetadata = {} } = thought;
    const turn: Message = {
      role: "assistant",
      content: [
        { type: "reasoning", text, providerOptions: providerMetadata },
        { type: "text", text: result.text },
      ],
    };
    const again = await ask("bedrock", sonnet, { messages: [...messages, turn, { role: "user", content: "And?" }] });
    expect(again.warnings).toEqual([]);
  });

  const refused: readonly (readonly [string, NonNullable<GenerateTextInput["providerOptions"]>[string][string]])[] = [
    ["guardrailConfig", { guardrailIdentifier: "g", guardrailVersion: "1" }],
    ["serviceTier", "priority"],
    ["performanceConfig", { latency: "optimized" }],
    ["additionalModelRequestFields", { tools: [{ type: "computer_20250124" }] }],
  ];
  it.each(refused)("is not asked for what was not reserved: %s", async (field, value) => {
    const providerOptions = { bedrock: { [field]: value } };
    const asked = aiOf("bedrock").generateText(
      { model: "v/m", messages: hello, providerOptions },
      ioOf("bedrock", "amazon.nova-lite-v1:0"),
    );
    expect(await failureOf(asked)).toMatchObject({ kind: "not_sent", code: "CAPABILITY_MISSING" });
  });

  it("refuses a session that has ended, as a credential", async () => {
    const io = server.io(
      "amazon.nova-lite-v1:0",
      { ...secrets.bedrock, accessKeyId: "ASIAENDEDENDEDENDED1" },
      {
        baseUrl: sandbox.baseUrls.bedrock,
      },
    );
    expect(await failureOf(aiOf("bedrock").generateText({ model: "v/m", messages: hello }, io))).toMatchObject({
      kind: "refused",
      code: "PROVIDER_AUTH_FAILED",
      about: "credential",
    });
  });

  it("signs a session's token with the request", async () => {
    const io = server.io(
      "amazon.nova-lite-v1:0",
      { ...secrets.bedrock, sessionToken: "a-token-of-a-session" },
      {
        baseUrl: sandbox.baseUrls.bedrock,
      },
    );
    const { units } = await aiOf("bedrock").generateText({ model: "v/m", messages: hello }, io);
    expect(units).toEqual(billed());
  });
});

it("xAI's own charge is the bill, to the nano-dollar", async () => {
  sandbox.script({
    vendor: "xai",
    times: 2,
    faults: [
      {
        name: "usage-exact",
        usage: { prompt_tokens: 9_212, completion_tokens: 3_417, cost_in_usd_ticks: 318_319_005 },
      },
    ],
  });
  const answer = await aiOf("xai").generateText({ model: "v/m", messages: hello }, ioOf("xai", "grok-4.5"));
  expect(answer).toMatchObject({ vendorCostNanos: 31_831_901n, final: true });
});
