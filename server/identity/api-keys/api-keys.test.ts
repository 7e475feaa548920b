import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let clientSecret: string;

beforeAll(async () => {
  auth = await startTestAuth();
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
});
afterAll(() => auth.close());

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const ask = (apiKey: string, headers: Record<string, string> = basic("srv_nexus", clientSecret)) =>
  auth.call("POST", "/api/api-keys/validate", { body: { apiKey }, headers });
const keyIdOf = (body: Readonly<Record<string, unknown>>): string => textOf(body.key as Record<string, unknown>, "id");

const member = async (role: string, organizationId = "org_topolo", app = "srv_nexus") => {
  const user = await auth.addUser({ organizationId, role });
  return { user, ...(await auth.login(user, app)) };
};
const create = (bearer: string, body: Record<string, unknown> = {}) =>
  auth.call("POST", "/api/api-keys", { bearer, body: { name: "a key", scopes: ["srv_nexus.ai"], ...body } });

test("a key is created, listed without its secret, validated, and revoked [F1]", async () => {
  const { token, user } = await member("member");
  const made = await create(token);
  expect(made.status).toBe(201);
  const apiKey = textOf(made.body, "apiKey");
  expect(apiKey).toMatch(/^tpk_live_[0-9a-f]{32}_[0-9A-Za-z]{49}$/);
  expect(await ask(apiKey)).toMatchObject({
    status: 200,
    body: {
      valid: true,
      subjectType: "api_key",
      user: { id: user.id },
      organization: { id: "org_topolo" },
      role: null,
      platformBypass: false,
      serviceId: null,
      apiKey: { name: "a key", environment: "live", scopes: ["srv_nexus.ai"] },
      permissions: ["srv_nexus.ai:invoke", "srv_nexus.ai:read"],
      expiresAt: null,
    },
  });
  expect((await auth.call("GET", "/validate", { bearer: apiKey })).body).toMatchObject({
    valid: true,
    subjectType: "api_key",
  });

  const listed = await auth.call("GET", "/api/api-keys", { bearer: token });
  expect(listed.body.apiKeys).toHaveLength(1);
  const shown = JSON.stringify([
    listed.body,
    (await auth.call("GET", `/api/api-keys/${keyIdOf(made.body)}`, { bearer: token })).body,
  ]);
  expect(shown).not.toContain(apiKey.slice(-49, -6));
  const { rows } = await auth.pool.query(
    "select row_to_json(k)::text as row from auth.api_keys k union all select row_to_json(a)::text from auth.audit_events a",
  );
  expect(JSON.stringify(rows)).not.toContain(apiKey.slice(-49, -6));

  expect((await auth.call("DELETE", `/api/api-keys/${keyIdOf(made.body)}`, { bearer: token })).body).toMatchObject({
    revoked: true,
  });
  expect((await ask(apiKey)).body).toEqual({ valid: false, code: "api_key_revoked" });
  expect(await auth.call("GET", "/validate", { bearer: apiKey })).toMatchObject({
    status: 401,
    body: { valid: false, error: "api_key_revoked" },
  });
  const audit = await auth.pool.query("select action from auth.audit_events where target = $1 order by id", [
    keyIdOf(made.body),
  ]);
  expect(audit.rows.map(({ action }) => action)).toEqual(["api-key.create", "api-key.revoke"]);
});

test("a key never has more permissions than its creator, at creation or later [X20]", async () => {
  const { token, user } = await member("member");
  expect(await create(token, { scopes: ["srv_nexus.ai", "srv_nexus.admin"] })).toMatchObject({
    status: 403,
    body: { error: { code: "scope_exceeds_permissions" } },
  });
  const apiKey = textOf((await create(token, { scopes: ["srv_nexus.ai", "srv_nexus.usage"] })).body, "apiKey");
  const permissions = async () => (await ask(apiKey)).body.permissions;
  expect(await permissions()).toEqual([
    "srv_nexus.ai:invoke",
    "srv_nexus.ai:read",
    "srv_nexus.budgets:read",
    "srv_nexus.prices:read",
    "srv_nexus.usage:read",
  ]);
  await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [user.id]);
  expect(await permissions()).toEqual(["srv_nexus.usage:read"]);
  await auth.pool.query("delete from auth.organization_memberships where user_id = $1", [user.id]);
  expect((await ask(apiKey)).body).toEqual({ valid: false, code: "membership_missing" });
  await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [user.id]);
  expect((await ask(apiKey)).body).toEqual({ valid: false, code: "owner_inactive" });
});

test("service access is a ceiling for keys of people and of organizations", async () => {
  const organizationId = await auth.addOrganization();
  const { token } = await member("owner", organizationId);
  const own = textOf((await create(token)).body, "apiKey");
  const shared = textOf((await create(token, { owner: "organization" })).body, "apiKey");
  await auth.pool.query(
    "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_nexus'",
    [organizationId],
  );
  for (const key of [own, shared]) expect((await ask(key)).body).toMatchObject({ valid: true, permissions: [] });
});

test("an organization's key outlives its creator", async () => {
  const { token, user } = await member("admin");
  const apiKey = textOf((await create(token, { owner: "organization" })).body, "apiKey");
  await auth.pool.query("update auth.users set status = 'deleted' where id = $1", [user.id]);
  expect((await ask(apiKey)).body).toMatchObject({ valid: true, user: null });
});

test("who may create and end keys", async () => {
  const guest = await member("guest");
  const one = await member("member");
  const other = await member("member");
  const admin = await member("admin");
  const foreign = await member("owner", await auth.addOrganization());
  const platform = await member("platform_admin", "org_admin");
  expect((await create(guest.token)).status).toBe(403);
  expect((await auth.call("GET", "/api/api-keys", { bearer: guest.token })).status).toBe(403);
  expect((await create(one.token, { owner: "organization" })).status).toBe(403);
  const key = keyIdOf((await create(one.token)).body);
  const end = (bearer: string) => auth.call("DELETE", `/api/api-keys/${key}`, { bearer });
  for (const { token } of [other, foreign]) {
    expect(await end(token)).toMatchObject({ status: 404, body: { error: { code: "api_key_not_found" } } });
    expect((await auth.call("GET", `/api/api-keys/${key}`, { bearer: token })).status).toBe(404);
  }
  expect((await auth.call("GET", "/api/api-keys", { bearer: other.token })).body.apiKeys).toEqual([]);
  expect((await auth.call("GET", `/api/api-keys/${key}`, { bearer: admin.token })).status).toBe(200);
  expect((await end(platform.token)).body).toMatchObject({ revoked: true });
  expect((await end(admin.token)).body).toMatchObject({ revoked: false });
});

test("a suspended workspace changes no key, and its keys are invalid [F4, X19]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const { token } = await member("owner", organizationId);
  const platform = await member("platform_super_admin", "org_admin");
  const made = await create(token);
  await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
  const refused = { status: 403, body: { error: { code: "workspace_suspended" } } };
  expect(await create(token)).toMatchObject(refused);
  expect(
    await auth.call("POST", `/api/api-keys/${keyIdOf(made.body)}/rotate`, { bearer: token, body: {} }),
  ).toMatchObject(refused);
  expect(await auth.call("DELETE", `/api/api-keys/${keyIdOf(made.body)}`, { bearer: token })).toMatchObject(refused);
  expect((await ask(textOf(made.body, "apiKey"))).body).toEqual({ valid: false, code: "workspace_suspended" });
  expect(
    (await auth.call("DELETE", `/api/api-keys/${keyIdOf(made.body)}`, { bearer: platform.token })).body,
  ).toMatchObject({ revoked: true });
});

test("a workspace's first key needs a verified address [X22]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const { token, user } = await member("owner", organizationId);
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
  expect(await create(token)).toMatchObject({ status: 403, body: { error: { code: "email_unverified" } } });
});

test("a rotated key takes over at once or after an overlap", async () => {
  const { token } = await member("admin", "org_topolo", "srv_roadmapper");
  const made = await create(token, { serviceId: "srv_roadmapper", environment: "test" });
  const rotate = (id: string, body: Record<string, unknown> = {}) =>
    auth.call("POST", `/api/api-keys/${id}/rotate`, { bearer: token, body });
  const next = await rotate(keyIdOf(made.body), { overlapSeconds: 60 });
  expect(next).toMatchObject({
    status: 201,
    body: {
      key: {
        rotatedFromId: keyIdOf(made.body),
        serviceId: "srv_roadmapper",
        environment: "test",
        scopes: ["srv_nexus.ai"],
      },
    },
  });
  expect(textOf(next.body, "apiKey")).toMatch(/^tpk_test_/);
  for (const { body } of [made, next])
    expect((await ask(textOf(body, "apiKey"))).body).toMatchObject({ valid: true, serviceId: "srv_roadmapper" });
  auth.clock.advance(61_000);
  expect((await ask(textOf(made.body, "apiKey"))).body).toEqual({ valid: false, code: "api_key_expired" });
  expect((await rotate(keyIdOf(made.body))).status).toBe(404);
  const last = await rotate(keyIdOf(next.body));
  expect(last.status).toBe(201);
  expect((await ask(textOf(next.body, "apiKey"))).body).toEqual({ valid: false, code: "api_key_expired" });
});

test("unknown, misspelt, foreign and altered keys look alike", async () => {
  const { token } = await member("owner");
  const apiKey = textOf((await create(token)).body, "apiKey");
  const throughBugfix = await member("owner", "org_topolo", "srv_bugfix");
  const foreign = textOf(
    (await create(throughBugfix.token, { scopes: ["srv_bugfix.read"], serviceId: "srv_bugfix" })).body,
    "apiKey",
  );
  const secretOfDevelopers = await auth.server.createServiceClientSecret("srv_developers");
  const unlike = [
    apiKey.replace("tpk_live", "tpk_test"),
    `${apiKey.slice(0, -1)}${apiKey.endsWith("A") ? "B" : "A"}`,
    apiKey.slice(0, -1),
    `${apiKey} `,
    apiKey.toUpperCase(),
    `tpk_live_${"0".repeat(32)}_${"a".repeat(49)}`,
    "tpk_live_'; drop table auth.api_keys; --",
    "x".repeat(8_000),
  ];
  for (const key of unlike) expect((await ask(key)).body).toEqual({ valid: false, code: "api_key_invalid" });
  expect((await ask(foreign, basic("srv_developers", secretOfDevelopers))).body).toEqual({
    valid: false,
    code: "api_key_invalid",
  });
  expect((await ask(foreign)).body).toMatchObject({ valid: true, serviceId: "srv_bugfix", permissions: [] });
});

test("an API key signs nobody in on Auth's own routes", async () => {
  const { token } = await member("owner");
  const apiKey = textOf((await create(token, { scopes: ["srv_nexus.admin"] })).body, "apiKey");
  for (const [method, path] of [
    ["GET", "/api/me"],
    ["GET", "/api/api-keys"],
    ["POST", "/api/api-keys"],
    ["GET", "/api/services"],
    ["GET", "/api/organizations/org_topolo"],
    ["POST", "/logout"],
  ] as const) {
    expect((await auth.call(method, path, { bearer: apiKey, ...(method === "POST" ? { body: {} } : {}) })).status).toBe(
      401,
    );
  }
});

test("only a service client with its own secret may ask about keys", async () => {
  const bad = [
    {},
    basic("srv_nexus", "wrong"),
    basic("srv_bugfix", clientSecret),
    basic("srv_none", clientSecret),
    { authorization: "Basic !" },
    { authorization: `Bearer ${clientSecret}` },
  ];
  for (const headers of bad)
    expect(await ask("tpk_x", headers)).toMatchObject({ status: 401, body: { error: { code: "invalid_client" } } });
});

test("a client's earlier secret stays good for the overlap", async () => {
  const earlier = await auth.server.createServiceClientSecret("srv_showcase");
  const later = await auth.server.createServiceClientSecret("srv_showcase", { overlapMs: 60_000 });
  for (const secret of [earlier, later]) expect((await ask("tpk_x", basic("srv_showcase", secret))).status).toBe(200);
  auth.clock.advance(61_000);
  expect((await ask("tpk_x", basic("srv_showcase", earlier))).status).toBe(401);
  expect((await ask("tpk_x", basic("srv_showcase", later))).status).toBe(200);
});

test.each([
  ["no scope", { scopes: [] }, "scopes"],
  ["an unknown scope", { scopes: ["srv_nexus.everything"] }, "scopes"],
  ["another organization", { organizationId: "org_admin" }, "organizationId"],
  ["another user", { userId: "usr_other" }, "userId"],
  ["a past end", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
  ["an unknown service", { serviceId: "srv_none" }, "serviceId"],
  ["a binding nobody offers", { resourceBindings: [{ type: "board", resourceId: "1" }] }, "resourceBindings"],
])("%s is refused by name", async (_, extra, field) => {
  const { token } = await member("owner");
  const { status, body } = await create(token, extra);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { issues: [{ field }] } });
});

test("the organization's maximum lifetime binds its keys", async () => {
  const organizationId = await auth.addOrganization();
  await auth.pool.query("update auth.organizations set max_key_ttl_days = 30 where id = $1", [organizationId]);
  const { token } = await member("owner", organizationId);
  expect((await create(token)).status).toBe(400);
  const inDays = (days: number) => new Date(auth.clock.now() + days * 86_400_000).toISOString();
  expect((await create(token, { expiresAt: inDays(31) })).status).toBe(400);
  const apiKey = textOf((await create(token, { expiresAt: inDays(29) })).body, "apiKey");
  expect((await ask(apiKey)).body.valid).toBe(true);
});

test("lists page by key, newest first", async () => {
  const { token } = await member("admin", await auth.addOrganization());
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push(keyIdOf((await create(token, { name: `key ${count}` })).body));
  const first = await auth.call("GET", "/api/api-keys?limit=3", { bearer: token });
  const second = await auth.call("GET", `/api/api-keys?limit=3&after=${textOf(first.body, "nextAfter")}`, {
    bearer: token,
  });
  const idsOf = (body: Readonly<Record<string, unknown>>) => (body.apiKeys as { id: string }[]).map(({ id }) => id);
  expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(ids.reverse());
  expect(second.body.nextAfter).toBeNull();
  for (const query of ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "all=1"]) {
    expect((await auth.call("GET", `/api/api-keys?${query}`, { bearer: token })).status).toBe(400);
  }
});

test("the last use of a key is stored", async () => {
  const { token } = await member("owner");
  const made = await create(token);
  await ask(textOf(made.body, "apiKey"));
  const lastUsedAt = async () =>
    (await auth.call("GET", `/api/api-keys/${keyIdOf(made.body)}`, { bearer: token })).body.lastUsedAt;
  await expect.poll(lastUsedAt).toEqual(expect.any(String));
});
