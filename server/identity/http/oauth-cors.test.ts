import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { routes } from "../routes.ts";

const openPaths = [
  ["GET", "/.well-known/openid-configuration"],
  ["GET", "/.well-known/oauth-authorization-server"],
  ["GET", "/.well-known/jwks.json"],
  ["POST", "/sso/exchange"],
  ["GET", "/oauth/userinfo"],
] as const;
const page = "https://third.example.com";
const local = "http://localhost:5173";

let development: TestAuth;
let production: TestAuth;

const register = async (auth: TestAuth) => {
  await auth.pool.query(
    `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, first_party)
     values ('srv_third', 'third', 'Third', '', 'application', 'apps', false, false)`,
  );
  await auth.pool.query(
    `insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types)
     values ('third-web', 'srv_third', 'public', 'none', array[$1, $2], '{authorization_code}')`,
    [`${page}/callback`, `${local}/callback`],
  );
};

beforeAll(async () => {
  development = await startTestAuth({ localAddresses: true });
  production = await startTestAuth();
  for (const auth of [development, production]) {
    await register(auth);
    auth.clock.advance(1_100);
  }
});
afterAll(async () => {
  await development.close();
  await production.close();
});

const grantsOf = async (auth: TestAuth, method: string, path: string, origin: string) => {
  const asked = { origin, "access-control-request-method": method, "access-control-request-headers": "authorization" };
  const preflight = await auth.call("OPTIONS", path, { headers: asked });
  const { headers } = await auth.call(method, path, { headers: { origin } });
  expect(headers.get("vary")).toBe("Origin");
  for (const each of [preflight.headers, headers]) expect(each.get("access-control-allow-credentials")).toBeNull();
  return [preflight.headers.get("access-control-allow-origin"), headers.get("access-control-allow-origin")];
};

test.each(openPaths)(
  "%s %s answers a third party's registered page, without credentials [RFC 9700 §2.6]",
  async (...route) => {
    expect(await grantsOf(production, ...route, page)).toEqual([page, page]);
    for (const other of ["https://evil.example.com", `${page}.evil.com`, `${page}:8443`, "null"])
      expect(await grantsOf(production, ...route, other)).toEqual([null, null]);
  },
);

test("no other route answers such a page [C5]", async () => {
  const open = new Set<string>(openPaths.map(([, path]) => path));
  for (const { method, path } of routes.filter((each) => !open.has(each.path)))
    expect([path, await grantsOf(production, method, path.replaceAll(/:\w+/g, "x"), page)]).toEqual([
      path,
      [null, null],
    ]);
});

test("a page on localhost counts in installations for development alone", async () => {
  for (const [method, path] of openPaths) {
    expect(await grantsOf(development, method, path, local)).toEqual([local, local]);
    expect(await grantsOf(production, method, path, local)).toEqual([null, null]);
  }
  expect(await grantsOf(development, "GET", "/api/me", local)).toEqual([null, null]);
});

test("a service that is switched off loses the grant of its pages", async () => {
  const auth = await startTestAuth();
  try {
    await register(auth);
    await auth.pool.query("update auth.services set status = 'disabled' where id = 'srv_third'");
    auth.clock.advance(1_100);
    expect(await grantsOf(auth, "GET", "/.well-known/jwks.json", page)).toEqual([null, null]);
  } finally {
    await auth.close();
  }
});
