import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AuthUnavailable,
  createAuthMiddleware,
  httpTransport,
  inProcessTransport,
  Unauthenticated,
  type AuthTransport,
} from "./index.ts";

const good = {
  valid: true,
  subjectType: "user",
  user: {
    id: "usr_1",
    email: "a@example.com",
    emailVerified: true,
    name: "A",
    pictureUrl: null,
    principalType: "human",
    principalServices: [],
    launcherEligible: true,
  },
  organization: { id: "org_1", slug: "one", name: "One", status: "active", admission: { monthlyLimitNanos: null } },
  role: "owner",
  platformBypass: false,
  serviceId: "srv_nexus",
  sessionId: "ses_1",
  lastSignIn: { at: "2026-01-01T00:00:00.000Z", sufficient: true },
  apiKey: null,
  credentialId: "jti-1",
  proofKey: null,
  scopes: null,
  permissions: ["srv_nexus.ai:invoke"],
  expiresAt: "2999-01-01T00:00:00.000Z",
};

/** Of a token that a third party's app has in its own name. */
const ofPartner = {
  ...good,
  subjectType: "service",
  user: null,
  role: null,
  sessionId: null,
  lastSignIn: null,
  scopes: [],
  permissions: [],
};

type Reply = {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly hang?: true;
  readonly cut?: true;
};
const json = (status: number, body: unknown): Reply => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

const useless: [string, Reply][] = [
  ["500", json(500, { error: { code: "internal" } })],
  ["503", json(503, { error: { code: "unavailable" } })],
  ["429", json(429, { error: { code: "too_many_attempts" } })],
  ["200 with HTML", { status: 200, type: "text/html", body: "<h1>ok</h1>" }],
  ["a good body called HTML", { status: 200, type: "text/html", body: JSON.stringify(good) }],
  ["a good body without a type", { status: 200, body: JSON.stringify(good) }],
  ["200 {}", json(200, {})],
  ["200 null", json(200, null)],
  ["200 true", json(200, true)],
  ["200 []", json(200, [good])],
  ['valid: "true"', json(200, { ...good, valid: "true" })],
  ["valid: 1", json(200, { ...good, valid: 1 })],
  ["201 with a good body", json(201, good)],
  ["401 with a good body", json(401, good)],
  ["401 without a reason", json(401, { error: { code: "unauthenticated" } })],
  ["403", json(403, { valid: false, error: "forbidden" })],
  ["a redirect", { status: 302, headers: { location: "/elsewhere" } }],
  ["a redirect with a good body", { ...json(307, good), headers: { location: "/elsewhere" } }],
  ["truncated JSON", { status: 200, type: "application/json", body: JSON.stringify(good).slice(0, -5) }],
  ["a connection cut in the middle", { status: 200, type: "application/json", body: JSON.stringify(good), cut: true }],
  ["a NUL", { status: 200, type: "application/json", body: "\u0000" }],
  ["an endless body", { status: 200, type: "application/json", body: " ".repeat(2_000_000) }],
  ["hanging", { status: 200, hang: true }],
  ["an unknown role", json(200, { ...good, role: "superuser" })],
  ["an unknown subject", json(200, { ...good, subjectType: "root" })],
  ["no role in an organization", json(200, { ...good, role: null })],
  ["permissions that are no list", json(200, { ...good, permissions: "srv_nexus.ai:invoke" })],
  ["a wildcard permission", json(200, { ...good, permissions: ["*"] })],
  ["bypass outside the admin organization", json(200, { ...good, platformBypass: true })],
  [
    "permissions in a suspended organization",
    json(200, { ...good, organization: { ...good.organization, status: "suspended" } }),
  ],
  ["a user without a user", json(200, { ...good, user: null })],
  ["a sign-in that is no time", json(200, { ...good, lastSignIn: { at: "lately", sufficient: true } })],
  ["a sign-in of unsaid strength", json(200, { ...good, lastSignIn: { at: good.lastSignIn.at } })],
  [
    "a third party's app in its own name with permissions",
    json(200, { ...ofPartner, scopes: ["srv_nexus.ai:invoke"], permissions: ["srv_nexus.ai:invoke"] }),
  ],
  ["a third party's app in its own name with a person", json(200, { ...ofPartner, user: good.user })],
  ["an end that is no time", json(200, { ...good, expiresAt: "tomorrow" })],
];

let server: Server;
let reply: Reply = json(200, good);
let asked: { readonly method: string; readonly url: string; readonly headers: IncomingMessage["headers"] }[] = [];

const answer = (request: IncomingMessage, response: ServerResponse): void => {
  asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers });
  const { status, type, body = "", headers = {}, hang, cut } = reply;
  if (hang) return;
  response.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { "content-type": type }),
    ...(cut ? { "content-length": String(body.length) } : {}),
  });
  if (!cut) return void response.end(body);
  response.write(body.slice(0, 20), () => response.destroy());
};

beforeAll(async () => {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What an Auth in this process would return for the same reply. */
const fakeIdentity = {
  fetch: async (request: Request): Promise<Response> => {
    const { status, type, body = "", headers = {}, hang, cut } = reply;
    if (hang) return new Promise(() => undefined);
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(cut ? body.slice(0, 20) : body));
        if (cut) controller.error(new Error("cut"));
        else controller.close();
      },
    });
    expect(request.redirect).toBe("manual");
    return new Response(stream, {
      status,
      headers: { ...headers, ...(type === undefined ? {} : { "content-type": type }) },
    });
  },
};

const transports: [string, () => AuthTransport][] = [
  ["http", () => httpTransport()],
  ["in-process", () => inProcessTransport(fakeIdentity)],
];

const build = (
  transport: AuthTransport,
  options: {
    readonly timeoutMs?: number;
    readonly cacheMs?: number;
    readonly clientSecret?: string;
    readonly clock?: { now: () => number };
  } = {},
) =>
  createAuthMiddleware({
    authUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serviceId: "srv_nexus",
    transport,
    ...options,
  });

describe.each(transports)("fail closed over %s [B2, N7]", (_, transport) => {
  test("a valid answer allows the call", async () => {
    reply = json(200, good);
    const principal = await build(transport()).validate("token");
    expect(principal).toMatchObject({ user: { id: "usr_1" }, role: "owner", organization: { slug: "one" } });
    expect(principal.permissions).toEqual(new Set(["srv_nexus.ai:invoke"]));
  });

  test.each(useless)("%s is not accepted as an answer", async (__, broken) => {
    reply = broken;
    // Waited for to its end only where nobody answers.
    const middleware = build(transport(), { cacheMs: 5_000, ...(broken.hang ? { timeoutMs: 1_000 } : {}) });
    await expect(middleware.validate("token")).rejects.toSatisfy(AuthUnavailable.is);
    reply = json(200, good);
    await expect(middleware.validate("token")).resolves.toMatchObject({ role: "owner" });
  });

  test("an explicit no is a 401 with its reason", async () => {
    reply = json(401, { valid: false, error: "session_revoked" });
    await expect(build(transport()).validate("token")).rejects.toMatchObject({
      name: "Unauthenticated",
      code: "session_revoked",
    });
  });

  test("a 400 for an unknown service is a configuration error, not the caller's", async () => {
    reply = json(400, { valid: false, error: "unknown_service" });
    await expect(build(transport()).validate("token")).rejects.toSatisfy(AuthUnavailable.is);
  });

  test("look-ups fail closed as well", async () => {
    const middleware = build(transport(), { clientSecret: "s" });
    for (const broken of [
      json(404, {}),
      json(404, { error: { code: "not_found" } }),
      json(200, {}),
      json(500, {}),
      json(401, { error: { code: "invalid_client" } }),
    ]) {
      reply = broken;
      await expect(middleware.memberOf("org_1", "usr_1")).rejects.toSatisfy(AuthUnavailable.is);
      await expect(middleware.organization("one")).rejects.toSatisfy(AuthUnavailable.is);
      await expect(middleware.services()).rejects.toSatisfy(AuthUnavailable.is);
    }
    reply = json(404, { error: { code: "member_not_found" } });
    await expect(middleware.memberOf("org_1", "usr_1")).resolves.toBeUndefined();
    reply = json(200, { userId: "usr_2", role: "owner", active: true, email: "a@example.com", name: "" });
    await expect(middleware.memberOf("org_1", "usr_1")).rejects.toSatisfy(AuthUnavailable.is);
    await expect(build(transport()).memberOf("org_1", "usr_1")).rejects.toSatisfy(AuthUnavailable.is);
  });
});

test("unavailable where nothing listens [B2]", async () => {
  const middleware = createAuthMiddleware({ authUrl: "http://127.0.0.1:1", serviceId: "srv_nexus" });
  await expect(middleware.validate("token")).rejects.toSatisfy(AuthUnavailable.is);
});

test.each(["", "two words", "line\nbreak", "ü", "x".repeat(9_000)])(
  "a credential of a wrong form never leaves: %o",
  async (credential) => {
    asked = [];
    await expect(build(httpTransport()).validate(credential)).rejects.toSatisfy(Unauthenticated.is);
    expect(asked).toEqual([]);
  },
);

test("an API key goes to the key route with the client's secret, a token to /validate without it", async () => {
  reply = json(200, {
    ...good,
    subjectType: "api_key",
    role: null,
    lastSignIn: null,
    sessionId: null,
    apiKey: { id: "key_1", name: "k", environment: "live", scopes: [], resourceBindings: [] },
  });
  asked = [];
  const middleware = build(httpTransport(), { clientSecret: "s" });
  await middleware.validate("tpk_live_x");
  reply = json(200, { valid: false, code: "api_key_revoked" });
  await expect(middleware.validate("tpk_live_y")).rejects.toMatchObject({ code: "api_key_revoked" });
  reply = json(200, good);
  await middleware.validate("token");
  expect(asked.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
    ["POST", "/api/api-keys/validate", `Basic ${Buffer.from("srv_nexus:s").toString("base64")}`],
    ["POST", "/api/api-keys/validate", `Basic ${Buffer.from("srv_nexus:s").toString("base64")}`],
    ["GET", "/validate", "Bearer token"],
  ]);
});

describe("the cache [X8]", () => {
  test("is off by default", async () => {
    reply = json(200, good);
    asked = [];
    const middleware = build(httpTransport());
    await middleware.validate("token");
    await middleware.validate("token");
    expect(asked).toHaveLength(2);
    expect(middleware.cached("token")).toBeUndefined();
  });

  test("keeps a yes for at most five seconds, never a no, and never longer than the credential lives", async () => {
    let now = 1_000_000;
    const middleware = build(httpTransport(), { cacheMs: 5_000, clock: { now: () => now } });
    reply = json(200, good);
    asked = [];
    await middleware.validate("token");
    now += 4_999;
    expect(middleware.cached("token")).toMatchObject({ role: "owner" });
    now += 1;
    expect(middleware.cached("token")).toBeUndefined();
    await middleware.validate("token");
    expect(asked).toHaveLength(2);
    reply = json(401, { valid: false, error: "session_revoked" });
    for (let count = 0; count < 2; count += 1)
      await expect(middleware.validate("other")).rejects.toMatchObject({ code: "session_revoked" });
    expect(asked).toHaveLength(4);
    reply = json(200, { ...good, expiresAt: new Date(now + 1_000).toISOString() });
    await middleware.validate("brief");
    now += 1_000;
    expect(middleware.cached("brief")).toBeUndefined();
    expect(() => build(httpTransport(), { cacheMs: 5_001 })).toThrow(RangeError);
  });

  test("identifies a credential by all its bytes: another signature under the same jti is validated again", async () => {
    const middleware = build(httpTransport(), { cacheMs: 5_000 });
    reply = json(200, good);
    await middleware.validate("head.payload.signature");
    reply = json(401, { valid: false, error: "token_invalid" });
    for (const forged of ["head.payload.other", "head.payload.", "head.payload.signature=", "HEAD.payload.signature"]) {
      await expect(middleware.validate(forged)).rejects.toMatchObject({ code: "token_invalid" });
    }
  });

  test("callers at the same moment share one question; a failure is not shared with later ones", async () => {
    const middleware = build(httpTransport(), { cacheMs: 5_000 });
    reply = json(500, {});
    asked = [];
    const failed = await Promise.allSettled(Array.from({ length: 50 }, () => middleware.validate("token")));
    expect(failed.every(({ status }) => status === "rejected")).toBe(true);
    reply = json(200, good);
    await Promise.all(Array.from({ length: 50 }, () => middleware.validate("token")));
    expect(asked).toHaveLength(2);
  });

  test("forgets on request, also a validation still under way", async () => {
    const middleware = build(httpTransport(), { cacheMs: 5_000 });
    reply = json(200, good);
    await middleware.validate("token");
    middleware.forget("token");
    expect(middleware.cached("token")).toBeUndefined();
    const running = middleware.validate("token");
    middleware.forget("token");
    await running;
    expect(middleware.cached("token")).toBeUndefined();
    await middleware.validate("token");
    middleware.forget();
    expect(middleware.cached("token")).toBeUndefined();
  });
});

test("requirePermission matches by equality", async () => {
  reply = json(200, good);
  const middleware = build(httpTransport());
  const principal = await middleware.validate("token");
  expect(() => middleware.requirePermission(principal, "srv_nexus.ai:invoke")).not.toThrow();
  expect(() => middleware.requirePermission(principal, "srv_nexus.ai:read")).toThrow("srv_nexus.ai:read");
});
