import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { routes } from "../routes.ts";

let auth: TestAuth;
let secure: TestAuth;
let owner: { readonly id: string; readonly cookie: string; readonly token: string; readonly sessionId: string };
let organizationId: string;

beforeAll(async () => {
  auth = await startTestAuth();
  secure = await startTestAuth({ publicUrl: "https://auth.example", allowedOrigins: [] });
  organizationId = await auth.addOrganization();
  const user = await auth.addUser({ organizationId, role: "owner" });
  owner = { id: user.id, ...(await auth.login(user)) };
});
afterAll(async () => {
  await auth.close();
  await secure.close();
});

/** All that a forged request could have changed. */
const everything = async (): Promise<unknown> => {
  const tables = ["users", "sessions", "refresh_tokens", "organizations", "organization_memberships", "api_keys"];
  const { rows } = await auth.pool.query(
    tables
      .map(
        (table) =>
          `select '${table}' as name, md5(string_agg(t::text, '' order by t::text)) as all from auth.${table} t`,
      )
      .join(" union all "),
  );
  return rows;
};

const origins = "http://localhost:3000";
const body = JSON.stringify({ name: "forged", organizationId: "org_topolo", role: "owner", email: "x@example.com" });

/** What another site's page can make a browser send along with the cookie. */
const forgeries: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ["a missing header", { "content-type": "application/json" }, body],
  ["a missing header from an allowed origin", { "content-type": "application/json", origin: origins }, body],
  ["an empty header", { "content-type": "application/json", "x-topolo-auth": " " }, body],
  ["a form", { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example" }, "name=forged"],
  [
    "a form with files",
    { "content-type": "multipart/form-data; boundary=x", origin: "null" },
    '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\nforged\r\n--x--',
  ],
  ["JSON called plain text", { "content-type": "text/plain", origin: "https://evil.example" }, body],
  ["JSON called nothing", { origin: "https://evil.example" }, body],
  [
    "the header from another origin",
    { "content-type": "application/json", "x-topolo-auth": "1", origin: "https://evil.example" },
    body,
  ],
  [
    "the header from a neighbour of an allowed origin",
    { "content-type": "application/json", "x-topolo-auth": "1", origin: "https://evil.nexus.topolo.app" },
    body,
  ],
  ["the header from nowhere", { "content-type": "application/json", "x-topolo-auth": "1", origin: "null" }, body],
];

const writing = routes.filter(({ method }) => method !== "GET");
const filled = (path: string): string =>
  path
    .replace("/organizations/:id", `/organizations/${organizationId}`)
    .replace(":userId", owner.id)
    .replaceAll(/:[a-zA-Z]+/g, "x");

describe("a cookie alone changes nothing [X11]", () => {
  test("there are routes to test", () => expect(writing.length).toBeGreaterThan(20));

  test.each(forgeries)("is refused with %s, at every route", async (_, headers, text) => {
    const before = await everything();
    for (const { method, path } of writing) {
      const {
        status,
        cookie,
        headers: answered,
      } = await auth.call(method, filled(path), { cookie: owner.cookie, headers, body: text });
      // The page that asks the person whether to sign out is an answer, and changes nothing.
      const isPage =
        (path === "/oauth/logout" && status === 200) ||
        // A provider's page posts there from another site; what is none of its answers leads to the sign-in page.
        (path === "/organization-sign-in/:organizationId/acs" &&
          answered.get("location")?.startsWith("/sign-in?error=") === true);
      const isRefused = (status >= 400 && status < 500) || isPage;
      expect([method, path, isRefused, cookie]).toEqual([method, path, true, undefined]);
    }
    expect(await everything()).toEqual(before);
  });

  test("is accepted with the header from the app's own origin", async () => {
    const answer = await auth.call("PATCH", "/api/me", {
      cookie: owner.cookie,
      headers: { "x-topolo-auth": "1", origin: origins },
      body: { name: "Renamed" },
    });
    expect(answer.status).toBe(200);
  });

  test("a refused header or origin does not clear the cookie [X11]", async () => {
    for (const headers of [
      { "x-service-id": "srv_nexus" },
      { "x-service-id": "srv_nexus", "x-topolo-auth": "1", origin: "https://evil.example" },
    ] as readonly Record<string, string>[]) {
      const answer = await auth.call("POST", "/refresh", { cookie: owner.cookie, headers });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
    expect((await auth.call("GET", "/api/me", { cookie: owner.cookie })).status).toBe(200);
  });

  test("a method override in a header, the query or the form is ignored", async () => {
    const before = await everything();
    const json = { "x-topolo-auth": "1", origin: origins };
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      for (const [method, path, real] of [
        ["GET", "/logout", "POST"],
        ["GET", "/refresh", "POST"],
        ["POST", "/api/me", "PATCH"],
        ["GET", `/api/organizations/${organizationId}/members/${owner.id}`, "DELETE"],
      ] as const) {
        const { status } = await auth.call(method, path, {
          cookie: owner.cookie,
          headers: { ...json, [name]: real },
          ...(method === "GET" ? {} : { body: { name: "overridden" } }),
        });
        expect([path, [200, 404, 405].includes(status)]).toEqual([path, true]);
      }
    for (const path of ["/logout?_method=POST", "/refresh?_method=POST", "/api/me/sessions?_method=DELETE"])
      expect([200, 404, 405]).toContain((await auth.call("GET", path, { cookie: owner.cookie, headers: json })).status);
    expect(await everything()).toEqual(before);
  });

  test("a GET changes nothing", async () => {
    const before = await everything();
    for (const { path } of routes.filter(
      ({ method, path: at }) => method === "GET" && !/authorize|federated|interaction/.test(at),
    ))
      await auth.call("GET", filled(path), { cookie: owner.cookie, headers: { origin: "https://evil.example" } });
    expect(await everything()).toEqual(before);
  });
});

describe("cookies set by other sites", () => {
  const refresh = (target: TestAuth, cookie: string) =>
    target.call("POST", "/refresh", { cookie, headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" } });

  test("over TLS the cookie's name prefix keeps sibling domains from setting it [X13]", async () => {
    const { email, password } = await secure.addUser({ role: "member" });
    const answer = await secure.call("POST", "/login", {
      body: { email, password },
      headers: { "x-service-id": "srv_nexus" },
    });
    const [line = ""] = answer.headers.getSetCookie();
    expect(line).toMatch(/^__Host-topolo_session=[\w-]{43}; /);
    expect(line.split("; ").slice(1)).toEqual(
      expect.arrayContaining(["Path=/", "HttpOnly", "SameSite=Lax", "Secure"]) as unknown,
    );
    expect(line).not.toMatch(/domain=/i);
    const value = line.slice(line.indexOf("=") + 1, line.indexOf(";"));
    for (const name of [
      "topolo_session",
      "__host-topolo_session",
      "__Secure-topolo_session",
      " __Host-topolo_session x",
    ])
      expect([name, (await refresh(secure, `${name}=${value}`)).status]).toEqual([name, 401]);
    expect((await refresh(secure, `topolo_session=${"A".repeat(43)}; ${answer.cookie}`)).status).toBe(200);
  });

  test("two session cookies are refused, whichever comes first", async () => {
    const victim = await auth.login(await auth.addUser({ role: "member" }));
    const attacker = await auth.login(await auth.addUser({ role: "member" }));
    for (const cookie of [`${attacker.cookie}; ${victim.cookie}`, `${victim.cookie}; ${attacker.cookie}`]) {
      expect(await refresh(auth, cookie)).toMatchObject({ status: 400, body: { error: { code: "ambiguous_cookie" } } });
      expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(400);
    }
    for (const { token } of [victim, attacker])
      expect((await auth.call("GET", "/api/me", { bearer: token })).status).toBe(200);
  });

  test("fixation: a cookie value from before the sign-in is never the value after it", async () => {
    const attacker = await auth.login(await auth.addUser({ role: "member" }));
    const victim = await auth.addUser({ role: "member" });
    const chosen = `topolo_session=${"B".repeat(43)}`;
    for (const planted of [attacker.cookie, chosen]) {
      const answer = await auth.call("POST", "/login", {
        cookie: planted,
        headers: { "x-service-id": "srv_nexus" },
        body: { email: victim.email, password: victim.password },
      });
      expect(answer.status).toBe(200);
      expect(answer.cookie).not.toBe(planted);
      expect((await auth.call("GET", "/api/me", { cookie: planted })).status).toBe(401);
      expect((await refresh(auth, planted)).status).toBe(401);
    }
    expect((await auth.call("GET", "/api/me", { bearer: attacker.token })).status).toBe(401);
  });

  test("a form on another site signs nobody in [RFC 9700 §4.7]", async () => {
    const { email, password } = await auth.addUser({ role: "member" });
    for (const [headers, text] of [
      [{ "content-type": "application/x-www-form-urlencoded" }, `email=${email}&password=${password}`],
      [{ "content-type": "text/plain" }, JSON.stringify({ email, password })],
      [{ "content-type": "application/json", origin: "https://evil.example" }, JSON.stringify({ email, password })],
      [{ "content-type": "application/json", origin: "null" }, JSON.stringify({ email, password })],
    ] as const) {
      const answer = await auth.call("POST", "/login", {
        headers: { "x-service-id": "srv_nexus", ...headers },
        body: text,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.cookie).toBeUndefined();
    }
  });
});
