import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { openDocumentApps, type DocumentApps } from "../../../test/document-apps.ts";

// Pages of apps without a registration: which of Auth's answers a browser lets them read.

let apps: DocumentApps;

beforeAll(async () => {
  apps = await openDocumentApps();
});
afterAll(() => apps.close());
beforeEach(() => apps.enter());

const metadata = [
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
];
const ofToken = ["/sso/exchange", "/oauth/userinfo"];

/** The origins that the answer to OPTIONS and the answer itself are opened to. */
const openedTo = async (path: string, origin: string, auth = apps.auth) => {
  const method = path === "/sso/exchange" ? "POST" : "GET";
  const asked = { origin, "access-control-request-method": method };
  const preflight = await auth.call("OPTIONS", path, { headers: asked });
  const answer = await auth.call(method, path, { headers: { origin } });
  for (const { headers } of [preflight, answer]) {
    expect(headers.get("vary")).toBe("Origin");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  }
  return [preflight, answer].map(({ headers }) => headers.get("access-control-allow-origin"));
};
const open = (origin: string) => [origin, origin];
const closed = [null, null];

test("the origin of a connected app's document, and no other, is answered at the token endpoint [C5]", async () => {
  const { origin } = apps.site;
  for (const path of metadata) expect(await openedTo(path, origin), path).toEqual(open(origin));
  for (const path of ofToken) expect(await openedTo(path, origin), path).toEqual(closed);
  const { body } = await apps.connect(apps.site.describe("/page.json"));
  for (const path of ofToken) expect(await openedTo(path, origin), path).toEqual(open(origin));
  const exchanged = await apps.auth.call("POST", "/sso/exchange", {
    headers: { origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: apps.site.addressOf("/page.json"),
      refresh_token: textOf(body, "refresh_token"),
    }).toString(),
  });
  expect([exchanged.status, exchanged.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
  const userInfo = await apps.auth.call("GET", "/oauth/userinfo", {
    bearer: textOf(exchanged.body, "access_token"),
    headers: { origin },
  });
  expect([userInfo.status, userInfo.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
  const others = [
    `${origin}1`,
    `${origin}/`,
    origin.replace("http:", "https:"),
    origin.replace("localhost", "LOCALHOST"),
    origin.replace("localhost", "127.0.0.1"),
    origin.replace("localhost", "localhost.evil.example"),
    "http://localhost",
    "https://evil.example",
    "null",
    "%",
  ];
  for (const other of others)
    for (const path of [...metadata, ...ofToken]) expect(await openedTo(path, other), other + path).toEqual(closed);
  for (const path of ["/api/me", "/validate", "/oauth/introspect", "/refresh"])
    expect(await openedTo(path, origin), path).toEqual(closed);
});

test("whoever lets any app in opens the token endpoint to connected ones alone", async () => {
  await apps.setPolicy("allowed");
  expect(await openedTo("/.well-known/jwks.json", "https://app.example.com")).toEqual(open("https://app.example.com"));
  for (const path of ofToken) expect(await openedTo(path, "https://app.example.com")).toEqual(closed);
});

test("taking a host back closes everything to its pages at once", async () => {
  await apps.connect(apps.site.describe("/page.json"));
  await apps.setPolicy("listed", ["app.example.com"]);
  for (const path of [...metadata, ...ofToken]) expect(await openedTo(path, apps.site.origin), path).toEqual(closed);
});

test("an app that runs on its own machine, or signs for itself, has no pages", async () => {
  const other = await openDocumentApps();
  try {
    await other.enter();
    const { addressOf, origin } = other.site;
    await other.auth.pool.query(
      `insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types, from_document)
       select $1 || type, 'srv_unregistered_apps', type, 'none', '{}', '{}', true from unnest(array['native', 'confidential']) as type`,
      [addressOf("/")],
    );
    expect(await openedTo("/sso/exchange", origin, other.auth)).toEqual(closed);
  } finally {
    await other.close();
  }
});

test("where the installation lets none in, no page is answered, and pages on localhost count in development alone", async () => {
  const closedTo = async (auth: TestAuth, origin: string): Promise<void> => {
    await auth.pool.query("update auth.organizations set unregistered_apps = 'allowed'");
    for (const path of [...metadata, ...ofToken]) expect(await openedTo(path, origin, auth), path).toEqual(closed);
    await auth.close();
  };
  await closedTo(await startTestAuth({ clientDocuments: false }), "https://app.example.com");
  await closedTo(await startTestAuth(), "http://localhost:5173");
});
