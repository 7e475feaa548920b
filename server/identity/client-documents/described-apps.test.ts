import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { textOf } from "../../../test/auth-server.ts";
import { openDocumentApps, wantedScopes, type DocumentApps } from "../../../test/document-apps.ts";
import { askForAccess } from "../../../test/oauth-browser.ts";
import { authorizePath, locationOf, pkce, refreshAt } from "../../../test/oauth-client.ts";

// Apps that nobody registered, each described by a document at its own address: the whole way of people and tokens.

const csrf = { "x-topolo-auth": "1" };
let apps: DocumentApps;

beforeAll(async () => {
  apps = await openDocumentApps();
});
afterAll(() => apps.close());
beforeEach(() => apps.enter());

test("a person sees the host first, grants scopes one by one, and the token does that and no more", async () => {
  const id = apps.site.describe("/garden.json");
  const { shown, body, token } = await apps.connect(id);
  expect(shown).toMatchObject({
    client: {
      id,
      name: apps.site.host,
      firstParty: false,
      homepage: null,
      document: { host: apps.site.host, claimedName: "Garden Planner" },
    },
    scopes: [{ name: "openid" }, { name: "email" }, { name: "offline_access" }, { name: wantedScopes.ai }],
  });
  expect(body).toMatchObject({ scope: wantedScopes.all, token_type: "Bearer" });
  expect(await apps.validate(token)).toMatchObject({
    status: 200,
    body: {
      serviceId: "srv_unregistered_apps",
      role: null,
      permissions: [wantedScopes.ai],
      organization: { id: "org_topolo" },
    },
  });
  expect(await apps.auth.call("GET", "/oauth/userinfo", { bearer: token })).toMatchObject({
    status: 200,
    body: { sub: apps.user.id, email: apps.user.email },
  });
  expect((await apps.auth.call("GET", "/api/me", { bearer: token })).status).toBe(403);
  const elsewhere = await apps.auth.call("GET", "/validate", {
    bearer: token,
    headers: { "x-service-id": "srv_admin" },
  });
  expect(elsewhere.body).toMatchObject({ error: "audience_mismatch" });
  const renewed = await refreshAt(apps.auth, apps.clientOf(id), textOf(body, "refresh_token"));
  expect((await apps.validate(textOf(renewed.body, "access_token"))).status).toBe(200);
  const { rows } = await apps.auth.pool.query(
    "select details ->> 'host' as host from auth.audit_events where action = 'consent.grant' and target = $1 and outcome = 'success'",
    [id],
  );
  expect(rows).toEqual([{ host: apps.site.host }]);
});

test("the app is listed by its host, and disconnecting it ends its tokens at once", async () => {
  const id = apps.site.describe("/listed.json");
  const { token, body } = await apps.connect(id);
  const { consents } = (await apps.auth.call("GET", "/api/me/consents", { cookie: apps.cookie() })).body;
  expect(consents).toContainEqual(
    expect.objectContaining({ clientId: id, name: apps.site.host, host: apps.site.host }),
  );
  const ended = await apps.auth.call("DELETE", `/api/me/consents/${encodeURIComponent(id)}`, {
    cookie: apps.cookie(),
    headers: csrf,
  });
  expect(ended).toMatchObject({ status: 200, body: { ended: 1 } });
  expect(await apps.validate(token)).toMatchObject({ status: 401, body: { error: "token_revoked" } });
  expect((await refreshAt(apps.auth, apps.clientOf(id), textOf(body, "refresh_token"))).status).toBe(400);
});

test("people are asked each time, also for what they granted before", async () => {
  const id = apps.site.describe("/again.json");
  await apps.connect(id);
  const silent = authorizePath(apps.clientOf(id), pkce().challenge, { scope: "openid", prompt: "none" });
  expect(locationOf(await apps.auth.call("GET", silent, { cookie: apps.cookie() })).searchParams.get("error")).toBe(
    "consent_required",
  );
  const { shown } = await askForAccess(apps.auth, apps.clientOf(id), apps.cookie(), { scope: wantedScopes.all });
  expect(shown["scopes"]).toMatchObject([{ name: "openid" }, { name: "email" }, { name: wantedScopes.ai }]);
});

test("a client signs for itself with the keys of its document, and looks at no token of another one", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwks = { keys: [await exportJWK(publicKey)] };
  const signed = { token_endpoint_auth_method: "private_key_jwt", jwks };
  const id = apps.site.describe("/signing.json", signed);
  const assertion = (): Promise<string> =>
    new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: "ES256" })
      .setIssuer(id)
      .setSubject(id)
      .setAudience("http://localhost:3001")
      .setExpirationTime(Math.floor(apps.auth.clock.now() / 1000) + 60)
      .sign(privateKey);
  const { token } = await apps.connect(apps.site.describe("/neighbour.json"));
  const look = async (form: Readonly<Record<string, string>>) =>
    apps.auth.call("POST", "/oauth/introspect", {
      body: new URLSearchParams({ token, ...form }).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const looked = await look({ client_assertion: await assertion(), client_assertion_type: type });
  expect(looked).toMatchObject({ status: 200, body: { active: false } });
  expect((await look({ client_id: id })).status).toBe(401);
  const asked = await askForAccess(apps.auth, apps.clientOf(id), apps.cookie(), { scope: "openid", prompt: "consent" });
  expect((await asked.allow()).body).toMatchObject({ error: "invalid_client" });
});

test("a native app comes back to its own machine, on any port, and its tokens are a device's", async () => {
  const id = apps.site.describe("/native.json", { redirect_uris: ["http://127.0.0.1/cb"], application_type: "native" });
  const native = apps.clientOf(id, "http://127.0.0.1:51999/cb");
  const asked = await askForAccess(apps.auth, native, apps.cookie(), { scope: wantedScopes.all, prompt: "consent" });
  const { body } = await asked.allow();
  expect((await apps.validate(textOf(body, "access_token"))).body).toMatchObject({ valid: true, lastSignIn: null });
});

test("what the document lists is all that its app may ask for", async () => {
  const id = apps.site.describe("/modest.json", { scope: "openid srv_nexus.usage:read" });
  const asked = await askForAccess(apps.auth, apps.clientOf(id), apps.cookie(), {
    scope: `${wantedScopes.all} srv_nexus.usage:read`,
  });
  const names = (asked.shown["scopes"] as readonly { readonly name: string }[]).map(({ name }) => name);
  expect(names).toContain("srv_nexus.usage:read");
  expect(names).not.toContain(wantedScopes.ai);
});

test("the metadata say so, and still nobody registers by request", async () => {
  for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]) {
    const { body } = await apps.auth.call("GET", path);
    expect(body).toMatchObject({ client_id_metadata_document_supported: true });
    expect(body).not.toHaveProperty("registration_endpoint");
  }
});
