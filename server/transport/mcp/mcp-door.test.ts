import {
  Client,
  ProtocolError,
  StreamableHTTPClientTransport,
  type CallToolResult,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyPermission, openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { askOverRest, sendRaw, type RawAnswer } from "../../../test/send-raw.ts";
import { listProcedures } from "../trpc/procedure-list.ts";

// The protocol's own client asks a gateway that listens, in the newest revision and in those before.

let test: ListeningGateway;
let credential: string;
let operationId: string;

const revisions = [
  ["2026-07-28", { mode: { pin: "2026-07-28" } }],
  ["2025-11-25", { mode: "legacy" }],
] as const;

const connect = async (
  bearer = credential,
  versionNegotiation: (typeof revisions)[number][1] = revisions[0][1],
): Promise<Client> => {
  const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${test.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${bearer}` } },
    }),
  );
  return client;
};

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
  sendRaw(test.port, {
    method: "POST",
    path: "/mcp",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${credential}`,
      ...headers,
    },
    body,
  });

const list = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };

/** What REST answers to the same question. */
const rest = async (name: string, input: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const procedure = listProcedures().find((one) => one.name === name);
  if (!procedure) throw new Error(`no ${name}`);
  const ask = askOverRest(procedure, input);
  const answer = await sendRaw(test.port, { ...ask, headers: { authorization: `Bearer ${credential}` } });
  return JSON.parse(answer.text);
};

const textOf = ({ content: [first] }: CallToolResult): unknown =>
  JSON.parse(first?.type === "text" ? first.text : "null");

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential } = test.issue());
  const answer = await sendRaw(test.port, {
    method: "POST",
    path: "/v1/chat/completions",
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });
  operationId = String(answer.headers["x-nexus-operation-id"]);
});
afterAll(() => test.close());

describe.each(revisions)("by revision %s", (_revision, negotiation) => {
  it("answers what REST answers, as text and as a value of the declared schema", async () => {
    const client = await connect(credential, negotiation);
    // From here on the client holds every answer against the schema that was listed.
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("search_docs");
    const month = { from: "2026-01-01", to: "2026-02-01" };
    const asked = [
      ["list_budgets", "usage.budgets.list", {}],
      ["explore_usage", "usage.explore", { ...month, groupBy: ["model"] }],
      ["list_calls", "operations.list", { limit: 3 }],
      ["get_call", "operations.get", { operationId }],
      ["explain_call", "operations.explain", { operationId }],
      ["list_prices", "usage.prices.list", { vendor: "openai", model: "gpt-4o-mini" }],
      ["list_models", "ai.models", { search: "GPT-4o-mini", limit: 3 }],
      ["explain_route", "preferences.explainRoute", { model: "openai/gpt-4o-mini" }],
    ] as const;
    for (const [name, procedure, input] of asked) {
      const answer = await client.callTool({ name, arguments: input });
      expect(answer.isError, name).toBeUndefined();
      expect(answer.structuredContent, name).toEqual(await rest(procedure, input));
      expect(textOf(answer), name).toEqual(answer.structuredContent);
    }
    expect(asked.map(([name]) => name)).toEqual(tools.map(({ name }) => name).filter((name) => !/docs/.test(name)));
    await client.close();
  });
});

describe("a tool", () => {
  it("only reads, says so, and is a query of the other API surfaces", async () => {
    const { tools } = await (await connect()).listTools();
    for (const { name, annotations, description } of tools) {
      expect(annotations, name).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(description, name).toMatch(/\.$/);
    }
    expect(JSON.stringify(tools).length).toBeLessThan(80_000);
  });

  it("refuses as the other API surfaces do: by permission, by field, by name", async () => {
    const permissions = new Set([...everyPermission()].filter((name) => name !== "srv_nexus.budgets:read"));
    const client = await connect(test.issue({ permissions }).credential);
    const denied = await client.callTool({ name: "list_budgets", arguments: {} });
    expect(denied.isError).toBe(true);
    expect(textOf(denied)).toMatchObject({
      error: { code: "SCOPE_DENIED", details: { permission: "srv_nexus.budgets:read" }, requestId: expect.any(String) },
    });
    const wrong = await client.callTool({ name: "get_call", arguments: { operationId: "x", more: 1 } });
    expect(textOf(wrong)).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(JSON.stringify(textOf(wrong))).toContain("operationId");
    const others = await client.callTool({ name: "get_call", arguments: { operationId } });
    expect(textOf(others)).toMatchObject({ error: { code: "NOT_FOUND" } });
    await expect(client.callTool({ name: "set_budget", arguments: {} })).rejects.toThrow(ProtocolError);
  });

  it("asks for less where an answer would be more than an assistant takes in", async () => {
    const answer = await (await connect()).callTool({ name: "list_models", arguments: { limit: 5_000 } });
    expect(textOf(answer)).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field: "limit" }] } });
  });

  it("of the documentation says where there is none", async () => {
    const answer = await (await connect()).callTool({ name: "search_docs", arguments: { query: "budget" } });
    expect(textOf(answer)).toMatchObject({ error: { code: "NOT_FOUND" } });
  });
});

describe("the door", () => {
  it("sends whoever shows nothing, or something old, to Topolo Auth", async () => {
    const nobody = await sendRaw(test.port, { method: "POST", path: "/mcp", body: JSON.stringify(list) });
    expect(nobody.status).toBe(401);
    const challenge = String(nobody.headers["www-authenticate"]);
    const [, address = ""] = /resource_metadata="http:\/\/localhost:3000([^"]+)"/.exec(challenge) ?? [];
    const described = await sendRaw(test.port, { method: "GET", path: address });
    expect(JSON.parse(described.text)).toMatchObject({
      resource: "http://localhost:3000/mcp",
      authorization_servers: ["http://127.0.0.1:9"],
      scopes_supported: [
        "srv_nexus.ai:read",
        "srv_nexus.budgets:read",
        "srv_nexus.preferences:read",
        "srv_nexus.prices:read",
        "srv_nexus.usage:read",
      ],
    });
    const old = await post(JSON.stringify(list), { authorization: "Bearer revoked" });
    expect(old.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect(JSON.parse(old.text)).toMatchObject({ jsonrpc: "2.0", error: { data: { code: "UNAUTHENTICATED" } } });
  });

  it("lets no page of another origin in, whatever name led it here", async () => {
    for (const origin of ["http://evil.example", "null", "http://localhost:3000.evil.example"])
      expect((await post(JSON.stringify(list), { origin })).status, origin).toBe(403);
    expect((await post(JSON.stringify(list), { origin: "http://localhost:3000" })).status).toBe(200);
  });

  it.each([
    ["several messages", JSON.stringify([list, list]), 400],
    ["a subscription", JSON.stringify({ ...list, method: "subscriptions/listen" }), 400],
    ["too much", JSON.stringify({ ...list, params: { a: "x".repeat(70_000) } }), 413],
    ["no JSON", "{", 400],
    ["another protocol", JSON.stringify({ hello: 1 }), 400],
  ])("refuses %s", async (_what, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it("holds nothing open: there is nothing to listen to, and no session to end", async () => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await sendRaw(test.port, {
        method,
        path: "/mcp",
        headers: { authorization: `Bearer ${credential}`, accept: "text/event-stream" },
      });
      expect(answer.status, method).toBe(405);
      expect(answer.headers["allow"], method).toBe("POST");
    }
  });
});
