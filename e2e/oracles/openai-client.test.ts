import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { appId, openCluster, type Cluster } from "../faults/cluster.ts";
import type { GatewayProcess } from "../faults/gateway-process.ts";

// Neither the client nor the upstream is ours: the official `openai` package, unchanged but for base URL and key, calls
// through a gateway process, with Topolo Auth, to @copilotkit/aimock.

describe.each(["here", "elsewhere"] as const)("with Topolo Auth %s [N9]", (authPlace) => {
  const mock = new LLMock({ port: 0 });
  const model = "openai/gpt-4o-mini";
  let database: TestDatabase;
  let cluster: Cluster;
  let gateway: GatewayProcess;
  let client: OpenAI;
  let apiKey: string;
  let dataDir: string;
  /** Vendor calls that the journal must show, and no more. */
  let expectedCalls = 0;

  beforeAll(async () => {
    await mock.start();
    mock.onMessage("hello", { content: "Hello from the other side." });
    mock.onMessage("weather", { toolCalls: [{ name: "weather", arguments: '{"city":"Rome"}' }] });
    mock.onEmbedding("vector", { embedding: [0.1, 0.2, 0.3] });
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), "nexus-oracle-"));
    cluster = await openCluster({
      databaseUrl: database.url,
      dataDir,
      vendors: { openai: `${mock.url}/v1` },
      vendorKey: "sk-aimock",
      authPlace,
    });
    gateway = await cluster.startGateway();
    ({ apiKey } = await cluster.createApiKey(appId));
    client = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  });

  afterAll(async () => {
    await cluster?.close();
    await mock.stop();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  interface Row {
    readonly state: string;
    readonly source: string;
    readonly cost: bigint;
    readonly units: Readonly<Record<string, number>>;
    readonly app: string;
    readonly key: string;
    readonly entries: bigint;
  }

  /** The one row an operation has. */
  const rowOf = async (operationId: string): Promise<Row> => {
    const { rows } = await cluster.pool.query<Row>(
      `select state, source, cost, result->'units' units, app_id app, key_id key,
            (select count(*) from nexus.entry e where e.operation_id = o.operation_id) entries
       from nexus.operation o where operation_id = $1`,
      [operationId],
    );
    expect(rows).toHaveLength(1);
    const [row] = rows;
    if (!row) throw new Error("no row");
    return row;
  };

  /** Tokens as the client saw them, cost to the nano-dollar by the published prices, attributed to app and key. */
  const expectRow = async (
    operationId: string,
    priced: string,
    tokens: { readonly input: number; readonly output: number },
  ): Promise<void> => {
    const row = await rowOf(operationId);
    expect(row).toMatchObject({ state: "settled", source: "provider", app: appId, entries: 1n });
    expect(row.key).toMatch(/^key_/);
    expect(row.units["input"] ?? 0).toBe(tokens.input);
    expect((row.units["output"] ?? 0) + (row.units["reasoning"] ?? 0)).toBe(tokens.output);
    expect(row.cost).toBe(publishedCost(priced, row.units));
  };

  const operationIdOf = (response: Response): string => {
    const id = response.headers.get("x-nexus-operation-id");
    if (!id) throw new Error("no operation id");
    return id;
  };

  const tools = [
    {
      type: "function" as const,
      function: {
        name: "weather",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      },
    },
  ];

  test("chats", async () => {
    expectedCalls += 1;
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: "user", content: "hello" }], max_tokens: 100 })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe("Hello from the other side.");
    await expectRow(operationIdOf(response), "gpt-4o-mini", {
      input: data.usage?.prompt_tokens ?? -1,
      output: data.usage?.completion_tokens ?? -1,
    });
  });

  test("streams", async () => {
    expectedCalls += 1;
    const { data, response } = await client.chat.completions
      .create({
        model,
        messages: [{ role: "user", content: "hello" }],
        max_tokens: 100,
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    let text = "";
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe("Hello from the other side.");
    await expectRow(operationIdOf(response), "gpt-4o-mini", {
      input: usage?.prompt_tokens ?? -1,
      output: usage?.completion_tokens ?? -1,
    });
  });

  test("calls tools, complete and streamed", async () => {
    expectedCalls += 2;
    const ask = { model, messages: [{ role: "user" as const, content: "weather" }], tools, max_tokens: 100 };
    const whole = await client.chat.completions.create(ask).withResponse();
    const streamed = await client.chat.completions.stream(ask).finalChatCompletion();
    for (const answer of [whole.data, streamed]) {
      const [call] = answer.choices[0]?.message.tool_calls ?? [];
      expect(call?.type === "function" && call.function).toMatchObject({
        name: "weather",
        arguments: '{"city":"Rome"}',
      });
    }
    const { usage } = whole.data;
    await expectRow(operationIdOf(whole.response), "gpt-4o-mini", {
      input: usage?.prompt_tokens ?? -1,
      output: usage?.completion_tokens ?? -1,
    });
  });

  test("embeds", async () => {
    expectedCalls += 1;
    const { data, response } = await client.embeddings
      .create({ model: "openai/text-embedding-3-small", input: "vector", encoding_format: "float" })
      .withResponse();
    expect(data.data[0]?.embedding).toEqual([0.1, 0.2, 0.3]);
    await expectRow(operationIdOf(response), "text-embedding-3-small", { input: data.usage.prompt_tokens, output: 0 });
  });

  test("lists models, and names an unknown one", async () => {
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toContain(model);
    const refused = await client.chat.completions
      .create({ model: "openai/gpt-none", messages: [{ role: "user", content: "hello" }] })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(APIError);
    expect(refused).toMatchObject({ status: 404, code: "MODEL_UNKNOWN" });
  });

  test("a wrong key gets nowhere", async () => {
    const stranger = new OpenAI({ apiKey: "tpk_live_unknown", baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const refused = await stranger.chat.completions
      .create({ model, messages: [{ role: "user", content: "hello" }] })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });

  test("the upstream's journal has as many calls as the ledger has rows, and never saw the caller's key", async () => {
    const journal = mock.getRequests();
    const { rows } = await cluster.pool.query<{ count: bigint }>(
      "select count(*) count from nexus.operation where state = 'settled'",
    );
    expect(journal).toHaveLength(expectedCalls);
    expect(rows[0]?.count).toBe(BigInt(expectedCalls));
    expect(JSON.stringify(journal)).not.toContain(apiKey);
  });
});
