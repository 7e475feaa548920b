import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StreamPart } from "../../contracts/ai/stream-text.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";

let test: TestDoors;

beforeAll(async () => {
  test = await openTestDoors();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  test.callAs();
});

const prompt = { model: "openai/gpt-4o-mini", prompt: "Which way to the station?", maxOutputTokens: 40 };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const ask = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(test.restUrl + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const parsed: unknown = await response.json();
  return { status: response.status, headers: response.headers, body: isRecord(parsed) ? parsed : {} };
};

describe("a metered call", () => {
  it("leaves the row that the tRPC door leaves", async () => {
    const first = test.callAs();
    const rest = await ask("POST", "/api/ai/generate-text", prompt);
    expect(rest.status).toBe(200);
    expect(rest.body).toMatchObject({
      finishReason: "stop",
      nexus: { operationId: rest.headers.get("x-nexus-operation-id") },
    });
    const second = test.callAs();
    const trpc = await fetch(`${test.trpcUrl}/api/trpc/ai.generateText`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(prompt),
    });
    expect(trpc.status).toBe(200);

    const [left] = await test.rows(first.organizationId);
    const [right] = await test.rows(second.organizationId);
    expect({ ...left, operationId: undefined }).toEqual({ ...right, operationId: undefined });
    expect(left).toMatchObject({ state: "settled", source: "provider" });
    expect(rest.headers.get("x-nexus-cost-nano-usd")).toBe(String(left?.cost));
    expect(rest.headers.get("x-nexus-provider")).toBe("openai");
    expect(rest.headers.get("x-nexus-attempts")).toBe("1");
  });

  it("embeds", async () => {
    const { status, body } = await ask("POST", "/api/ai/embed", {
      model: "openai/text-embedding-3-small",
      values: ["one", "two"],
    });
    expect(status).toBe(200);
    expect(body["embeddings"]).toHaveLength(2);
    expect(body["usage"]).toMatchObject({ inputTokens: expect.any(Number), outputTokens: null });
  });

  it("lists models with prices and payer", async () => {
    const { body } = await ask("GET", "/api/ai/models?vendor=openai");
    expect(body["models"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: "openai/gpt-4o-mini",
          credentialTier: "platform_default",
          prices: expect.objectContaining({ input: "150000000" }),
        }),
      ]),
    );
  });
});

describe("a stream", () => {
  const events = async (response: Response) =>
    (await response.text())
      .split("\n\n")
      .filter((frame) => frame.startsWith("event: "))
      .map((frame) => {
        const [event = "", data = ""] = frame.split("\n");
        return {
          event: event.slice("event: ".length),
          part: StreamPart.parse(JSON.parse(data.slice("data: ".length))),
        };
      });

  const open = (body: object, signal?: AbortSignal) =>
    fetch(`${test.restUrl}/api/ai/stream-text`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });

  it("comes as events of the parts, start first and the settled facts last", async () => {
    const caller = test.callAs();
    const response = await open(prompt);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const parts = await events(response);
    expect(parts.every(({ event, part }) => event === part.type)).toBe(true);
    expect(parts[0]?.part).toMatchObject({
      type: "stream-start",
      operationId: response.headers.get("x-nexus-operation-id"),
    });
    const [row] = await test.rows(caller.organizationId);
    expect(parts.at(-1)?.part).toMatchObject({
      type: "finish",
      finishReason: "stop",
      nexus: { operationId: row?.operationId, costNanoUsd: String(row?.cost), usageSource: "provider" },
    });
    expect(parts.some(({ event }) => event === "text-delta")).toBe(true);
  });

  it("fails as JSON where it never began", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "bad-request" }] });
    const response = await open(prompt);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "PROVIDER_REJECTED", effect: "none" } });
  });

  it("is settled where the caller leaves in the middle", async () => {
    const caller = test.callAs();
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 20 }] });
    const gone = new AbortController();
    const response = await open({ ...prompt, maxOutputTokens: 200 }, gone.signal);
    await response.body?.getReader().read();
    gone.abort();
    await expect
      .poll(async () => (await test.rows(caller.organizationId))[0], { timeout: 10_000 })
      .toMatchObject({ state: "settled", source: "drained" });
    expect(test.gateway.liveStreams.size).toBe(0);
  });
});

describe("input", () => {
  it("comes from path and body, each field once", async () => {
    const { body } = await ask("POST", "/api/keys/key_nothing/status", { status: "disabled" });
    expect(body).toMatchObject({ error: { code: expect.stringMatching(/NOT_FOUND|INVALID_INPUT/) } });
    const twice = await ask("POST", "/api/keys/key_nothing/status", { id: "key_other", status: "disabled" });
    expect(twice.body).toMatchObject({
      error: { code: "INVALID_INPUT", issues: [{ field: "id", expected: "given in the path alone" }] },
    });
  });

  it("comes from the query as numbers, flags and lists", async () => {
    const caller = test.callAs();
    await ask("POST", "/api/ai/generate-text", prompt);
    expect((await ask("GET", "/api/operations?limit=1")).body["operations"]).toHaveLength(1);
    expect((await ask("GET", "/api/operations?limit=many")).body).toMatchObject({
      error: { code: "INVALID_INPUT", issues: [{ field: "limit" }] },
    });
    expect((await ask("GET", "/api/operations?limit=1&limit=2")).body).toMatchObject({
      error: { issues: [{ field: "limit", expected: "one value" }] },
    });
    const summary = await ask(
      "GET",
      "/api/usage/summary?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&by=vendor&by=model",
    );
    expect(summary.status).toBe(200);
    const [row] = await test.rows(caller.organizationId);
    expect((await ask("GET", `/api/operations/${row?.operationId}`)).body).toMatchObject({
      operationId: row?.operationId,
    });
  });

  it.each(["organizationId", "__proto__", "spent"])(
    "names the unknown field %s, in a body and in a query",
    async (field) => {
      const wrong = { error: { code: "INVALID_INPUT", issues: [{ field, expected: "no such field" }] } };
      expect(
        (await ask("POST", "/api/ai/generate-text", `{"model":"openai/gpt-4o-mini","prompt":"x","${field}":{"x":1}}`))
          .body,
      ).toMatchObject(wrong);
      expect((await ask("GET", `/api/keys?${field}=1`)).body).toMatchObject(wrong);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it("does not coerce in a body, before or after a query was read", async () => {
    await ask("GET", "/api/operations?limit=1");
    const { body } = await ask("POST", "/api/ai/generate-text", { ...prompt, temperature: "1" });
    expect(body).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field: "temperature" }] } });
  });

  it("is not looked for in the query of a call with a body", async () => {
    expect((await ask("POST", "/api/ai/generate-text?model=x", prompt)).status).toBe(400);
  });
});

describe("an error", () => {
  it("has the table's status, the public part and the retry headers", async () => {
    const { status, headers, body } = await ask("POST", "/api/ai/generate-text", {
      ...prompt,
      model: "openai/no-such-model",
    });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: { code: "MODEL_UNKNOWN", effect: "none", requestId: headers.get("x-request-id") },
    });
    expect(Object.keys(body)).toEqual(["error"]);
    expect(headers.get("x-should-retry")).toBe("false");
  });

  it.each([
    ["POST", "/api/ai/models", 405, "METHOD_NOT_ALLOWED"],
    ["GET", "/api/ai/nothing", 404, "NOT_FOUND"],
    ["GET", "/api/keys/", 404, "NOT_FOUND"],
    ["POST", "/api/keys/%E0%A4%A/rotate", 400, "INVALID_INPUT"],
  ])("%s %s is %i", async (method, path, status, code) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
  });

  it("is 415 without JSON", async () => {
    const { status } = await ask("POST", "/api/ai/generate-text", "model=x", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(status).toBe(415);
  });
});

describe("management", () => {
  it("keeps platform defaults from everyone but the configured account", async () => {
    for (const [method, path, body] of [
      ["GET", "/api/provider-credentials/platform-defaults", undefined],
      ["PUT", "/api/provider-credentials/platform-defaults/openai", { secret: { apiKey: "sk-new" } }],
      ["POST", "/api/provider-credentials/platform-defaults/openai/status", { status: "disabled" }],
    ] as const) {
      const { status } = await ask(method, path, body);
      expect(status, path).toBe(403);
    }
  });

  it("stores a key that is used next and never told again", async () => {
    const caller = test.callAs();
    const secret = "sk-canary-3f1c";
    const made = await ask("POST", "/api/keys", { vendor: "openai", label: "Ours", secret: { apiKey: secret } });
    expect(made.status).toBe(200);
    await test.refresh();
    const listed = await ask("GET", "/api/keys");
    expect(JSON.stringify([made.body, listed.body])).not.toContain(secret);
    expect(listed.body["keys"]).toHaveLength(1);
    const removed = await ask("DELETE", `/api/keys/${String(made.body["id"])}`);
    expect(removed.status).toBe(200);
    const { body } = await ask("GET", "/api/audit");
    expect(body["events"]).toMatchObject([
      { action: "key.delete" },
      { action: "key.create", actor: { kind: "user", id: caller.userId } },
    ]);
  });

  it("sets a budget that refuses the next call", async () => {
    test.callAs();
    const set = await ask("PUT", "/api/usage/budgets", { scope: "organization", period: "month", limitNanos: "10" });
    expect(set.status).toBe(200);
    await test.refresh();
    const { status, body } = await ask("POST", "/api/ai/generate-text", prompt);
    expect(status).toBe(402);
    expect(body).toMatchObject({ error: { code: "BUDGET_EXCEEDED", effect: "none" } });
    expect(test.sandbox.requests()).toHaveLength(0);
  });
});

describe("the ledger's entries", () => {
  const read = (query: string) => fetch(`${test.restUrl}/api/usage/entries?${query}`);

  it("come as a Parquet file that DuckDB reads, and as lines that say where to go on", async () => {
    const { organizationId } = test.callAs();
    for (const _ of [1, 2]) await ask("POST", "/api/ai/generate-text", prompt);
    const rows = await test.rows(organizationId);
    const lines = (await (await read("since=2026-01-01")).text()).trim().split("\n");
    const end: { next: string; rows: number; costNanos: string } = JSON.parse(lines.at(-1) ?? "");
    expect(end).toMatchObject({ complete: true, rows: 2 });
    const answer = await read("since=2026-01-01&format=parquet");
    expect(answer.headers.get("content-type")).toBe("application/vnd.apache.parquet");
    expect(answer.headers.get("content-disposition")).toMatch(/filename="entries-\d+-\d+\.parquet"/);
    const folder = await mkdtemp(join(tmpdir(), "nexus-rest-entries-"));
    try {
      await writeFile(join(folder, "entries.parquet"), new Uint8Array(await answer.arrayBuffer()));
      const duck = await DuckDBConnection.create();
      const told = await duck.runAndReadAll(
        `select operation_id::varchar as id, organization, cost_nanos::varchar as cost from '${folder}/entries.parquet' order by position`,
      );
      expect(told.getRowObjectsJson()).toEqual(
        rows.map((row) => ({ id: row.operationId, organization: organizationId, cost: String(row.cost) })),
      );
      duck.closeSync();
    } finally {
      await rm(folder, { recursive: true });
    }
    await ask("POST", "/api/ai/generate-text", prompt);
    const later = await (await read(`since=${end.next}&format=csv`)).text();
    expect(later).toMatch(/^position,.*\r\n\d+,.*\r\n# complete: 1 rows, after \d+, next \d+, calls 1,/);
    expect(await ask("GET", "/api/usage/entries?since=yesterday")).toMatchObject({
      status: 400,
      body: { error: { code: "INVALID_INPUT" } },
    });
  });
});

describe("what operators count", () => {
  const counted = async (name: string) =>
    (await test.metrics.registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => ({
      ...labels,
      value,
    }));

  it("names what was read and refused, and whether exports were read to their end", async () => {
    test.metrics.registry.resetMetrics();
    await ask("GET", "/api/audit");
    const whole = await fetch(`${test.restUrl}/api/audit/export?format=csv`);
    expect(await whole.text()).toContain("# complete: ");
    test.callAs({ permissions: new Set() });
    expect((await ask("GET", "/api/audit")).status).toBe(403);
    expect(await counted("nexus_procedures_total")).toEqual(
      expect.arrayContaining([
        { procedure: "audit.list", outcome: "answered", value: 1 },
        { procedure: "audit.list", outcome: "refused", value: 1 },
      ]),
    );
    expect(await counted("nexus_exports_total")).toEqual([
      { procedure: "audit.export", outcome: "complete", value: 1 },
    ]);
  });
});
