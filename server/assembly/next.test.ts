import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { POST as chat } from "../../app/v1/[...path]/route.ts";
import { GET as described } from "../../app/.well-known/oauth-protected-resource/[[...path]]/route.ts";
import { POST as mcp } from "../../app/mcp/route.ts";
import { GET as usage } from "../../app/api/[...path]/route.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { createAuthServer, type AuthServer } from "../identity/index.ts";
import { systemClock } from "../platform/clock.ts";
import { readEnv } from "../platform/env.ts";
import { silentLogger as log } from "../platform/logger.ts";
import { openManagement, seedManagement } from "../process/seed-management.ts";
import { closeGateway } from "./next.ts";
import { canaryKey } from "../../test/canary-key.ts";

// The route handlers of a plain `next start`, called as Next calls them.

let database: TestDatabase;
let auth: AuthServer;
let sandbox: Sandbox;
let apiKey: string;
const before = { ...process.env };

beforeAll(async () => {
  database = await createTestDatabase();
  sandbox = await startSandbox({ fsync: false });
  auth = await createAuthServer({
    databaseUrl: database.url,
    publicUrl: "http://localhost",
    encryptionKey: randomBytes(32),
    clock: systemClock,
    log,
  });
  const authPort = await auth.listen(0, "localhost");
  const key = (): string => randomBytes(32).toString("base64");
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    TOPOLO_AUTH_URL: `http://localhost:${authPort}`,
    TOPOLO_AUTH_CLIENT_SECRET: await auth.createServiceClientSecret("srv_nexus"),
    NEXUS_ENCRYPTION_KEYS: `k1:${key()}`,
    NEXUS_TOKEN_PEPPER: key(),
    NEXUS_EGRESS_ALLOW: `127.0.0.1:${sandbox.port}`,
    PLATFORM_OPENAI_API_KEY: canaryKey(),
    PLATFORM_OPENAI_BASE_URL: sandbox.baseUrls.openai,
    LOG_LEVEL: "trace",
    LOG_FILE: join(inject("logDir"), "next.log"),
  });
  const env = readEnv(process.env);
  const secrets = {
    encryptionKeys: env.NEXUS_ENCRYPTION_KEYS ?? "",
    tokenPepper: env.NEXUS_TOKEN_PEPPER ?? "",
    authEncryptionKey: "",
    dashboardSecret: "",
  };
  const management = await openManagement({ databaseUrl: database.url, env, secrets, sandbox: undefined, log });
  await seedManagement(management, env, undefined);
  await management.close();
  ({ apiKey } = await auth.createOrganizationApiKey({
    organizationId: "org_topolo",
    name: "test",
    scopes: ["srv_nexus.ai", "srv_nexus.usage"],
  }));
});

afterAll(async () => {
  await closeGateway();
  await auth.close();
  await sandbox.close();
  await database.drop();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const headers = (): Record<string, string> => ({
  authorization: `Bearer ${apiKey}`,
  "content-type": "application/json",
});

test("a call through the route handlers answers and leaves its ledger row", async () => {
  const answered = await chat(
    new Request("http://localhost/v1/chat/completions", {
      method: "POST",
      headers: headers(),
      body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
    }),
  );
  expect(answered.status).toBe(200);
  const operationId = answered.headers.get("x-nexus-operation-id");
  const listed = await usage(new Request("http://localhost/api/operations", { headers: headers() }));
  expect(await listed.json()).toMatchObject({
    operations: [{ operationId, state: "settled", source: "provider", door: "openai" }],
  });
});

test("assistants are answered at /mcp, and told who lets them in", async () => {
  const ask = (credential: string) =>
    mcp(
      new Request("http://localhost/mcp", {
        method: "POST",
        headers: { ...headers(), authorization: credential, accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      }),
    );
  expect(await (await ask(`Bearer ${apiKey}`)).text()).toContain('"explain_call"');
  const refused = await ask("Bearer of-nobody");
  const [, address = ""] = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "") ?? [];
  expect(await (await described(new Request(address))).json()).toMatchObject({
    authorization_servers: [process.env.TOPOLO_AUTH_URL],
  });
});

test("a stream through the route handlers comes in pieces and ends with [DONE]", async () => {
  const answered = await chat(
    new Request("http://localhost/v1/chat/completions", {
      method: "POST",
      headers: headers(),
      body: JSON.stringify({
        model: "openai/gpt-4o-mini",
        stream: true,
        messages: [{ role: "user", content: "Hello" }],
      }),
    }),
  );
  expect(answered.headers.get("content-type")).toContain("text/event-stream");
  expect((await answered.text()).trimEnd().endsWith("data: [DONE]")).toBe(true);
});

test("a name that is none of its vendor's is refused, naming the field, with no row and nothing sent", async () => {
  const rows = async (): Promise<unknown> =>
    (await usage(new Request("http://localhost/api/operations", { headers: headers() }))).json();
  const before = await rows();
  const sent = sandbox.requests().length;
  for (const model of [
    "google/gemini-1.5-flash\\..\\x",
    "google/gemini-2.5-flash:batchGenerateContent",
    "openai/../x",
  ]) {
    const answered = await chat(
      new Request("http://localhost/v1/chat/completions", {
        method: "POST",
        headers: headers(),
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
      }),
    );
    expect(answered.status).toBe(400);
    expect(await answered.json()).toMatchObject({ error: { code: "INVALID_INPUT", param: "model" } });
  }
  expect(await rows()).toEqual(before);
  expect(sandbox.requests()).toHaveLength(sent);
});

test("a path of no door is answered in the REST shape", async () => {
  const answered = await usage(new Request("http://localhost/api/nothing", { headers: headers() }));
  expect(answered.status).toBe(404);
  expect(await answered.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
});
