import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendRaw, askOverRest, askOverTrpc, type RawAnswer, type RawAsk } from "../../test/send-raw.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { messagesFields } from "./anthropic/anthropic-fields.ts";
import { messagesDialect } from "./anthropic/messages-dialect.ts";
import { fromFetch } from "./door-request.ts";
import { chatFields, embeddingFields, moderationFields, rerankFields } from "./openai/openai-fields.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

// What a caller must not choose: the price, who answers, and what is kept at the vendor for everyone behind its key.

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

type Body = Readonly<Record<string, unknown>>;

const messages = [{ role: "user", content: "Hello" }];
const chat = { model: "openai/gpt-4o-mini", messages, max_tokens: 8 };
const claude = { model: "anthropic/claude-haiku-4-5", messages, max_tokens: 8 };
const embed = { model: "openai/text-embedding-3-small", input: "Hello" };

const post = (path: string, body: Body, headers: Readonly<Record<string, string>> = {}): RawAsk => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

const send = (request: RawAsk): Promise<RawAnswer> =>
  sendRaw(test.port, { ...request, headers: { authorization: `Bearer ${credential}`, ...request.headers } });

const expectRefused = async (request: RawAsk, field: string): Promise<void> => {
  const answer = await send(request);
  const about = `${field}: ${answer.status} ${answer.text}`;
  expect([400, 422], about).toContain(answer.status);
  expect(answer.text, about).toContain(field);
  expect(await test.rows(organizationId), about).toEqual([]);
  expect(test.sandbox.requests(), about).toEqual([]);
};

const file = (part: unknown) => ({ messages: [{ role: "user", content: [part] }] });

/** A tool that the vendor runs, brought along in the middle of a conversation. */
const searchLater = { type: "tool_definition", definition: { type: "web_search_20250305", name: "web_search" } };
const along = (block: unknown) => ({ messages: [...messages, { role: "system", content: [block] }] });

describe("is refused, naming the field, with nothing reserved and nothing sent", () => {
  it.each<[string, Body]>([
    ["provider", { provider: { order: ["dearest"] } }],
    ["preset", { preset: "mine" }],
    ["models", { models: ["openai/gpt-5-pro"] }],
    ["route", { route: "fallback" }],
    ["transforms", { transforms: ["middle-out"] }],
    ["plugins", { plugins: [{ id: "web" }] }],
    ["web_search_options.filters", { web_search_options: { filters: {} } }],
    ["store", { store: true }],
    ["previous_response_id", { previous_response_id: "resp_1" }],
    ["conversation", { conversation: "conv_1" }],
    ["prompt", { prompt: { id: "pmpt_1" } }],
    ["cachedContent", { cachedContent: "cachedContents/x" }],
    ["prediction", { prediction: { type: "content", content: "x" } }],
    ["service_tier", { service_tier: "priority" }],
    ["a_new_field", { a_new_field: 1 }],
    ["__proto__", JSON.parse('{"__proto__":{"store":true}}') as Body],
    ["messages.0.audio", { messages: [{ role: "assistant", audio: { id: "audio_1" } }, ...messages] }],
    ["modalities", { modalities: ["text", "audio"], audio: { voice: "alloy", format: "pcm16" } }],
    ["audio", { audio: { voice: "alloy", format: "mp3" } }],
    ["messages.0.content.0", file({ type: "file", file: { file_id: "file-abc" } })],
    ["messages.0.content.0", file({ type: "input_file", file_id: "file-abc" })],
    ["messages.0.content.0", file({ type: "image_url", image_url: { file_id: "file-abc" } })],
  ])("%s at the OpenAI door", async (field, more) => {
    await expectRefused(post("/v1/chat/completions", { ...chat, ...more }), field);
    await expectRefused(post("/v1/chat/completions", { ...chat, stream: true, ...more }), field);
    await expectRefused(post("/v1/chat/completions", { ...chat, ...more, model: "google/gemini-2.5-flash" }), field);
  });

  it.each<[string, Body]>([
    ["container", { container: "container_1" }],
    ["mcp_servers", { mcp_servers: [{ url: "https://example.com" }] }],
    ["fallbacks", { fallbacks: [{ model: "claude-opus-4-1" }] }],
    ["speed", { speed: "fast" }],
    ["compaction", { compaction: {} }],
    ["workspace_id", { workspace_id: "w" }],
    ["diagnostics", { diagnostics: { previous_message_id: "msg_1" } }],
    ["inference_geo", { inference_geo: "us" }],
    ["service_tier", { service_tier: "priority" }],
    ["context_management.edits.0.type", { context_management: { edits: [{ type: "compact_20260112" }] } }],
    ["provider", { provider: {} }],
    ["a_new_field", { a_new_field: 1 }],
    ["tools.0.type", { tools: [{ type: "web_fetch_20250910", name: "web_fetch", max_uses: 1 }] }],
    ["tools.0.allowed_callers", { tools: [{ type: "web_search_20260209", name: "web_search", max_uses: 1 }] }],
    [
      "tools.0.max_content_tokens",
      { tools: [{ type: "web_search_20250305", name: "web_search", max_content_tokens: 1 }] },
    ],
    ["tools.0.type", { tools: [{ type: "code_execution_20260120", name: "code_execution" }] }],
    ["tools.0.type", { tools: [{ type: "tool_search_tool_regex_20251119", name: "tool_search" }] }],
    ["messages.1.content.0.tool.definition.type", along({ type: "tool_addition", tool: searchLater })],
    [
      "messages.1.content.0.tool_changes.0.tool.definition.type",
      along({ type: "compaction", content: "x", tool_changes: [{ type: "tool_addition", tool: searchLater }] }),
    ],
    ["messages.1.content", { messages: [...messages, { role: "system" }] }],
    ["messages.0.content.0", file({ type: "document", source: { type: "file", file_id: "file_1" } })],
    ["messages.0.content.0", file({ type: "image", source: { type: "file", file_id: "file_1" } })],
    ["messages.0.content.0", file({ type: "container_upload", file_id: "file_1" })],
    [
      "messages.0.content.0.content.0",
      file({
        type: "tool_result",
        tool_use_id: "t",
        content: [{ type: "document", source: { type: "file", file_id: "file_1" } }],
      }),
    ],
  ])("%s at the Anthropic door", async (field, more) => {
    await expectRefused(post("/v1/messages", { ...claude, ...more }), field);
    await expectRefused(post("/v1/messages", { ...claude, ...more, model: "openai/gpt-4o-mini" }), field);
  });

  it.each<[string, Body]>([
    ["provider", { provider: { sort: "price" } }],
    ["models", { models: ["x"] }],
    ["a_new_field", { a_new_field: 1 }],
  ])("%s for embeddings", async (field, more) => {
    await expectRefused(post("/v1/embeddings", { ...embed, ...more }), field);
  });

  const options = (more: Body): Body => ({ prompt: undefined, messages, ...more });
  it.each<[string, Body]>([
    ["providerOptions.google.cachedContent", { providerOptions: { google: { cachedContent: "cachedContents/x" } } }],
    ["providerOptions.openai.store", { providerOptions: { openai: { store: true } } }],
    ["providerOptions.openai.previousResponseId", { providerOptions: { openai: { previousResponseId: "r" } } }],
    ["providerOptions.openrouter.provider", { providerOptions: { openrouter: { provider: {} } } }],
    ["providerOptions.anthropic.container", { providerOptions: { anthropic: { container: { id: "c" } } } }],
    [
      "messages.0.providerOptions.openaiCompatible.file_id",
      options({ messages: [{ ...messages[0], providerOptions: { openaiCompatible: { file_id: "f" } } }] }),
    ],
    [
      "messages.0.content.0.providerOptions.openaiCompatible.video_url",
      options(file({ type: "text", text: "x", providerOptions: { openaiCompatible: { video_url: {} } } })),
    ],
    [
      "messages.0.content.0.providerOptions.anthropic.containerUpload",
      options(file({ type: "text", text: "x", providerOptions: { anthropic: { containerUpload: true } } })),
    ],
  ])("%s at the typed doors", async (field, more) => {
    const procedures = listProcedures().filter(({ name }) => name === "ai.generateText" || name === "ai.streamText");
    for (const procedure of procedures)
      for (const askFor of [askOverRest, askOverTrpc]) {
        const input = Object.fromEntries(
          Object.entries({ ...procedureInputs[procedure.name], ...more }).filter(([, value]) => value !== undefined),
        );
        const answer = await send(askFor(procedure, input));
        expect(answer.text).toContain(field);
        expect(answer.text).toContain("CAPABILITY_MISSING");
      }
    expect(await test.rows(organizationId)).toEqual([]);
    expect(test.sandbox.requests()).toEqual([]);
  });

  it("any field of a dialect that is not on its list", async () => {
    const doors = [
      ["/v1/chat/completions", chat, chatFields],
      ["/v1/messages", claude, messagesFields],
      ["/v1/embeddings", embed, embeddingFields],
      ["/v1/rerank", { model: "cohere/rerank-v3.5", query: "Hello", documents: ["Hello"] }, rerankFields],
      ["/v1/moderations", { model: "openai/omni-moderation-latest", input: "Hello" }, moderationFields],
    ] as const;
    const name = fc.stringMatching(/^[a-z_][a-zA-Z0-9_]{0,24}$/);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...doors), name, fc.jsonValue(), async ([path, body, fields], field, value) => {
        if (fields.passes.has(field) || value === null || Object.hasOwn(body, field)) return;
        if (fields.harmless?.[field] === value || field === "__proto__") return;
        await expectRefused(post(path, { ...body, [field]: value }), field);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what changes no price passes", () => {
  it.each<[string, Body]>([
    ["/v1/chat/completions", { ...chat, store: false, user: "u", metadata: { a: "b" }, web_search_options: null }],
    ["/v1/messages", { ...claude, speed: "standard", metadata: { user_id: "u" } }],
    ["/v1/messages", { ...claude, context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } }],
  ])("%s %j", async (path, body) => {
    const answer = await send(post(path, body, { "anthropic-beta": "context-management-2025-06-27" }));
    expect(answer.status, answer.text).toBe(200);
  });

  it("a conversation that Anthropic would keep is refused so that its own client goes on without", async () => {
    const client = new Anthropic({ apiKey: credential, baseURL: test.url, maxRetries: 0 });
    const weather = betaTool({
      name: "weather",
      description: "The weather in a city",
      inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      run: () => "21 degrees",
    });
    const asked = [{ role: "user" as const, content: "Please call the tool." }];
    const last = await client.beta.messages.toolRunner({
      ...claude,
      max_tokens: 500,
      messages: asked,
      tools: [weather],
    });
    expect(JSON.stringify(last.content)).toContain("21 degrees");
    expect(await test.rows(organizationId)).toHaveLength(2);
  });

  it("betas that buy are withheld and told; the others reach the vendor", async () => {
    const client = new Anthropic({ apiKey: credential, baseURL: test.url, maxRetries: 0 });
    const betas = "interleaved-thinking-2025-05-14,fast-mode-2026-02-01, files-api-2025-04-14,skills-2025-10-02";
    for (const stream of [false, true]) {
      const { response } = await client.messages
        .create(
          { ...claude, messages: [{ role: "user", content: "Hello" }], stream },
          { headers: { "anthropic-beta": betas } },
        )
        .withResponse();
      const told = response.headers.get("x-nexus-warnings") ?? "";
      for (const withheld of ["fast-mode-2026-02-01", "skills-2025-10-02"]) expect(told).toContain(withheld);
      expect(told).not.toMatch(/interleaved|files-api/);
      await response.body?.cancel().catch(() => undefined);
    }
    const request = fromFetch(new Request(test.url, { headers: { "anthropic-beta": betas } }), "id");
    expect(messagesDialect.nativeHeaders(request)).toEqual({
      "anthropic-beta": "interleaved-thinking-2025-05-14,files-api-2025-04-14",
    });
  });
});
