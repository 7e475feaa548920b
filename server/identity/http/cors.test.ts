import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let withPreviews: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
  withPreviews = await startTestAuth({ allowPreviews: true });
});
afterAll(async () => {
  await auth.close();
  await withPreviews.close();
});

const preflight = (origin: string, { target = auth, path = "/refresh" } = {}) =>
  target.call("OPTIONS", path, {
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-topolo-auth, x-service-id",
    },
  });

describe("the refresh preflight [N6, C2, C3]", () => {
  test.each([
    "http://localhost:3000",
    "https://nexus.topolo.app",
    "https://roadmapper.topolo.app",
    "https://topolo-nexus.pages.dev",
    "http://localhost:3001",
  ])("%s is granted", async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-allow-methods")).toBe("POST");
    expect(headers.get("access-control-allow-headers")).toBe(
      "Authorization, Content-Type, X-Topolo-Auth, X-Service-ID",
    );
    expect(headers.get("vary")).toBe("Origin");
  });

  test.each([
    "null",
    "*",
    "http://nexus.topolo.app",
    "https://nexus.topolo.app:8443",
    "https://nexus.topolo.app.evil.com",
    "https://evilnexus.topolo.app",
    "https://evil.nexus.topolo.app",
    "https://NEXUS.topolo.app",
    "https://nexus.topolo.app.",
    "https://nexus.topolo.app/",
    "https://nexus%2etopolo.app",
    "https://xn--nexus-abc.topolo.app",
    "https://nexus.topolo.app@evil.com",
    "http://127.0.0.1:3000",
    "http://localhost:3002",
    "https://localhost:3000",
    "https://topolo-nexus-evil.pages.dev",
    "https://eviltopolo-nexus.pages.dev",
    "https://preview.topolo-nexus.pages.dev",
    "https://topolo-nexus.pages.dev.evil.com",
    "HTTPS://nexus.topolo.app",
    "https://nexus.topolo.app:443",
    "https://nexus.topolo.app:",
    "https://nexus.topolo.app, https://evil.com",
    "https://nexus.topolo.app https://evil.com",
    "https://nexus.xn--tpolo-kye.app",
    "https://nexus.topolo.app%00.evil.com",
    "https://nexus_topolo.app",
    "https://nexustopolo.app",
    "https://topolo.app.evil.com",
    "https://evil.topolo.app",
    "https://localhost",
    "http://localhost:30000",
    "http://localhost.evil.com:3000",
    "http://[::1]:3000",
    "https://topolo-nexus.pages.dev.",
    "https://topolo-nexus.evil.pages.dev",
    "https://topolo-nexus2.pages.dev",
    "https://pages.dev",
    "http://topolo-nexus.pages.dev",
    "file://",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "data:",
  ])("%s is not", async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(403);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toBe("Origin");
  });

  test("previews of allow-listed projects count only where switched on [X15]", async () => {
    const granted = async (origin: string) => (await preflight(origin, { target: withPreviews })).status === 204;
    expect(await granted("https://abc123.topolo-nexus.pages.dev")).toBe(true);
    expect(await granted("https://a.b.topolo-nexus.pages.dev")).toBe(false);
    expect(await granted("https://-a.topolo-nexus.pages.dev")).toBe(false);
    expect(await granted("http://abc123.topolo-nexus.pages.dev")).toBe(false);
    expect(await granted("https://abc123.evil-topolo-nexus.pages.dev")).toBe(false);
    expect(await granted("https://abc123.other.pages.dev")).toBe(false);
  });
});

test("the preflight needs no credential and sends none, and the request after it is answered to that origin alone [N6, C2]", async () => {
  const { token } = await auth.login(await auth.addUser({ role: "member" }));
  const asked = await preflight("https://nexus.topolo.app");
  expect(asked.headers.getSetCookie()).toEqual([]);
  for (const [origin, granted] of [
    ["https://nexus.topolo.app", "https://nexus.topolo.app"],
    ["https://evil.example", null],
    ["null", null],
  ] as const) {
    const { status, headers } = await auth.call("GET", "/api/me", { bearer: token, headers: { origin } });
    expect([status, headers.get("access-control-allow-origin"), headers.get("vary")]).toEqual([200, granted, "Origin"]);
    expect(headers.get("access-control-allow-credentials")).toBe(granted === null ? null : "true");
  }
});

test("an origin removed from the list loses its CORS grant within a second", async () => {
  await auth.pool.query("update auth.allowed_origins set enabled = false where origin = 'https://bugfix.topolo.app'");
  auth.clock.advance(1_100);
  expect((await preflight("https://bugfix.topolo.app")).status).toBe(403);
});

test("error answers have CORS headers, so that a page can read them", async () => {
  const { status, headers } = await auth.call("GET", "/api/me", { headers: { origin: "http://localhost:3000" } });
  expect(status).toBe(401);
  expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
});

test("CSRF: a cookie alone changes nothing", async () => {
  const { cookie } = await auth.login(await auth.addUser({ role: "owner" }));
  const body = { name: "key", scopes: ["srv_nexus.ai"] };
  for (const headers of [
    {},
    { origin: "https://evil.example", "x-topolo-auth": "1" },
    { origin: "null", "x-topolo-auth": "1" },
  ] as Record<string, string>[]) {
    expect((await auth.call("POST", "/api/api-keys", { cookie, body, headers })).status).toBe(403);
    expect((await auth.call("POST", "/logout", { cookie, headers })).status).toBe(403);
  }
  expect(
    (
      await auth.call("POST", "/api/api-keys", {
        cookie,
        headers: { "x-topolo-auth": "1", "content-type": "text/plain" },
        body,
      })
    ).status,
  ).toBe(415);
  expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(200);
  expect((await auth.call("POST", "/api/api-keys", { cookie, body, headers: { "x-topolo-auth": "1" } })).status).toBe(
    201,
  );
});

test("an explicit bearer decides alone [D7, X18]", async () => {
  const one = await auth.login(await auth.addUser({ role: "owner" }));
  const other = await auth.login(await auth.addUser({ role: "guest" }));
  expect((await auth.call("GET", "/api/me", { bearer: one.token, cookie: other.cookie })).body).toMatchObject({
    role: "owner",
  });
  expect((await auth.call("GET", "/api/me", { bearer: "nonsense", cookie: other.cookie })).status).toBe(401);
  expect(
    (await auth.call("GET", "/api/me", { cookie: other.cookie, headers: { authorization: "Digest x" } })).status,
  ).toBe(401);
});
