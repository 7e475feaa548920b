import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { httpTransport, inProcessTransport, type AuthTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { createSelfSigned } from "../../test/self-signed.ts";

const superAdminId = "usr_platform";

const good = {
  valid: true,
  subjectType: "user",
  user: {
    id: superAdminId,
    email: "a@example.com",
    emailVerified: true,
    name: "A",
    pictureUrl: null,
    principalType: "human",
    principalServices: [],
    launcherEligible: true,
  },
  organization: {
    id: "org_admin",
    slug: "admin",
    name: "Admin",
    status: "active",
    admission: { monthlyLimitNanos: null },
  },
  role: "platform_super_admin",
  platformBypass: true,
  serviceId: null,
  sessionId: "ses_1",
  lastSignIn: { at: new Date().toISOString(), sufficient: true },
  apiKey: null,
  credentialId: "jti-1",
  proofKey: null,
  scopes: null,
  permissions: ["srv_nexus.ai:invoke", "srv_nexus.ai:read", "srv_nexus.credentials:manage", "srv_nexus.keys:read"],
  expiresAt: "2999-01-01T00:00:00.000Z",
};
const organization = {
  id: "org_topolo",
  slug: "topolo",
  name: "Topolo",
  kind: "standard",
  status: "active",
  admission: { monthlyLimitNanos: null },
};

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

const json = (status: number, body: unknown): Reply => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

/** How Auth behaves: an answer, none at all, or none in time. */
type Mode = Reply | "down" | "hanging" | "TLS error" | "well";

let mode: Mode = "well";
let asked: string[] = [];
let plain: Server;
let tls: TlsServer;
let nexus: ConsumingGateway;
let shared: string;
let road: "http" | "in-process" = "http";

const replyTo = (path: string, current: Reply | "well"): Reply => {
  if (current !== "well") return current;
  return path === "/validate" ? json(200, good) : json(200, organization);
};

const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

const answer: Parameters<typeof createServer>[1] = (request, response) => {
  const path = request.url ?? "";
  asked.push(path);
  if (mode === "hanging" || mode === "down" || mode === "TLS error") return;
  const { status, type, body = "", location } = replyTo(path, mode);
  response.writeHead(status, {
    ...(type === undefined ? {} : { "content-type": type }),
    ...(location === undefined ? {} : { location }),
  });
  response.end(body);
};

/** The request as it would go over the network, to wherever the mode has it. */
const overHttp: AuthTransport = (request) => {
  const target = new URL(request.url);
  target.protocol = mode === "TLS error" ? "https:" : "http:";
  target.port = String(mode === "down" ? 1 : mode === "TLS error" ? portOf(tls) : portOf(plain));
  return httpTransport()(new Request(target, request));
};

const inProcess = inProcessTransport({
  fetch: async (request) => {
    const path = new URL(request.url).pathname;
    if (mode === "down" || mode === "TLS error") throw new TypeError("fetch failed", { cause: new Error(mode) });
    asked.push(path);
    if (mode === "hanging") return new Promise(() => undefined);
    const { status, type, body = "", location } = replyTo(path, mode);
    const headers = new Headers();
    if (type !== undefined) headers.set("content-type", type);
    if (location !== undefined) headers.set("location", location);
    return new Response(body, { status, headers });
  },
});

beforeAll(async () => {
  plain = createServer(answer);
  tls = createTlsServer(createSelfSigned(), answer);
  for (const server of [plain, tls]) {
    server.on("tlsClientError", () => undefined);
    await once(server.listen(0, "localhost"), "listening");
  }
  nexus = await openConsumingGateway({
    authUrl: "http://localhost",
    clientSecret: "s",
    platformSuperAdminUserId: superAdminId,
    cacheMs: 5_000,
    knowsApps: false,
    transport: (request) => (road === "http" ? overHttp : inProcess)(request),
  });
  shared = await nexus.createServiceToken({});
});
afterAll(async () => {
  await nexus.close();
  for (const server of [plain, tls]) {
    server.closeAllConnections();
    server.close();
  }
});

const secret = { apiKey: "sk-ant-test-0123456789" };
const chat = {
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user", content: "Hello" }],
  max_completion_tokens: 20,
};

let credentials = 0;

/** Every kind of call, each with a credential that nobody has asked about yet; how many questions each costs. */
const everyCall = () => {
  credentials += 1;
  const bearer = (name: string) => ({ authorization: `Bearer ${name}-${credentials}` });
  const service = { "x-nexus-service-token": shared, "x-nexus-organization-id": `org_${credentials}` };
  return Promise.all([
    nexus.ask("POST", "/v1/chat/completions", bearer("chat"), chat),
    nexus.ask("GET", "/api/keys", bearer("keys")),
    nexus.ask("PUT", "/api/provider-credentials/platform-defaults/anthropic", bearer("put"), { secret }),
    nexus.ask("POST", "/v1/chat/completions", service, chat),
  ]);
};

const codeOf = (text: string): unknown =>
  (JSON.parse(text) as { readonly error?: { readonly code?: unknown } }).error?.code;

/** What may not have changed: vendor requests, ledger rows, stored credentials. */
const traces = async () => [
  nexus.sandbox.requests().length,
  (await nexus.attributed()).length,
  (await nexus.deps.db.pool.query("select count(*) from nexus.provider_credentials")).rows,
];

const unclear: readonly (readonly [string, Mode])[] = [
  ["is down", "down"],
  ["hangs", "hanging"],
  ["cannot show its certificate", "TLS error"],
  ["answers 500", json(500, { error: { code: "internal" } })],
  ["answers 503", json(503, { error: { code: "unavailable" } })],
  ["answers 200 with HTML", { status: 200, type: "text/html", body: "<h1>Welcome</h1>" }],
  ["answers 200 {}", json(200, {})],
  ['answers valid: "true"', json(200, { ...good, valid: "true" })],
  ["redirects", { status: 302, location: "http://localhost:1/elsewhere" }],
  ["redirects with a good body", { ...json(307, good), location: "/elsewhere" }],
  ["answers well under another content type", { status: 200, type: "text/plain", body: JSON.stringify(good) }],
  ["answers half a JSON", { status: 200, type: "application/json", body: JSON.stringify(good).slice(0, -9) }],
  ["names an unknown role", json(200, { ...good, role: "root" })],
  ["knows no such service", json(400, { valid: false, error: "unknown_service" })],
];

describe.each(["http", "in-process"] as const)("over %s [N7, B2]", (transport) => {
  beforeEach(() => {
    road = transport;
    mode = "well";
    asked = [];
  });

  test("a clear yes lets in", async () => {
    const [first, second, third] = await everyCall();
    expect([first?.status, second?.status, third?.status]).toEqual([200, 200, 200]);
  });

  test.each(unclear)("while Auth %s everything is 503, asked once, and nothing happens [X9]", async (_, broken) => {
    const before = await traces();
    mode = broken;
    const startedAt = performance.now();
    const answers = await everyCall();
    const tookMs = performance.now() - startedAt;
    for (const { status, text, headers } of answers) {
      expect([status, codeOf(text)]).toEqual([503, "AUTH_UNAVAILABLE"]);
      expect(text).toContain('"effect":"none"');
      expect(headers["retry-after"]).toBe("1");
      expect(headers["set-cookie"]).toBeUndefined();
    }
    expect(asked.length).toBe(broken === "down" || broken === "TLS error" ? 0 : answers.length);
    if (broken === "hanging") expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(6_000);
    expect(await traces()).toEqual(before);
    mode = "well";
    expect((await everyCall())[0]?.status).toBe(200);
  });

  test("an explicit no is 401, and is not remembered", async () => {
    const before = await traces();
    mode = json(401, { valid: false, error: "session_revoked" });
    const bearer = { authorization: `Bearer refused-${transport}` };
    for (let count = 0; count < 2; count += 1) expect(codeOf((await nexus.chat(bearer)).text)).toBe("UNAUTHENTICATED");
    expect(asked).toHaveLength(2);
    expect(await traces()).toEqual(before);
    mode = "well";
    expect((await nexus.chat(bearer)).status).toBe(200);
  });

  test("a yes may be used again for a call of a model, never to manage [X8]", async () => {
    const bearer = { authorization: `Bearer reused-${transport}` };
    for (let count = 0; count < 3; count += 1) expect((await nexus.chat(bearer)).status).toBe(200);
    expect(asked).toHaveLength(1);
    for (let count = 0; count < 3; count += 1) expect((await nexus.ask("GET", "/api/keys", bearer)).status).toBe(200);
    expect(asked).toHaveLength(4);
    mode = "down";
    expect((await nexus.chat(bearer)).status).toBe(200);
    for (const [method, path, body] of [
      ["GET", "/api/keys", undefined],
      ["PUT", "/api/provider-credentials/platform-defaults/anthropic", { secret }],
    ] as const)
      expect([path, (await nexus.ask(method, path, bearer, body)).status]).toEqual([path, 503]);
  });
});
