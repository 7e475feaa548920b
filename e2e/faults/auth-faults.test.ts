import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { appId } from "./cluster.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { startSwitchableAuth, type Garbage, type SwitchableAuth } from "./switchable-auth.ts";
import { createTokenAsOperator } from "../../test/create-token-as-operator.ts";

let scene: FaultScene;
let auth: SwitchableAuth;
let gateway: GatewayProcess;
let serviceToken: string;

/** One that remembers nothing, so that every call has to ask. */
const startGateway = async (): Promise<void> => {
  gateway = await scene.startGateway({ authUrl: auth.url, authCacheMs: 0 });
};

beforeAll(async () => {
  scene = await openFaultScene({ name: "auth-faults" });
  auth = await startSwitchableAuth(scene.cluster.config.authUrl);
  await startGateway();
  const made = await createTokenAsOperator(scene.cluster.deps, {
    label: "Fault test",
    organizations: "all",
    apps: "all",
    permissions: ["srv_nexus.ai:invoke"],
  });
  serviceToken = made.token;
});
afterAll(async () => {
  await scene.close();
  await auth.stop();
});
beforeEach(() => {
  auth.mode = "real";
});

const prompt = "Let me in.";
const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: prompt }], max_completion_tokens: 20 };
const typed = { model: "openai/gpt-4o-mini", prompt, maxOutputTokens: 20 };

const doors = [
  ["/v1/chat/completions", chat],
  ["/api/ai/generate-text", typed],
  ["/api/trpc/ai.generateText", typed],
] as const;

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const bearer = () => ({ authorization: `Bearer ${scene.apiKey}` });
const service = () => ({
  "x-nexus-service-token": serviceToken,
  "x-nexus-organization-id": scene.cluster.organizationId,
});

/** Every door says 503, no vendor was asked, no row was written. */
const nothingGetsIn = async (): Promise<void> => {
  const rowsBefore = await countRows();
  const seenBefore = scene.sandbox.requests().length;
  const replies = await Promise.all(
    doors.flatMap(([path, body]) =>
      [bearer(), service()].map(async (headers) => {
        const response = await post(path, body, headers);
        return { status: response.status, text: await response.text() };
      }),
    ),
  );
  for (const { status, text } of replies) {
    expect(status).toBe(503);
    expect(text).toContain("AUTH_UNAVAILABLE");
    expect(text).toMatch(/"effect":"none"/);
  }
  expect(scene.sandbox.requests().length).toBe(seenBefore);
  expect(await countRows()).toBe(rowsBefore);
};

const countRows = async (): Promise<bigint> =>
  (await scene.cluster.pool.query<{ n: bigint }>("select count(*) n from nexus.operation")).rows[0]?.n ?? -1n;

const everyoneGetsIn = async (): Promise<void> => {
  for (const [path, body] of doors) {
    for (const headers of [bearer(), service()]) {
      const response = await post(path, body, headers);
      expect(response.status, await response.text()).toBe(200);
    }
  }
};

it("lets in whom Auth knows, and nobody else", async () => {
  await everyoneGetsIn();
  for (const [path, body] of doors) {
    expect((await post(path, body, { authorization: `Bearer ${scene.apiKey.slice(0, -1)}x` })).status).toBe(401);
    expect(
      (
        await post(path, body, {
          "x-nexus-service-token": `${serviceToken}x`,
          "x-nexus-organization-id": scene.cluster.organizationId,
        })
      ).status,
    ).toBe(401);
    expect((await post(path, body, {})).status).toBe(401);
  }
});

describe("nothing gets in", () => {
  it("while Auth is stopped", async () => {
    await auth.stop();
    await nothingGetsIn();
    await auth.start();
  });

  it("while Auth hangs", async () => {
    auth.mode = "hanging";
    await nothingGetsIn();
  });

  it("while Auth resets connections", async () => {
    auth.mode = "reset";
    await nothingGetsIn();
  });

  const principal = { valid: true, subjectType: "user", user: null, organization: null };
  it.each<readonly [string, Garbage]>([
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<html>Welcome</html>" }],
    ["a page that calls itself JSON", { status: 200, body: "<html>Welcome</html>" }],
    ["nothing", { status: 200, body: "" }],
    ["an empty object", { status: 200, body: "{}" }],
    ["a bare yes", { status: 200, body: '{"valid":true}' }],
    ["a yes without a person", { status: 200, body: JSON.stringify(principal) }],
    ["true", { status: 200, body: "true" }],
    ["half an answer", { status: 200, body: '{"valid":true,"subjectType":"api_k' }],
    ["an error of its own", { status: 500, body: '{"valid":true}' }],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:9/" }, body: "" }],
    ["a refusal without words", { status: 403, body: "{}" }],
    ["too much", { status: 200, body: `{"valid":true,"padding":"${"x".repeat(2_000_000)}"}` }],
  ])("while Auth answers %s", async (_name, garbage) => {
    auth.mode = garbage;
    await nothingGetsIn();
  });
});

it("goes on by itself once Auth is back", everyoneGetsIn);

it("a key that was used a moment ago and is revoked manages nothing any more", async () => {
  const remembering = await scene.startGateway();
  const { id, apiKey: spent } = await scene.cluster.createApiKey(appId);
  const ask = async (path: string, body?: unknown): Promise<number> => {
    const reply = await fetch(remembering.url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${spent}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await reply.arrayBuffer();
    return reply.status;
  };
  const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] };
  expect(await ask("/v1/chat/completions", chat)).toBe(200);
  expect(await ask("/api/operations")).toBe(200);
  const identity = new Client({ connectionString: scene.cluster.auth.databaseUrl });
  await identity.connect();
  await identity.query("update auth.api_keys set revoked_at = now() where id = $1", [id]);
  await identity.end();
  expect(await ask("/api/operations")).toBe(401);
});
