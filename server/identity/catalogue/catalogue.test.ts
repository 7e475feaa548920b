import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { createAuthServer } from "../index.ts";
import { silentLogger } from "../../platform/logger.ts";
import { Manifest, manifestSha256 } from "./manifest.ts";
import { readManifests } from "./read-manifests.ts";

let auth: TestAuth;
let bearer: string;

beforeAll(async () => {
  auth = await startTestAuth();
  bearer = (await auth.login(await auth.addUser({ role: "member" }))).token;
});
afterAll(() => auth.close());

const firstParty = [
  "srv_admin",
  "srv_auth",
  "srv_bugfix",
  "srv_developers",
  "srv_nexus",
  "srv_roadmapper",
  "srv_showcase",
  "srv_social_studio",
  "srv_socialize",
  "srv_topoloone",
  "srv_topolopay",
];

const reopen = async (): Promise<void> => {
  const settings = {
    databaseUrl: auth.databaseUrl,
    publicUrl: "http://localhost:3001",
    encryptionKey: Buffer.alloc(32, 7),
    clock: auth.clock,
    log: silentLogger,
  };
  await (await createAuthServer(settings)).close();
};

test("every first-party service is registered, classified and complete [E1, E3, N8]", async () => {
  const { body } = await auth.call("GET", "/api/services", { bearer });
  expect(body.services).toHaveLength(firstParty.length);
  expect(body.services).toEqual(
    firstParty.map((id) =>
      expect.objectContaining({
        id,
        registration: { complete: true, missing: [] },
        surface_kind: expect.any(String),
        surface_group: expect.any(String),
        launchable: expect.any(Boolean),
        docs_url: expect.any(String),
      }),
    ),
  );
  expect((await auth.call("GET", "/api/services/srv_social_studio", { bearer })).body).toMatchObject({
    slug: "social-studio",
    calls: ["srv_nexus"],
  });
  expect((await auth.call("GET", "/api/services/srv_nexus", { bearer })).body).toMatchObject({
    surface_kind: "api",
    launchable: false,
    calls: [],
  });
  expect((await auth.call("GET", "/api/services/srv_none", { bearer })).status).toBe(404);
  expect((await auth.call("GET", "/api/services")).status).toBe(401);
});

test("the catalogs of a service [E5, E6, A8, A11]", async () => {
  const read = async (part: string) => (await auth.call("GET", `/api/services/srv_nexus/${part}`, { bearer })).body;
  const { permissions } = (await read("permissions")) as { permissions: { permission: string }[] };
  expect(permissions).toHaveLength(31);
  for (const { permission } of permissions) expect(permission).toMatch(/^srv_nexus\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/);
  expect(await read("role-bundles")).toMatchObject({
    roleBundles: expect.arrayContaining([
      expect.objectContaining({
        role: "guest",
        isDefault: true,
        permissions: ["srv_nexus.requests:create", "srv_nexus.usage:read"],
      }),
    ]),
  });
  const { scopes } = (await read("api-key-scopes")) as { scopes: { scope: string }[] };
  expect(scopes.map(({ scope }) => scope)).toEqual([
    "srv_nexus.admin",
    "srv_nexus.ai",
    "srv_nexus.customers",
    "srv_nexus.email",
    "srv_nexus.payments",
    "srv_nexus.usage",
  ]);
  expect(await read("bindable-resources")).toEqual({
    serviceId: "srv_nexus",
    organizationId: "org_topolo",
    types: [
      { type: "app", label: "App" },
      { type: "budget", label: "Budget" },
    ],
    resources: [],
    nextAfter: null,
  });
});

test("both default organizations are created once, with access to every service", async () => {
  await reopen();
  const { rows } = await auth.pool.query(
    "select o.id, o.slug, o.kind, count(a.*)::int as access from auth.organizations o left join auth.organization_service_access a on a.organization_id = o.id where o.id in ('org_admin', 'org_topolo') group by o.id order by 1",
  );
  expect(rows).toEqual([
    { id: "org_admin", slug: "admin", kind: "admin", access: 11 },
    { id: "org_topolo", slug: "topolo", kind: "standard", access: 11 },
  ]);
  const applied = await auth.pool.query(
    "select count(*)::int as count from auth.audit_events where action = 'service.manifest-applied'",
  );
  expect(applied.rows).toEqual([{ count: 11 }]);
});

test("drift is reported part by part, and the next start applies a changed manifest [E2]", async () => {
  expect(await auth.server.findManifestDrift()).toEqual([]);
  await auth.pool.query(
    "update auth.service_permissions set deprecated_at = now() where key = 'srv_bugfix.fixes:write'",
  );
  await auth.pool.query(
    "update auth.services set launchable = false, manifest_sha256 = 'older' where id = 'srv_showcase'",
  );
  auth.clock.advance(1_100);
  expect(await auth.server.findManifestDrift()).toEqual([
    { serviceId: "srv_bugfix", part: "permissions" },
    { serviceId: "srv_showcase", part: "digest" },
    { serviceId: "srv_showcase", part: "facts" },
  ]);
  await reopen();
  auth.clock.advance(1_100);
  expect(await auth.server.findManifestDrift()).toEqual([{ serviceId: "srv_bugfix", part: "permissions" }]);
});

test("an incomplete registration lists what is missing [E1]", async () => {
  await auth.pool.query("update auth.services set docs_url = null where id = 'srv_topolopay'");
  await auth.pool.query("delete from auth.role_bundles where service_id = 'srv_topolopay'");
  await auth.pool.query("update auth.api_key_scopes set deprecated_at = now() where service_id = 'srv_topolopay'");
  auth.clock.advance(1_100);
  expect((await auth.call("GET", "/api/services/srv_topolopay", { bearer })).body).toMatchObject({
    registration: { complete: false, missing: ["role_bundles", "api_key_scopes", "docs"] },
  });
});

test("a manifest may not use another service's permission, or one it does not list", async () => {
  const [manifest] = (await readManifests()).filter(({ id }) => id === "srv_bugfix");
  expect(Manifest.safeParse(manifest).success).toBe(true);
  const bad = [
    { ...manifest, permissions: [{ permission: "srv_nexus.ai:invoke", description: "" }] },
    { ...manifest, api_key_scopes: [{ scope: "x", description: "", permissions: ["srv_bugfix.other:read"] }] },
    { ...manifest, surface_kind: "api" },
    { ...manifest, extra: true },
  ];
  for (const value of bad) expect(Manifest.safeParse(value).success).toBe(false);
});

test("the digest does not depend on the order of names", async () => {
  const [manifest] = await readManifests();
  if (!manifest) throw new Error("no manifest");
  const reversed = Manifest.parse(Object.fromEntries(Object.entries(manifest).reverse()));
  expect(manifestSha256(reversed)).toBe(manifestSha256(manifest));
});

test("signing keys sealed under another key stop the start, with a reason", async () => {
  const settings = {
    databaseUrl: auth.databaseUrl,
    publicUrl: "http://localhost:3001",
    encryptionKey: Buffer.alloc(32, 8),
    clock: auth.clock,
    log: silentLogger,
  };
  await expect(createAuthServer(settings)).rejects.toThrow("sealed under another encryption key");
  const renewed = await createAuthServer({ ...settings, previousEncryptionKeys: [Buffer.alloc(32, 7)] });
  await renewed.close();
});

test("plain http is for localhost alone", async () => {
  const settings = {
    databaseUrl: auth.databaseUrl,
    encryptionKey: Buffer.alloc(32, 7),
    clock: auth.clock,
    log: silentLogger,
  };
  for (const publicUrl of ["http://auth.topolo.app", "http://127.0.0.1:3001", "https://auth.topolo.app/path"]) {
    await expect(createAuthServer({ ...settings, publicUrl })).rejects.toThrow("Auth's public URL");
  }
});
