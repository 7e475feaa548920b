import { afterAll, beforeAll, expect, test } from "vitest";
import { appManifest, clientOfApp } from "../../../../test/app-manifest.ts";
import { startTestAuth, textOf, type TestAuth } from "../../../../test/auth-server.ts";
import { signInWithConsent } from "../../../../test/oauth-browser.ts";
import { systemClock } from "../../../platform/clock.ts";
import { silentLogger } from "../../../platform/logger.ts";
import { openAppRegistry } from "../../index.ts";

let auth: TestAuth;
let developers: Record<string, string>;

const basicOf = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const basic = async (id: string) => basicOf(id, await auth.server.createServiceClientSecret(id));

beforeAll(async () => {
  auth = await startTestAuth();
  developers = await basic("srv_developers");
});
afterAll(() => auth.close());

const register = (
  app: { appId: string; organizationId: string; manifest: Readonly<Record<string, unknown>> },
  headers = developers,
) => auth.call("POST", "/api/services/approved-apps", { headers, body: app });

test("an approved app becomes a registration its workspace owns, and its secret is shown once [F5]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const app = { appId: "app-1", organizationId, manifest: appManifest("notes") };
  const made = await register(app);
  expect(made).toMatchObject({
    status: 201,
    body: {
      serviceId: "srv_notes",
      organizationId,
      applied: true,
      registration: { complete: true, missing: [] },
      clients: [{ clientId: "notes-web", type: "confidential", clientSecret: expect.stringMatching(/^tss_/) }],
    },
  });
  const secret = textOf((made.body.clients as Record<string, unknown>[])[0] ?? {}, "clientSecret");

  const again = await register(app);
  expect(again).toMatchObject({ status: 200, body: { applied: false } });
  expect(JSON.stringify(again.body)).not.toContain("clientSecret");

  const { rows } = await auth.pool.query(
    "select owner_organization_id as owner, first_party, approved_app_id as app from auth.services where id = 'srv_notes'",
  );
  expect(rows).toEqual([{ owner: organizationId, first_party: false, app: "app-1" }]);
  const works = await auth.call("POST", "/api/api-keys/validate", {
    headers: basicOf("notes-web", secret),
    body: { apiKey: "tpk_x" },
  });
  expect(works).toMatchObject({ status: 200, body: { valid: false } });
  const dump = await auth.pool.query(
    "select row_to_json(a)::text as row from auth.audit_events a union all select row_to_json(s)::text from auth.service_client_secrets s",
  );
  expect(JSON.stringify(dump.rows)).not.toContain(secret);

  const member = await auth.login(await auth.addUser({ organizationId, role: "member" }));
  const seen = await auth.call("GET", "/validate", { bearer: member.token });
  expect(seen.status).toBe(200);
  expect((await auth.call("GET", "/api/services/srv_notes", { bearer: member.token })).status).toBe(200);

  const next = { ...app, manifest: appManifest("notes", { version: 2, name: "Notes 2" }) };
  expect(await register(next)).toMatchObject({ status: 201, body: { version: 2 } });
  expect(await register(app)).toMatchObject({ status: 409, body: { error: { code: "manifest_conflict" } } });
});

test("a lost secret is replaced, for the app it belongs to [F5]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  await register({ appId: "app-renew", organizationId, manifest: appManifest("renew") });
  const renew = (appId: string, clientId: string, headers = developers) =>
    auth.call("POST", `/api/services/approved-apps/${appId}/client-secrets`, { headers, body: { clientId } });
  expect(await renew("app-renew", "renew-web")).toMatchObject({
    status: 200,
    body: { clientSecret: expect.stringMatching(/^tss_/) },
  });
  expect((await renew("app-renew", "srv_nexus")).status).toBe(404);
  expect((await renew("app-other", "renew-web")).status).toBe(404);
  expect((await renew("app-renew", "renew-web", await basic("srv_nexus"))).status).toBe(403);
});

test.each([
  ["a public client", { type: "public", redirect_uris: ["https://bare.example.com/callback"] }],
  [
    "a client that shows itself by a key",
    { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://bare.example.com/jwks" },
  ],
])("%s gets no secret, and is told why [F5]", async (_, extra) => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const name = "jwks_uri" in extra ? "barekey" : "barepublic";
  const app = {
    appId: `app-${name}`,
    organizationId,
    manifest: appManifest(name, { clients: [clientOfApp(name, extra)] }),
  };
  const made = await register(app);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(JSON.stringify(made.body)).not.toContain("clientSecret");
  const path = `/api/services/approved-apps/${app.appId}/client-secrets`;
  expect(await auth.call("POST", path, { headers: developers, body: { clientId: `${name}-web` } })).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "invalid_request",
        message: expect.stringContaining("no secret"),
        issues: [{ field: "clientId" }],
      },
    },
  });
  const { rows } = await auth.pool.query("select from auth.service_client_secrets where client_id = $1", [
    `${name}-web`,
  ]);
  expect(rows).toEqual([]);
});

test("only Topolo Developers registers approved apps [F5]", async () => {
  const app = { appId: "app-2", organizationId: "org_topolo", manifest: appManifest("second") };
  expect((await register(app, await basic("srv_nexus"))).status).toBe(403);
  const operator = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" }));
  expect((await auth.call("POST", "/api/services/approved-apps", { bearer: operator.token, body: app })).status).toBe(
    401,
  );
});

test("only an active developer workspace owns apps [F4, F5]", async () => {
  expect((await register({ appId: "a", organizationId: "org_topolo", manifest: appManifest("third") })).status).toBe(
    404,
  );
  expect((await register({ appId: "a", organizationId: "org_none", manifest: appManifest("third") })).status).toBe(404);
  const organizationId = await auth.addOrganization("developer_workspace");
  await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
  expect(await register({ appId: "a", organizationId, manifest: appManifest("third") })).toMatchObject({
    status: 403,
    body: { error: { code: "workspace_suspended" } },
  });
});

test("an app cannot claim an id, slug or client of another [F5]", async () => {
  const one = await auth.addOrganization("developer_workspace");
  const two = await auth.addOrganization("developer_workspace");
  await register({ appId: "app-own", organizationId: one, manifest: appManifest("owned") });
  const conflict = { status: 409, body: { error: { code: "manifest_conflict" } } };
  const second = appManifest("owned", { version: 2 });
  expect(await register({ appId: "app-own", organizationId: two, manifest: second })).toMatchObject(conflict);
  expect(await register({ appId: "app-new", organizationId: two, manifest: second })).toMatchObject(conflict);
  expect(await register({ appId: "app-own", organizationId: one, manifest: appManifest("other") })).toMatchObject(
    conflict,
  );
  expect(
    await register({
      appId: "app-nexus",
      organizationId: two,
      manifest: { ...appManifest("nexus"), version: 99, clients: [clientOfApp("nexus", { client_id: "srv_nexus" })] },
    }),
  ).toMatchObject(conflict);
  expect(
    await register({
      appId: "app-slug",
      organizationId: two,
      manifest: appManifest("x1", { slug: "owned", clients: [clientOfApp("owned")] }),
    }),
  ).toMatchObject({
    status: 409,
  });
});

test.each([
  ["another's permission", { permissions: [{ permission: "srv_nexus.ai:invoke", description: "" }] }, "manifest"],
  ["first-party", { first_party: true }, "manifest.first_party"],
  ["cookie origins", { origins: ["https://bad.example.com"] }, "manifest.origins"],
  ["plain http", { launch_url: "http://bad.example.com/" }, "manifest.launch_url"],
  ["a private network", { docs_url: "https://169.254.169.254/" }, "manifest.docs_url"],
  ["no client", { clients: [] }, "manifest.clients"],
  [
    "a private redirect",
    { clients: [clientOfApp("bad", { redirect_uris: ["https://localhost/callback"] })] },
    "manifest.clients.0.redirect_uris",
  ],
  [
    "loopback for a web client",
    { clients: [clientOfApp("bad", { redirect_uris: ["http://localhost:3000/callback"] })] },
    "manifest.clients.0.redirect_uris",
  ],
  [
    "a private logout address",
    { clients: [clientOfApp("bad", { backchannel_logout_uri: "https://10.1.2.3/logout" })] },
    "manifest.clients.0.backchannel_logout_uri",
  ],
  [
    "a name of others",
    { clients: [clientOfApp("bad", { client_id: "nexus-dashboard" })] },
    "manifest.clients.0.client_id",
  ],
])("SSRF: %s is refused by name [F5]", async (_, extra, field) => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const { status, body } = await register({ appId: "app-bad", organizationId, manifest: appManifest("bad", extra) });
  expect(status).toBe(400);
  expect((body.error as { issues: { field: string }[] }).issues.map((issue) => issue.field)).toEqual(
    expect.arrayContaining([expect.stringContaining(field)]),
  );
});

test("a native app is called back on loopback [F5]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const native = clientOfApp("native", { type: "native", redirect_uris: ["http://127.0.0.1/callback"] });
  const made = await register({
    appId: "app-n",
    organizationId,
    manifest: appManifest("native", { clients: [native] }),
  });
  expect(made).toMatchObject({ status: 201, body: { clients: [{ clientId: "native-web", type: "native" }] } });
  expect(JSON.stringify(made.body)).not.toContain("clientSecret");
});

test("twenty parallel registrations make one app and one secret [F5]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const app = { appId: "app-race", organizationId, manifest: appManifest("race") };
  const answers = await Promise.all(Array.from({ length: 20 }, () => register(app)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(answers.filter(({ body }) => JSON.stringify(body).includes("clientSecret"))).toHaveLength(1);
});

test("the client of a third party reads no organization, no member and no other third party [F5, RFC 9700 §4.15]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const made = await register({ appId: "app-reader", organizationId, manifest: appManifest("reader") });
  const headers = basicOf(
    "reader-web",
    textOf((made.body.clients as Record<string, unknown>[])[0] ?? {}, "clientSecret"),
  );
  const member = await auth.addUser({ role: "member" });
  for (const path of [
    "/api/organizations/org_topolo",
    "/api/organizations/by-slug/topolo",
    "/api/organizations/org_topolo/members",
    `/api/organizations/org_topolo/members/${member.id}`,
  ])
    expect((await auth.call("GET", path, { headers })).status).toBe(403);
  expect((await auth.call("GET", "/api/services/srv_reader", { headers })).status).toBe(200);
});

test("a web client on localhost is registered in an installation for development alone [F5]", async () => {
  const development = await startTestAuth({ localAddresses: true });
  try {
    const organizationId = await development.addOrganization("developer_workspace");
    const secret = await development.server.createServiceClientSecret("srv_developers");
    const redirect_uris = ["http://localhost:5173/callback"];
    const app = (extra: Readonly<Record<string, unknown>>) => ({
      headers: basicOf("srv_developers", secret),
      body: { appId: "app-local", organizationId, manifest: appManifest("local", extra) },
    });
    for (const uri of [
      "http://localhost.evil.com:5173/callback",
      "http://127.0.0.1:5173/callback",
      "http://10.0.0.1/",
    ]) {
      const clients = [clientOfApp("local", { type: "public", redirect_uris: [uri] })];
      expect((await development.call("POST", "/api/services/approved-apps", app({ clients }))).status).toBe(400);
    }
    const clients = [clientOfApp("local", { type: "public", redirect_uris })];
    const wanted = app({ clients, launch_url: "http://localhost:5173/" });
    expect(await development.call("POST", "/api/services/approved-apps", wanted)).toMatchObject({ status: 201 });
  } finally {
    await development.close();
  }
});

test("Topolo Developers gets its credential, registers an app, and people sign in with it [F5]", async () => {
  const registry = await openAppRegistry({ databaseUrl: auth.databaseUrl, clock: systemClock, log: silentLogger });
  const credential = await registry.rotateSecret("srv_developers", 3_600_000);
  await registry.close();
  const organizationId = await auth.addOrganization("developer_workspace");
  const asDevelopers = basicOf("srv_developers", credential ?? "");
  const made = await register({ appId: "app-end", organizationId, manifest: appManifest("endtoend") }, asDevelopers);
  expect(made.status).toBe(201);
  const secret = textOf((made.body.clients as Record<string, unknown>[])[0] ?? {}, "clientSecret");
  auth.clock.advance(1_100);
  const app = { clientId: "endtoend-web", secret, redirectUri: "https://endtoend.example.com/callback" };
  const user = await auth.addUser({ role: "member" });
  const { accessToken } = await signInWithConsent(auth, app, user);
  expect(await auth.call("GET", "/oauth/userinfo", { bearer: accessToken })).toMatchObject({
    status: 200,
    body: { sub: user.id, email: user.email },
  });
  const renewed = await auth.call("POST", "/api/services/approved-apps/app-end/client-secrets", {
    headers: asDevelopers,
    body: { clientId: "endtoend-web" },
  });
  expect(textOf(renewed.body, "clientSecret")).not.toBe(secret);
});
