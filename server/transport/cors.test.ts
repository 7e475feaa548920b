import { describe, expect, it } from "vitest";
import { withCors } from "./cors.ts";
import { fromFetch, type DoorReply } from "./door-request.ts";

const app = "https://app.example";
const asked: string[] = [];
const registered: ReadonlySet<string> = new Set([app, "http://localhost:5173"]);

const door = withCors(
  (request) =>
    request.path.startsWith("/pages")
      ? undefined
      : Promise.resolve({
          status: 200,
          headers: { "x-request-id": "r", "cache-control": "no-store" },
          body: request.path,
        }),
  (origin) => {
    asked.push(origin);
    return registered.has(origin);
  },
);

const call = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<DoorReply> | undefined =>
  door(fromFetch(new Request(`http://nexus.example${path}`, { method, headers }), "r"));

const headersOf = async (...request: Parameters<typeof call>): Promise<Readonly<Record<string, string>>> =>
  (await call(...request))?.headers ?? {};

const corsOf = async (...request: Parameters<typeof call>): Promise<readonly string[]> =>
  Object.keys(await headersOf(...request)).filter((name) => name.startsWith("access-control"));

const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };

describe("a page of a registered app", () => {
  it("may ask first, and is told what it may send; the call itself is not made", async () => {
    const reply = await call("OPTIONS", "/api/trpc/ai.generateText", { origin: app, ...preflight });
    expect(reply?.status).toBe(204);
    expect(reply?.headers).toMatchObject({
      "access-control-allow-origin": app,
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    const allowed = reply?.headers["access-control-allow-headers"]?.split(", ");
    expect(allowed).toEqual(
      expect.arrayContaining(["authorization", "content-type", "idempotency-key", "trpc-accept"]),
    );
    expect(allowed).not.toContain("x-nexus-service-token");
    expect(allowed).not.toContain("x-api-key");
    expect(allowed).not.toContain("*");
  });

  it.each(["/api/operations", "/v1/chat/completions", "/v1/messages"])("may read what %s answers", async (path) => {
    const headers = await headersOf("POST", path, { origin: app });
    expect(headers).toMatchObject({ "access-control-allow-origin": app, vary: "Origin" });
    expect(headers["access-control-expose-headers"]).toContain("x-nexus-cost-nano-usd");
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("is never let in with cookies", async () => {
    for (const method of ["OPTIONS", "POST"])
      expect(await headersOf(method, "/api/operations", { origin: app, ...preflight })).not.toHaveProperty(
        "access-control-allow-credentials",
      );
  });
});

describe("a page of any other origin", () => {
  it.each([
    "https://evil.example",
    "https://app.example.evil.example",
    "https://sub.app.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example/",
    "HTTPS://APP.EXAMPLE",
    "null",
    "*",
    "",
  ])("%j is told nothing", async (origin) => {
    expect(await corsOf("OPTIONS", "/api/operations", { origin, ...preflight })).toEqual([]);
    expect(await corsOf("POST", "/v1/chat/completions", { origin })).toEqual([]);
    expect(await headersOf("GET", "/api/operations", { origin })).toMatchObject({ vary: "Origin" });
  });
});

it("what is no API has no such headers, for whomever", async () => {
  for (const path of ["/api/auth/session", "/health", "/metrics", "/packages/nexus-client.tgz", "/v10/x", "/apis"])
    expect(await corsOf("GET", path, { origin: app })).toEqual([]);
  expect(call("GET", "/pages/x", { origin: app })).toBeUndefined();
});

it("programs are answered as before, and caches keep their answers from pages", async () => {
  expect(await headersOf("POST", "/api/operations", {})).toEqual({ "x-request-id": "r", "cache-control": "no-store" });
  expect(await headersOf("GET", "/api/openapi.json", {})).toMatchObject({ vary: "Origin" });
});
