import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operatorNamed } from "../contracts/operator.ts";
import { setBudget } from "../domain/budgets/index.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { publishedCost } from "../../test/published-prices.ts";

let gateway: ListeningGateway;

beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.sandbox.reset());

type Body = Readonly<Record<string, unknown>>;
interface Asked {
  readonly path: string;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

const send = async ({ path, body, headers }: Asked, issued = gateway.issue()) => {
  const { credential, organizationId } = issued;
  const response = await fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text(), organizationId };
};

const typed = (body: Body): Asked => ({
  path: "/api/ai/generate-text",
  body: { prompt: "Who won? [[searches:9]]", maxOutputTokens: 200, ...body },
});
const messages = (tool: Body, more: Body = {}): Asked => ({
  path: "/v1/messages",
  headers: { "anthropic-version": "2023-06-01" },
  body: {
    model: "claude-haiku-4-5",
    max_tokens: 200,
    messages: [{ role: "user", content: "Who won? [[searches:9]]" }],
    tools: [{ name: "web_search", type: "web_search_20250305", ...tool }],
    ...more,
  },
});

/** What was billed of the last request, without what there was nothing of. */
const billed = () =>
  Object.fromEntries(Object.entries(gateway.sandbox.requests().at(-1)?.units ?? {}).filter(([, count]) => count > 0));

const models = ["openai/gpt-4.1-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"] as const;

describe.each(models)("%s", (model) => {
  it("tells the pages it found, is billed for its searches alone, and was held at more", async () => {
    const { status, text, organizationId } = await send(typed({ model, webSearch: { maxUses: 2 } }));
    expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
    const answer = JSON.parse(text);
    expect(answer).toMatchObject({ toolCalls: [], sources: expect.any(Array) });
    expect(new Set(answer.sources.map(({ url }: { url: string }) => url)).size).toBeGreaterThanOrEqual(4);
    const searches = model.startsWith("google/") ? 1 : 2;
    expect(answer.usage.units).toMatchObject({ search: searches });
    const units = billed();
    const [row] = await gateway.rows(organizationId);
    const cost = publishedCost(model.slice(model.indexOf("/") + 1), units);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost, units });
    expect(row?.held).toBeGreaterThan(cost);
  });

  it("keeps the whole hold where a stream is cut after its searches", async () => {
    gateway.sandbox.script({ faults: [{ name: "cut-after-last-delta" }] });
    const asked = typed({ model, webSearch: { maxUses: 2 } });
    const { organizationId } = await send({ ...asked, path: "/api/ai/stream-text" });
    const [row] = await gateway.rows(organizationId);
    expect(row).toMatchObject({ state: "uncertain", cost: null, booked: 0n });
    expect(row?.held).toBeGreaterThan(100_000_000n);
  });

  it("is no call for the caller to carry out, in the streams of every dialect", async () => {
    const input = "Who won?";
    const turns = { model, stream: true, messages: [{ role: "user", content: input }] };
    const search = { type: "web_search_20250305", name: "web_search", max_uses: 1 };
    for (const asked of [
      { path: "/api/ai/stream-text", body: { model, prompt: input, webSearch: {} } },
      { path: "/v1/responses", body: { model, input, stream: true, tools: [{ type: "web_search" }] } },
      { path: "/v1/chat/completions", body: { ...turns, web_search_options: {} } },
      { ...messages({}), body: { ...turns, max_tokens: 200, tools: [search] } },
    ]) {
      const { status, text } = await send(asked);
      expect(status, text).toBe(200);
      expect(text, asked.path).not.toMatch(/"(function_call|tool_calls|tool_use|tool-input-start|tool-call)"/);
      if (asked.path === "/v1/responses") expect(text).toContain("response.web_search_call.completed");
    }
  });

  it("is estimated at what is held", async () => {
    const asked = { model, prompt: "Who won?", maxOutputTokens: 200, webSearch: {} };
    const estimate = await send({ path: "/api/ai/estimate", body: { generateText: asked } });
    const { organizationId } = await send({ path: "/api/ai/generate-text", body: asked });
    const [row] = await gateway.rows(organizationId);
    expect(JSON.parse(estimate.text)).toMatchObject({ boundNanoUsd: String(row?.held) });
  });
});

it("quotes the words that Claude's answer rests on", async () => {
  const { text } = await send(
    typed({ model: "anthropic/claude-haiku-4-5", webSearch: { allowedDomains: ["a.example"] } }),
  );
  const cited = JSON.parse(text).content.flatMap(({ citations = [] }) => citations);
  expect(cited).toContainEqual(
    expect.objectContaining({ url: "https://a.example/1", citedText: expect.stringContaining("What page 1 says") }),
  );
});

/** What the list of models says of one; undefined: it is not in there. */
const listedAsSearching = async (model: string): Promise<boolean | undefined> => {
  const response = await fetch(`${gateway.url}/api/ai/models?search=${encodeURIComponent(model)}`, {
    headers: { authorization: `Bearer ${gateway.issue().credential}` },
  });
  const { models: listed }: { models: readonly { readonly id: string; readonly webSearch: boolean }[] } =
    await response.json();
  return listed.find(({ id }) => id === model)?.webSearch;
};

it("is told of by the list of models, and not of models that write nothing", async () => {
  for (const model of models) expect(await listedAsSearching(model), model).toBe(true);
  expect(await listedAsSearching("openai/text-embedding-3-small")).toBe(false);
});

it.each([
  ["google/gemini-3-flash-preview", "Google bills each query"],
  ["xai/grok-4.5", "limit is on turns"],
  ["openrouter/openai/gpt-4o", "no documented length"],
  ["bedrock/amazon.nova-lite-v1:0", "Converse has none"],
  ["vertex/gemini-2.5-flash", "prices for searches"],
  ["mistral/mistral-small-2603", "no search whose cost could be bounded"],
  ["openai/gpt-4.1-nano", "neither nano"],
])("%s does not search, and says why, with nothing reserved and nothing sent", async (model, why) => {
  const { status, text, organizationId } = await send(typed({ model, webSearch: {} }));
  expect(status).toBe(422);
  expect(JSON.parse(text)).toMatchObject({
    error: { code: "CAPABILITY_MISSING", message: expect.stringContaining(why) },
  });
  expect(await gateway.rows(organizationId)).toEqual([]);
  expect(gateway.sandbox.requests()).toEqual([]);
  expect(await listedAsSearching(model)).not.toBe(true);
});

describe("a search in Anthropic's own words", () => {
  it("is capped where its caller stated no most, and the answer says so", async () => {
    const { status, headers, text } = await send(messages({}));
    expect(status).toBe(200);
    expect(headers.get("x-nexus-warnings")).toContain("at most 3");
    expect(JSON.parse(text)).toMatchObject({ usage: { server_tool_use: { web_search_requests: 3 } } });
    expect(text).toContain("max_uses_exceeded");
  });

  it("keeps a lower most of its caller's, and takes newer kinds whose results no code looks through", async () => {
    const newer = { type: "web_search_20260318", allowed_callers: ["direct"], max_uses: 1 };
    const { status, headers, text } = await send(messages(newer));
    expect([status, headers.get("x-nexus-warnings")]).toEqual([200, null]);
    expect(JSON.parse(text)).toMatchObject({ usage: { server_tool_use: { web_search_requests: 1 } } });
  });

  it("pays for no search that failed", async () => {
    const content = "Who won? [[search-error:too_many_requests]]";
    const { text, organizationId } = await send(messages({}, { messages: [{ role: "user", content }] }));
    expect(text).toContain("web_search_tool_result_error");
    expect((await gateway.rows(organizationId))[0]?.units?.search ?? 0).toBe(0);
  });

  it("goes on with what it found, at Claude as it was, and at others without it", async () => {
    const question = { role: "user", content: "Who won?" };
    const first = await send(messages({}, { messages: [question] }));
    const { content } = JSON.parse(first.text);
    const more = { messages: [question, { role: "assistant", content }, { role: "user", content: "When?" }] };
    for (const model of models) {
      const next = await send(messages({}, { ...more, model }));
      expect(`${next.status} ${next.status === 200 ? "" : next.text}`).toBe("200 ");
      const answer = JSON.parse(next.text);
      expect(answer.content).toContainEqual(expect.objectContaining({ type: "web_search_tool_result" }));
      // What others found comes back to Claude without what it could not read.
      const back = [
        ...more.messages,
        { role: "assistant", content: answer.content },
        { role: "user", content: "Why?" },
      ];
      const last = await send(messages({}, { messages: back }));
      expect(`${last.status} ${last.status === 200 ? "" : last.text}`).toBe("200 ");
    }
  });
});

it("is asked for once, and not beside a tool of its name", async () => {
  const twice = [{ type: "web_search" }, { type: "web_search_2025_08_26" }];
  const responses = await send({ path: "/v1/responses", body: { model: "gpt-4.1-mini", input: "Hi", tools: twice } });
  expect([responses.status, JSON.parse(responses.text).error.param]).toEqual([422, "tools[1]"]);
  const named = await send(
    typed({ model: models[0], webSearch: {}, tools: [{ name: "web_search", inputSchema: { type: "object" } }] }),
  );
  expect(JSON.parse(named.text)).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field: "tools" }] } });
  const both = await send(typed({ model: models[0], webSearch: { allowedDomains: ["a.b"], blockedDomains: ["c.d"] } }));
  expect(JSON.parse(both.text)).toMatchObject({ error: { issues: [{ field: "webSearch.blockedDomains" }] } });
});

it("has no price in a batch", async () => {
  const body = { model: "claude-haiku-4-5", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
  const tools = [{ type: "web_search_20250305", name: "web_search" }];
  const requests = [{ customId: "a", body: { ...body, tools } }];
  const asked = { path: "/api/ai/batches", body: { endpoint: "/v1/messages", requests } };
  const { status, text } = await send({ ...asked, headers: { "idempotency-key": "one" } });
  expect(status).toBe(400);
  expect(text).toContain("no search of the web");
});

it("says why it needs so much room where a budget has none", async () => {
  const issued = gateway.issue();
  await setBudget(
    gateway.deps,
    { ...operatorNamed("test"), organizationId: issued.organizationId },
    { scope: "organization", period: "total", limitNanos: "1000000000" },
  );
  await gateway.refresh();
  const { status, text } = await send(typed({ model: "anthropic/claude-haiku-4-5", webSearch: {} }), issued);
  expect([status, JSON.parse(text).error.code]).toEqual([402, "BUDGET_EXCEEDED"]);
  expect(text).toContain("may read up to 200000 tokens 10 times");
});
