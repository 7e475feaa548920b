import { generateKeyPair, exportJWK } from "jose";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { startDocumentServer, type DocumentServer } from "../../../test/document-server.ts";
import { askForAccess, createBrowser, pathOf } from "../../../test/oauth-browser.ts";
import { authorizePath, locationOf, pkce, refreshAt, type TestClient } from "../../../test/oauth-client.ts";

// Apps that nobody registered: a document at their own address describes them, and an organization lets their host in.

let auth: TestAuth;
let site: DocumentServer;
let user: TestUser;
let cookie: string;

const ai = "srv_nexus.ai:invoke";
const wanted = `openid email offline_access ${ai}`;
const policyPath = "/api/organizations/org_topolo/unregistered-apps";
const csrf = { "x-topolo-auth": "1" };

beforeAll(async () => {
  site = await startDocumentServer();
  auth = await startTestAuth({ localAddresses: true, clientAllow: [site.host] });
  user = await auth.addUser({ role: "owner" });
});
afterAll(async () => {
  site.close();
  await auth.close();
});

const setPolicy = async (policy: string, hosts: readonly string[] = []) => {
  const answer = await auth.call("PUT", policyPath, { cookie, headers: csrf, body: { policy, hosts } });
  expect(answer.status).toBe(200);
};

beforeEach(async () => {
  ({ cookie } = await auth.login(user));
  await setPolicy("listed", [site.host]);
});

const clientOf = (clientId: string, redirectUri = `${site.origin}/callback`): TestClient => ({
  clientId,
  secret: undefined,
  redirectUri,
});

const begin = (clientId: string, redirectUri?: string) =>
  auth.call("GET", authorizePath(clientOf(clientId, redirectUri), pkce().challenge, { scope: wanted }), { cookie });

const pageOf = async (clientId: string): Promise<{ readonly status: number; readonly text: string }> => {
  const query = authorizePath(clientOf(clientId), pkce().challenge);
  const response = await fetch(auth.url + query, { redirect: "manual", headers: { cookie } });
  return { status: response.status, text: await response.text() };
};

const connect = async (clientId: string) => {
  const asked = await askForAccess(auth, clientOf(clientId), cookie, { scope: wanted, prompt: "consent" });
  const { body } = await asked.allow();
  return { shown: asked.shown, body, token: textOf(body, "access_token") };
};

const validate = (bearer: string) =>
  auth.call("GET", "/validate", { bearer, headers: { "x-service-id": "srv_nexus" } });

describe("the whole way", () => {
  test("a person sees the host first, grants scopes one by one, and the token does that and no more", async () => {
    const id = site.describe("/garden.json");
    const { shown, body, token } = await connect(id);
    expect(shown).toMatchObject({
      client: {
        id,
        name: site.host,
        firstParty: false,
        homepage: null,
        document: { host: site.host, claimedName: "Garden Planner" },
      },
      scopes: [{ name: "openid" }, { name: "email" }, { name: "offline_access" }, { name: ai }],
    });
    expect(body).toMatchObject({ scope: wanted, token_type: "Bearer" });
    expect(await validate(token)).toMatchObject({
      status: 200,
      body: { serviceId: "srv_unregistered_apps", role: null, permissions: [ai], organization: { id: "org_topolo" } },
    });
    expect(await auth.call("GET", "/oauth/userinfo", { bearer: token })).toMatchObject({
      status: 200,
      body: { sub: user.id, email: user.email },
    });
    expect((await auth.call("GET", "/api/me", { bearer: token })).status).toBe(403);
    const elsewhere = await auth.call("GET", "/validate", { bearer: token, headers: { "x-service-id": "srv_admin" } });
    expect(elsewhere.body).toMatchObject({ error: "audience_mismatch" });
    const renewed = await refreshAt(auth, clientOf(id), textOf(body, "refresh_token"));
    expect((await validate(textOf(renewed.body, "access_token"))).status).toBe(200);
    const { rows } = await auth.pool.query(
      "select details ->> 'host' as host from auth.audit_events where action = 'consent.grant' and target = $1 and outcome = 'success'",
      [id],
    );
    expect(rows).toEqual([{ host: site.host }]);
  });

  test("the app is listed by its host, and disconnecting it ends its tokens at once", async () => {
    const id = site.describe("/listed.json");
    const { token, body } = await connect(id);
    const { consents } = (await auth.call("GET", "/api/me/consents", { cookie })).body;
    expect(consents).toContainEqual(expect.objectContaining({ clientId: id, name: site.host, host: site.host }));
    const ended = await auth.call("DELETE", `/api/me/consents/${encodeURIComponent(id)}`, { cookie, headers: csrf });
    expect(ended).toMatchObject({ status: 200, body: { ended: 1 } });
    expect(await validate(token)).toMatchObject({ status: 401, body: { error: "token_revoked" } });
    expect((await refreshAt(auth, clientOf(id), textOf(body, "refresh_token"))).status).toBe(400);
  });

  test("people are asked each time, also for what they granted before", async () => {
    const id = site.describe("/again.json");
    await connect(id);
    const silent = authorizePath(clientOf(id), pkce().challenge, { scope: "openid", prompt: "none" });
    expect(locationOf(await auth.call("GET", silent, { cookie })).searchParams.get("error")).toBe("consent_required");
    const { shown } = await askForAccess(auth, clientOf(id), cookie, { scope: wanted });
    expect(shown["scopes"]).toMatchObject([{ name: "openid" }, { name: "email" }, { name: ai }]);
  });

  test("a client signs for itself with the keys of its document, and looks at no token of another one", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwks = { keys: [await exportJWK(publicKey)] };
    const signed = { token_endpoint_auth_method: "private_key_jwt", jwks };
    const id = site.describe("/signing.json", signed);
    const { SignJWT } = await import("jose");
    const assertion = (): Promise<string> =>
      new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: "ES256" })
        .setIssuer(id)
        .setSubject(id)
        .setAudience("http://localhost:3001")
        .setExpirationTime(Math.floor(auth.clock.now() / 1000) + 60)
        .sign(privateKey);
    const { token } = await connect(site.describe("/neighbour.json"));
    const look = async (form: Readonly<Record<string, string>>) =>
      auth.call("POST", "/oauth/introspect", {
        body: new URLSearchParams({ token, ...form }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const looked = await look({ client_assertion: await assertion(), client_assertion_type: type });
    expect(looked).toMatchObject({ status: 200, body: { active: false } });
    expect((await look({ client_id: id })).status).toBe(401);
    const asked = await askForAccess(auth, clientOf(id), cookie, { scope: "openid", prompt: "consent" });
    expect((await asked.allow()).body).toMatchObject({ error: "invalid_client" });
  });

  test("a native app comes back to its own machine, on any port, and its tokens are a device's", async () => {
    const id = site.describe("/native.json", { redirect_uris: ["http://127.0.0.1/cb"], application_type: "native" });
    const native = clientOf(id, "http://127.0.0.1:51999/cb");
    const asked = await askForAccess(auth, native, cookie, { scope: wanted, prompt: "consent" });
    const { body } = await asked.allow();
    expect((await validate(textOf(body, "access_token"))).body).toMatchObject({ valid: true, lastSignIn: null });
  });

  test("what the document lists is all that its app may ask for", async () => {
    const id = site.describe("/modest.json", { scope: "openid srv_nexus.usage:read" });
    const asked = await askForAccess(auth, clientOf(id), cookie, { scope: `${wanted} srv_nexus.usage:read` });
    const names = (asked.shown["scopes"] as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(names).toContain("srv_nexus.usage:read");
    expect(names).not.toContain(ai);
  });

  test("the metadata say so, and still nobody registers by request", async () => {
    for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]) {
      const { body } = await auth.call("GET", path);
      expect(body).toMatchObject({ client_id_metadata_document_supported: true });
      expect(body).not.toHaveProperty("registration_endpoint");
    }
  });
});

describe("documents that are refused", () => {
  const unfit = String.fromCharCode(0);
  const evil = "https://evil.example/cb";
  const served: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ["names another client", { client_id: "https://app.example/other.json" }, /own address/],
    ["names no client", { client_id: undefined }, /wrong form/],
    ["asks for a secret by Basic", { token_endpoint_auth_method: "client_secret_basic" }, /neither none nor/],
    ["asks for a secret in the form", { token_endpoint_auth_method: "client_secret_post" }, /neither none nor/],
    ["asks for a shared key", { token_endpoint_auth_method: "client_secret_jwt" }, /neither none nor/],
    ["holds a secret", { client_secret: "s" }, /no secret/],
    ["says when its secret ends", { client_secret_expires_at: 0 }, /no secret/],
    ["signs without keys", { token_endpoint_auth_method: "private_key_jwt" }, /public keys/],
    [
      "holds a private key",
      {
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] },
      },
      /public keys/,
    ],
    [
      "holds a shared key",
      { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ kty: "oct", k: "a" }] } },
      /public keys/,
    ],
    [
      "has its keys at another origin",
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://evil.example/jwks" },
      /public keys/,
    ],
    ["has keys and does not sign", { jwks: { keys: [] } }, /public keys/],
    ["comes back to another origin", { redirect_uris: [evil] }, /redirect_uris/],
    ["comes back to another origin as well", { redirect_uris: ["/callback", evil] }, /redirect_uris/],
    ["comes back to a sub-domain", { redirect_uris: ["http://app.localhost/cb"] }, /redirect_uris/],
    ["comes back to a script", { redirect_uris: ["javascript:alert(1)"] }, /redirect_uris/],
    ["comes back to a private scheme", { redirect_uris: ["com.example.app:/cb"] }, /redirect_uris/],
    ["logs out to another origin", { post_logout_redirect_uris: [evil] }, /redirect_uris/],
    ["comes back nowhere", { redirect_uris: [] }, /wrong form/],
    ["has no code", { grant_types: ["client_credentials"] }, /authorization code/],
    ["wants an implicit token", { response_types: ["token"] }, /authorization code/],
    ["has a NUL in its name", { client_name: `Garden${unfit}` }, /control characters/],
    ["has a NUL in a field that nobody reads", { logo_uri: unfit }, /control characters/],
    ["has half a character", { client_name: "Garden \ud800" }, /control characters/],
    ["turns its name round", { client_name: "Garden \u202eretnalP" }, /cannot be seen/],
    ["bears our name", { client_name: "Topolo Nexus" }, /own apps/],
    ["bears a look-alike of our name", { client_name: "Тороlo Nехus" }, /own apps/],
    ["has a name that is none", { client_name: 7 }, /wrong form/],
  ];

  test.each(served)("one that %s", async (what, changes, reason) => {
    const id = site.describe(`/${encodeURIComponent(what)}.json`, changes);
    const { status, text } = await pageOf(id);
    expect([status, text.includes("invalid_client")]).toEqual([400, true]);
    expect(text).toMatch(reason);
  });

  type Answer = Parameters<DocumentServer["answer"]>[1];
  const json = "application/json";
  const document = (path: string): string => JSON.stringify({ client_id: site.addressOf(path), redirect_uris: [] });
  const answers: readonly (readonly [string, (path: string) => Answer, RegExp])[] = [
    ["redirects", () => (_, to) => to.writeHead(302, { location: "/garden.json" }).end(), /redirects/],
    ["redirects for good", () => (_, to) => to.writeHead(308, { location: "/garden.json" }).end(), /redirects/],
    ["is not there", () => (_, to) => to.writeHead(404, { "content-type": json }).end("{}"), /not answered with 200/],
    ["is created", () => (_, to) => to.writeHead(201, { "content-type": json }).end("{}"), /not answered with 200/],
    ["is a page", (path) => (_, to) => to.setHeader("content-type", "text/html").end(document(path)), /as JSON/],
    ["has no type", (path) => (_, to) => to.end(document(path)), /as JSON/],
    ["is a list", () => (_, to) => to.setHeader("content-type", json).end("[]"), /JSON object/],
    ["is no JSON", () => (_, to) => to.setHeader("content-type", json).end("{"), /JSON object/],
    ["is no UTF-8", () => (_, to) => to.setHeader("content-type", json).end(Buffer.of(0x22, 0xff, 0x22)), /UTF-8/],
    ["is too large", () => (_, to) => to.setHeader("content-type", json).end(" ".repeat(5_121)), /larger than 5 kB/],
    [
      "is too large once it is unpacked",
      () => (_, to) =>
        to
          .writeHead(200, { "content-type": json, "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(1_000_000, 32))),
      /larger than 5 kB/,
    ],
    ["never comes", () => () => undefined, /in time/],
    ["stops in the middle", () => (_, to) => to.setHeader("content-type", json).write("{"), /in time/],
    ["breaks off", () => (request) => request.socket.destroy(), /could not be fetched/],
  ];

  test.each(answers)("one that %s", async (what, answer, reason) => {
    const path = `/${encodeURIComponent(what)}`;
    const { status, text } = await pageOf(site.answer(path, answer(path)));
    expect([status, text.includes("invalid_client")]).toEqual([400, true]);
    expect(text).toMatch(reason);
  });

  test("at an address that is none of a document, and none is asked for", async () => {
    site.describe("/plain.json");
    const ids = [
      site.addressOf("/plain.json?x=1"),
      site.addressOf("/plain.json#x"),
      site.addressOf("/x/../plain.json"),
      site.addressOf("/%2e%2e/plain.json"),
      site.addressOf("/plain.json").replace("localhost", "LOCALHOST"),
      site.addressOf("/plain.json").replace("http://", "http://user@"),
      site.addressOf("/plain.json").replace("localhost", "127.0.0.1"),
      "https://169.254.169.254/latest/meta-data",
      "https://[::1]/client.json",
      "http://app.example.com/client.json",
      "https://printer/client.json",
      "https://vault.internal/client.json",
      `https://app.example.com/${"x".repeat(200)}`,
    ];
    for (const id of ids) {
      const { status, text } = await pageOf(id);
      expect([status, text.includes("invalid_client"), text.includes("document")], id).toEqual([400, true, false]);
    }
    expect(site.asked("/plain.json")).toBe(0);
  });

  test("a redirect address that the document does not have", async () => {
    const id = site.describe("/strict.json");
    for (const uri of [`${site.origin}/callback/`, `${site.origin}/callback?x`, evil, "http://localhost:1/callback"])
      expect((await begin(id, uri)).status, uri).toBe(400);
  });

  test("one that was refused is not asked for again at once, and is once it is mended", async () => {
    const id = site.describe("/mended.json", { client_secret: "s" });
    for (let round = 0; round < 3; round += 1) expect((await begin(id)).status).toBe(400);
    expect(site.asked("/mended.json")).toBe(1);
    site.describe("/mended.json");
    auth.clock.advance(11_000);
    expect((await begin(id)).status).toBe(303);
  });

  test("one is kept for as long as its server says, an hour at most, and a minute at least", async () => {
    const serve = (path: string, control: string): string => {
      const id = site.describe(path);
      const body = JSON.stringify({ client_id: id, redirect_uris: [`${site.origin}/callback`] });
      const headers = { "content-type": "application/json", "cache-control": control };
      return site.answer(path, (_, to) => to.writeHead(200, headers).end(body));
    };
    const paths = [
      ["/none.json", "no-store", [1, 2, 3, 4]],
      ["/some.json", "public, max-age=300", [1, 1, 2, 3]],
      ["/most.json", "max-age=999999999", [1, 1, 1, 2]],
    ] as const;
    const ids = paths.map(([path, control]) => serve(path, control));
    for (const [round, advance] of [0, 70_000, 250_000, 3_300_000].entries()) {
      auth.clock.advance(advance);
      ({ cookie } = await auth.login(user));
      for (const id of [...ids, ...ids]) expect((await begin(id)).status).toBe(303);
      for (const [path, , counts] of paths) expect(site.asked(path), `${path} ${round}`).toBe(counts[round]);
    }
  });

  test("of many requests at once one asks", async () => {
    const id = site.describe("/crowd.json");
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(site.asked("/crowd.json")).toBe(1);
  });
});

describe("the organization's word", () => {
  const shownAs = async (id: string, session: string) => {
    const browser = createBrowser(auth);
    browser.signIn(session);
    const here = pathOf(await browser.go("GET", authorizePath(clientOf(id), pkce().challenge, { scope: wanted })));
    await browser.go("GET", here);
    return browser.go("GET", `/api/interactions/${here.split("/").at(-1) ?? ""}`);
  };

  test("an organization lets none in unless it says so, and then no document is asked for", async () => {
    const organizationId = await auth.addOrganization();
    const { rows } = await auth.pool.query("select unregistered_apps from auth.organizations where id = $1", [
      organizationId,
    ]);
    expect(rows).toEqual([{ unregistered_apps: "refused" }]);
    await setPolicy("refused");
    const { status, text } = await pageOf(site.describe("/nobody.json"));
    expect([status, /no organization here/.test(text)]).toEqual([400, true]);
    expect(site.asked("/nobody.json")).toBe(0);
  });

  test("another organization's word does not count for its own people, and a refusal is written down", async () => {
    const id = site.describe("/others.json");
    const organizationId = await auth.addOrganization();
    const stranger = await auth.addUser({ organizationId, role: "owner" });
    const { cookie: theirs } = await auth.login(stranger);
    expect(await shownAs(id, theirs)).toMatchObject({ status: 403, body: { error: { code: "app_not_let_in" } } });
    const { rows } = await auth.pool.query(
      "select outcome, organization_id, details from auth.audit_events where actor_id = $1 and target = $2",
      [stranger.id, id],
    );
    expect(rows).toEqual([{ outcome: "denied", organization_id: organizationId, details: { host: site.host } }]);
  });

  test("somebody without an organization lets none in", async () => {
    const alone = await auth.addUser();
    const { cookie: theirs } = await auth.login(alone);
    const id = site.describe("/alone.json");
    expect(await shownAs(id, theirs)).toMatchObject({ status: 403, body: { error: { code: "app_not_let_in" } } });
  });

  test("taking it back ends what the app holds at the next call, until it is given again", async () => {
    const { token, body } = await connect(site.describe("/ended.json"));
    await setPolicy("listed", ["app.example.com"]);
    expect(await validate(token)).toMatchObject({ status: 401, body: { error: "client_inactive" } });
    expect((await auth.call("GET", "/oauth/userinfo", { bearer: token })).status).toBe(401);
    const refused = await refreshAt(auth, clientOf(site.addressOf("/ended.json")), textOf(body, "refresh_token"));
    expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_grant"]);
    await setPolicy("allowed");
    expect((await validate(token)).status).toBe(200);
  });

  test("a change is an owner's, is audited, and the owners are told by mail", async () => {
    const admin = await auth.addUser({ role: "admin" });
    const { cookie: theirs } = await auth.login(admin);
    const body = { policy: "allowed", hosts: [] };
    expect((await auth.call("PUT", policyPath, { cookie: theirs, headers: csrf, body })).status).toBe(403);
    await setPolicy("listed", ["app.example.com"]);
    const { rows } = await auth.pool.query(
      "select details from auth.audit_events where action = 'unregistered-apps.update' order by occurred_at desc, id desc limit 1",
    );
    expect(rows).toEqual([{ details: { policy: "listed", hosts: ["app.example.com"] } }]);
    expect((await auth.mails.to(user.email)).text).toContain("apps without a registration");
  });

  test("hosts are written as addresses have them", async () => {
    const hosts = [
      "https://app.example.com",
      "App.example.com",
      "app.example.com/x",
      "*.example.com",
      "bücher.example",
      "",
    ];
    for (const host of hosts) {
      const answer = await auth.call("PUT", policyPath, {
        cookie,
        headers: csrf,
        body: { policy: "listed", hosts: [host] },
      });
      expect(answer.status, host).toBe(400);
    }
    for (const body of [{ policy: "listed", hosts: [] }, { policy: "allowed", hosts: ["app.example.com"] }, {}])
      expect((await auth.call("PUT", policyPath, { cookie, headers: csrf, body })).status).toBe(400);
  });
});
