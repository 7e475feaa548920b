import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { formatApiKey } from "./api-key-format.ts";

const dayMs = 24 * 3_600_000;

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const member = async (role: string, organizationId = "org_topolo") => {
  const user = await auth.addUser({ organizationId, role });
  return { user, organizationId, ...(await auth.login(user)) };
};
const create = (bearer: string, body: Readonly<Record<string, unknown>> = {}) =>
  auth.call("POST", "/api/api-keys", { bearer, body: { name: "a key", scopes: ["srv_nexus.usage"], ...body } });
const rotate = (bearer: string, id: string, body: Readonly<Record<string, unknown>> = {}) =>
  auth.call("POST", `/api/api-keys/${id}/rotate`, { bearer, body });
const revoke = (bearer: string, id: string) => auth.call("DELETE", `/api/api-keys/${id}`, { bearer });
const validate = (apiKey: string) => auth.call("GET", "/validate", { bearer: apiKey });
const keyOf = (body: Readonly<Record<string, unknown>>) => body.key as Readonly<Record<string, unknown>>;
const idOf = (body: Readonly<Record<string, unknown>>) => textOf(keyOf(body), "id");
const secretOf = (body: Readonly<Record<string, unknown>>) => textOf(body, "apiKey");
const suspend = (organizationId: string) =>
  auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
const suspended = { status: 403, body: { error: { code: "workspace_suspended" } } };

const tellBoards = async (organizationId: string, boards: readonly string[]) => {
  const secret = await auth.server.createServiceClientSecret("srv_roadmapper");
  const { status } = await auth.call("PUT", `/api/services/srv_roadmapper/bindable-resources/${organizationId}`, {
    headers: { authorization: `Basic ${Buffer.from(`srv_roadmapper:${secret}`).toString("base64")}` },
    body: { resources: boards.map((resourceId) => ({ type: "board", resourceId, label: resourceId })) },
  });
  expect(status).toBe(200);
};

test("a key is bound only to this organization's resources that its service registered [F1, E6]", async () => {
  const one = await member("owner", await auth.addOrganization());
  const two = await member("owner", await auth.addOrganization());
  await tellBoards(one.organizationId, ["b1", "b2"]);
  await tellBoards(two.organizationId, ["b9"]);
  const bind = (bearer: string, resourceId: string, scopes = ["srv_roadmapper.read"]) =>
    create(bearer, { scopes, resourceBindings: [{ type: "board", resourceId }] });
  const made = await bind(one.token, "b1");
  expect(made).toMatchObject({
    status: 201,
    body: { key: { resourceBindings: [{ type: "board", resourceId: "b1" }] } },
  });
  expect((await validate(secretOf(made.body))).body).toMatchObject({
    apiKey: { resourceBindings: [{ type: "board", resourceId: "b1" }] },
  });
  for (const refused of [
    await bind(one.token, "b9"),
    await bind(one.token, "none"),
    await bind(two.token, "b1"),
    await bind(one.token, "b1", ["srv_nexus.usage"]),
    await bind(one.token, "b1", ["srv_bugfix.read"]),
  ])
    expect(refused).toMatchObject({ status: 400, body: { error: { issues: [{ field: "resourceBindings" }] } } });
  const next = await rotate(one.token, idOf(made.body));
  expect(next.body).toMatchObject({ key: { resourceBindings: [{ type: "board", resourceId: "b1" }] } });
});

test("nobody makes a key before their address is verified, in any organization [X22]", async () => {
  for (const kind of ["standard", "developer_workspace"]) {
    const { token, user } = await member("owner", await auth.addOrganization(kind));
    await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
    expect(await create(token)).toMatchObject({ status: 403, body: { error: { code: "email_unverified" } } });
    await auth.pool.query("update auth.users set email_verified_at = now() where id = $1", [user.id]);
    expect((await create(token)).status).toBe(201);
  }
});

test("the organization's longest lifetime binds rotated keys and the operator's as well [F1]", async () => {
  const { token, organizationId } = await member("owner", await auth.addOrganization());
  const endless = await create(token);
  await auth.pool.query("update auth.organizations set max_key_ttl_days = 30 where id = $1", [organizationId]);
  const next = await rotate(token, idOf(endless.body));
  const end = Date.parse(textOf(keyOf(next.body), "expiresAt"));
  expect(end).toBeGreaterThan(auth.clock.now() + 29 * dayMs);
  expect(end).toBeLessThanOrEqual(auth.clock.now() + 30 * dayMs);
  const operators = await auth.server.createOrganizationApiKey({ organizationId, name: "x", scopes: ["srv_nexus.ai"] });
  const { rows } = await auth.pool.query("select expires_at from auth.api_keys where id = $1", [operators.id]);
  expect(rows).toEqual([{ expires_at: expect.any(Date) }]);
  const short = await create(token, { expiresAt: new Date(auth.clock.now() + dayMs).toISOString() });
  const shortNext = await rotate(token, idOf(short.body));
  expect(Date.parse(textOf(keyOf(shortNext.body), "expiresAt"))).toBeLessThan(auth.clock.now() + 2 * dayMs);
});

test("a developer workspace has the same keys as any organization [F2]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const { token } = await member("owner", organizationId);
  const made = await create(token, { owner: "organization" });
  expect(made).toMatchObject({ status: 201, body: { key: { organizationId, ownerUserId: null } } });
  const next = await rotate(token, idOf(made.body), { overlapSeconds: 60 });
  for (const { body } of [made, next]) expect((await validate(secretOf(body))).status).toBe(200);
  expect((await auth.call("GET", "/api/api-keys", { bearer: token })).body.apiKeys).toHaveLength(2);
  expect((await revoke(token, idOf(next.body))).body).toMatchObject({ revoked: true });
});

test("a change sees a suspension that was made while it waited [F4, X19]", async () => {
  const { token, organizationId } = await member("owner", await auth.addOrganization("developer_workspace"));
  const made = await create(token);
  const id = idOf(made.body);
  for (const mutate of [() => create(token), () => rotate(token, id), () => revoke(token, id)]) {
    const client = await auth.pool.connect();
    await client.query("begin");
    await client.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
    const answer = mutate();
    await expect
      .poll(async () => {
        const { rows } = await auth.pool.query(
          "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return Number(rows[0]?.count);
      })
      .toBe(1);
    await client.query("commit");
    client.release();
    expect(await answer).toMatchObject(suspended);
    await auth.pool.query("update auth.organizations set status = 'active' where id = $1", [organizationId]);
  }
  expect((await validate(secretOf(made.body))).status).toBe(200);
});

test("a revoked workspace changes no key, operators still end them [F4, X19]", async () => {
  const { token, organizationId } = await member("owner", await auth.addOrganization("developer_workspace"));
  const operator = await member("platform_admin", "org_admin");
  const made = await create(token);
  for (const status of ["suspended", "revoked"]) {
    await auth.pool.query("update auth.organizations set status = $2 where id = $1", [organizationId, status]);
    for (const answer of [
      await create(token),
      await rotate(token, idOf(made.body)),
      await revoke(token, idOf(made.body)),
    ])
      expect(answer).toMatchObject(suspended);
    expect(await validate(secretOf(made.body))).toMatchObject({ status: 401, body: { error: "workspace_suspended" } });
  }
  expect((await revoke(operator.token, idOf(made.body))).body).toMatchObject({ revoked: true });
});

test("only its owner rotates a member's key; other people's keys are not found [F1]", async () => {
  const one = await member("member");
  const admin = await member("admin");
  const other = await member("member");
  const foreign = await member("owner", await auth.addOrganization());
  const operator = await member("platform_super_admin", "org_admin");
  const id = idOf((await create(one.token)).body);
  expect((await rotate(admin.token, id)).status).toBe(403);
  for (const { token } of [other, foreign, operator]) {
    expect(await rotate(token, id)).toMatchObject({ status: 404, body: { error: { code: "api_key_not_found" } } });
  }
  expect((await rotate(one.token, id)).status).toBe(201);
  const shared = idOf((await create(admin.token, { owner: "organization" })).body);
  expect((await rotate(one.token, shared)).status).toBe(404);
  expect((await rotate((await member("owner")).token, shared)).status).toBe(201);
});

test("after its owner leaves, a member's key is invalid and the organization's stays valid [F1, X20]", async () => {
  const { token, user, organizationId } = await member("admin", await auth.addOrganization());
  const own = secretOf((await create(token)).body);
  const shared = secretOf((await create(token, { owner: "organization" })).body);
  await auth.pool.query("delete from auth.organization_memberships where user_id = $1", [user.id]);
  expect(await validate(own)).toMatchObject({ status: 401, body: { error: "membership_missing" } });
  expect((await validate(shared)).body).toMatchObject({
    valid: true,
    user: null,
    organization: { id: organizationId },
  });
  await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [user.id]);
  expect(await validate(own)).toMatchObject({ status: 401, body: { error: "owner_inactive" } });
  expect((await validate(shared)).status).toBe(200);
});

test("two keys with the same displayed parts are still told apart [F1]", async () => {
  const one = await member("owner", await auth.addOrganization());
  const two = await member("owner", await auth.addOrganization());
  const first = await create(one.token);
  const second = await create(two.token);
  await auth.pool.query("update auth.api_keys set prefix = 'tpk_live_…same', last4 = 'same' where id = any($1)", [
    [idOf(first.body), idOf(second.body)],
  ]);
  for (const [{ body }, { organizationId }] of [
    [first, one],
    [second, two],
  ] as const)
    expect((await validate(secretOf(body))).body).toMatchObject({ organization: { id: organizationId } });
  // Of the right form, with the right checksum, for a row that is there.
  const guessed = formatApiKey(idOf(first.body), "live");
  expect(await validate(guessed)).toMatchObject({ status: 401, body: { error: "api_key_invalid" } });
});

test("a key in the query, a cookie or another header is no credential [F1]", async () => {
  const apiKey = secretOf((await create((await member("owner")).token)).body);
  for (const name of ["api_key", "apiKey", "key"])
    expect((await auth.call("GET", `/validate?${name}=${apiKey}`)).status).toBe(401);
  expect((await auth.call("GET", `/validate?access_token=${apiKey}`)).status).toBe(400);
  const headersOf: Record<string, string>[] = [
    { "x-api-key": apiKey },
    { cookie: `topolo_session=${apiKey}` },
    { authorization: apiKey },
  ];
  for (const headers of headersOf) expect((await auth.call("GET", "/validate", { headers })).status).toBe(401);
});

test("a key is shown once: no read, list, rotation or audit event shows it again [F1]", async () => {
  const { token } = await member("owner", await auth.addOrganization());
  const made = await create(token);
  const secret = secretOf(made.body).slice(42, 85);
  const id = idOf(made.body);
  const seen = [
    await auth.call("GET", "/api/api-keys", { bearer: token }),
    await auth.call("GET", `/api/api-keys/${id}`, { bearer: token }),
    await rotate(token, id, { overlapSeconds: 5 }),
    await revoke(token, id),
  ];
  expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain(secret);
  expect(JSON.stringify(keyOf(made.body))).not.toContain(secret);
  expect(Object.keys(keyOf(made.body))).not.toContain("secretHash");
  const { rows } = await auth.pool.query("select row_to_json(a)::text as row from auth.audit_events a");
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test("identity comes from the credential: no body names another organization, owner or creator [F1]", async () => {
  const { token } = await member("owner", await auth.addOrganization());
  for (const extra of [
    { organizationId: "org_topolo" },
    { ownerUserId: "usr_x" },
    { createdBy: "usr_x" },
    { id: "key_x" },
    { owner: "usr_x" },
    { permissions: ["srv_nexus.ai:invoke"] },
  ])
    expect((await create(token, extra)).status).toBe(400);
});

test("a suspended organization's key is invalid at once, and valid again with the organization [F4]", async () => {
  const { token, organizationId } = await member("owner", await auth.addOrganization());
  const apiKey = secretOf((await create(token)).body);
  await suspend(organizationId);
  expect(await validate(apiKey)).toMatchObject({ status: 401, body: { error: "workspace_suspended" } });
  await auth.pool.query("update auth.organizations set status = 'active' where id = $1", [organizationId]);
  expect((await validate(apiKey)).status).toBe(200);
});
