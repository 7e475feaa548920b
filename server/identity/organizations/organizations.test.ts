import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const member = async (role: string, organizationId: string) => {
  const user = await auth.addUser({ organizationId, role });
  return { user, ...(await auth.login(user)) };
};
const operator = () => member("platform_admin", "org_admin");
const code = (answer: { readonly body: Readonly<Record<string, unknown>> }) =>
  (answer.body.error as { readonly code?: string } | undefined)?.code;
const roleOf = async (organizationId: string, userId: string): Promise<string | undefined> => {
  const { rows } = await auth.pool.query<{ role: string }>(
    "select role from auth.organization_memberships where organization_id = $1 and user_id = $2",
    [organizationId, userId],
  );
  return rows[0]?.role;
};
const actions = async (target: string): Promise<string[]> => {
  const { rows } = await auth.pool.query<{ action: string }>(
    "select action from auth.audit_events where target = $1 order by id",
    [target],
  );
  return rows.map(({ action }) => action);
};

test("anyone creates an organization, owns it and gets the default services [A2, A3]", async () => {
  const user = await auth.addUser();
  const { token } = await auth.login(user);
  const made = await auth.call("POST", "/api/organizations", { bearer: token, body: { name: "Blue & Sons" } });
  expect(made).toMatchObject({
    status: 201,
    body: { name: "Blue & Sons", kind: "standard", status: "active", role: "owner" },
  });
  const id = textOf(made.body, "id");
  expect(textOf(made.body, "slug")).toMatch(/^blue-sons-[a-z0-9]{8}$/);
  expect(await roleOf(id, user.id)).toBe("owner");
  const { rows } = await auth.pool.query(
    "select (select count(*) from auth.organization_service_access where organization_id = $1) = (select count(*) from auth.services where default_access) as same",
    [id],
  );
  expect(rows[0]).toEqual({ same: true });
  expect(await actions(id)).toEqual(["organization.create"]);
  expect((await auth.call("GET", "/api/organizations", { bearer: token })).body).toMatchObject({
    organizations: [{ id, role: "owner" }],
    nextAfter: null,
  });

  const again = await auth.call("POST", "/api/organizations", {
    bearer: token,
    body: { name: "x", slug: made.body.slug },
  });
  expect([again.status, code(again)]).toEqual([409, "slug_taken"]);
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
  const unverified = await auth.call("POST", "/api/organizations", { bearer: token, body: { name: "y" } });
  expect([unverified.status, code(unverified)]).toEqual([403, "email_unverified"]);
});

test("mass assignment: a new organization takes no kind, status, owner or id from the body [A1]", async () => {
  const { token } = await auth.login(await auth.addUser());
  for (const extra of [
    { kind: "admin" },
    { status: "active" },
    { ownerId: "usr_x" },
    { id: "org_x" },
    { role: "platform_super_admin" },
  ]) {
    const answer = await auth.call("POST", "/api/organizations", { bearer: token, body: { name: "x", ...extra } });
    expect([answer.status, code(answer)]).toEqual([400, "invalid_request"]);
  }
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  for (const body of [{ kind: "admin" }, { slug: "admin" }, { id: "org_admin" }, {}, { maxKeyTtlDays: 0 }])
    expect(
      (await auth.call("PATCH", `/api/organizations/${organizationId}`, { bearer: owner.token, body })).status,
    ).toBe(400);
});

test("only administrators of the organization change its name and key policy [A4, A6]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}`;
  for (const role of ["owner", "super_admin", "admin"]) {
    const { token } = await member(role, organizationId);
    expect(
      await auth.call("PATCH", path, { bearer: token, body: { name: `by ${role}`, maxKeyTtlDays: 30 } }),
    ).toMatchObject({
      status: 200,
      body: { name: `by ${role}`, maxKeyTtlDays: 30 },
    });
  }
  for (const [role, home] of [
    ["member", organizationId],
    ["guest", organizationId],
    ["owner", "org_topolo"],
    ["owner", "org_admin"],
  ] as const) {
    const { token } = await member(role, home);
    expect((await auth.call("PATCH", path, { bearer: token, body: { name: "no" } })).status).toBe(403);
  }
  expect(
    (await auth.call("PATCH", path, { bearer: (await operator()).token, body: { maxKeyTtlDays: null } })).body,
  ).toMatchObject({
    maxKeyTtlDays: null,
  });
});

test("only operators change an organization's status, with a reason; its people then change nothing [F4, X19]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const path = `/api/organizations/${organizationId}`;
  await auth.pool.query(
    "insert into auth.developers (id, organization_id, email, status) values ('dev_1', $1, 'dev@example.com', 'approved')",
    [organizationId],
  );
  const owner = await member("owner", organizationId);
  const other = await member("member", organizationId);
  const { token } = await operator();
  const body = { status: "suspended", reason: "unpaid bills" };
  expect((await auth.call("PATCH", path, { bearer: owner.token, body })).status).toBe(403);
  expect((await auth.call("PATCH", path, { bearer: token, body: { status: "suspended" } })).status).toBe(400);
  expect(await auth.call("PATCH", path, { bearer: token, body })).toMatchObject({
    status: 200,
    body: { status: "suspended", statusReason: "unpaid bills" },
  });
  const developer = () => auth.pool.query("select status from auth.developers where id = 'dev_1'");
  expect((await developer()).rows).toEqual([{ status: "suspended" }]);
  expect(code(await auth.call("PATCH", path, { bearer: token, body }))).toBe("status_conflict");

  const writes: [string, string, unknown][] = [
    ["PATCH", path, { name: "x" }],
    ["POST", `${path}/members`, { userId: "usr_x", role: "guest" }],
    ["PATCH", `${path}/members/${other.user.id}`, { role: "guest" }],
    ["DELETE", `${path}/members/${other.user.id}`, undefined],
    ["DELETE", `${path}/members/${owner.user.id}`, undefined],
    ["PUT", `${path}/service-access/srv_nexus`, { enabled: false }],
    ["POST", `${path}/invitations`, { email: "a@example.com", role: "guest" }],
    ["DELETE", `${path}/invitations/inv_x`, undefined],
    ["PUT", `/api/users/${other.user.id}/permissions/overrides`, { overrides: [] }],
    ["PUT", `/api/users/${other.user.id}/permissions/bundles`, { bundles: [] }],
    ["POST", `/api/users/${other.user.id}/password-reset`, undefined],
    ["DELETE", `/api/users/${other.user.id}/sessions`, undefined],
    ["DELETE", `/api/users/${other.user.id}/sessions/${other.sessionId}`, undefined],
    ["POST", `/api/api-keys`, { name: "x", scopes: ["srv_nexus.ai"] }],
  ];
  for (const [method, target, input] of writes) {
    const answer = await auth.call(method, target, { bearer: owner.token, body: input });
    expect([method, target, answer.status, code(answer)]).toEqual([method, target, 403, "workspace_suspended"]);
  }
  expect(
    (await auth.call("PATCH", `${path}/members/${other.user.id}`, { bearer: token, body: { role: "guest" } })).status,
  ).toBe(200);

  expect((await auth.call("PATCH", path, { bearer: token, body: { status: "active", reason: "paid" } })).status).toBe(
    200,
  );
  expect((await developer()).rows).toEqual([{ status: "approved" }]);
  expect(await actions(organizationId)).toEqual(["organization.suspend", "organization.reactivate"]);
  expect((await auth.call("PATCH", path, { bearer: owner.token, body: { name: "again" } })).status).toBe(200);
  const admin = await auth.call("PATCH", "/api/organizations/org_admin", { bearer: token, body });
  expect([admin.status, code(admin)]).toEqual([409, "status_conflict"]);
});

test("members are listed page by page, searched, and read by a service under its secret [X28]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const people = await Promise.all(Array.from({ length: 5 }, () => auth.addUser({ organizationId, role: "member" })));
  await auth.pool.query("update auth.users set name = 'Grace_Hopper' where id = $1", [people[0]?.id]);
  const path = `/api/organizations/${organizationId}/members`;
  const seen: unknown[] = [];
  for (let after = ""; ;) {
    const { body } = await auth.call("GET", `${path}?limit=2${after}`, { bearer: owner.token });
    seen.push(...(body.members as { userId: string }[]).map(({ userId }) => userId));
    if (typeof body.nextAfter !== "string") break;
    after = `&after=${body.nextAfter}`;
  }
  expect(seen).toEqual([owner.user.id, ...people.map(({ id }) => id)].sort());
  const search = async (text: string) =>
    (
      (await auth.call("GET", `${path}?search=${encodeURIComponent(text)}`, { bearer: owner.token })).body
        .members as unknown[]
    ).length;
  expect(await search("grace_h")).toBe(1);
  expect(await search("%")).toBe(0);
  expect(await search("@example.com")).toBe(6);
  expect((await auth.call("GET", `${path}?limit=101`, { bearer: owner.token })).status).toBe(400);
  const secret = await auth.server.createServiceClientSecret("srv_nexus");
  const headers = { authorization: `Basic ${Buffer.from(`srv_nexus:${secret}`).toString("base64")}` };
  expect((await auth.call("GET", path, { headers })).status).toBe(200);
  expect((await auth.call("POST", path, { headers, body: { userId: "usr_x", role: "guest" } })).status).toBe(401);
});

test("a third-party service sees no organization and no members [A1, X28]", async () => {
  await auth.pool.query(
    "insert into auth.services (id, slug, name, surface_kind, surface_group, calls) values ('srv_stranger', 'stranger', 'Stranger', 'application', 'third-party', '{}')",
  );
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, grant_types) values ('srv_stranger', 'srv_stranger', '{client_credentials}')",
  );
  const secret = await auth.server.createServiceClientSecret("srv_stranger");
  const headers = { authorization: `Basic ${Buffer.from(`srv_stranger:${secret}`).toString("base64")}` };
  const organizationId = await auth.addOrganization();
  const person = await auth.addUser({ organizationId, role: "member" });
  for (const path of ["", "/members", `/members/${person.id}`])
    expect((await auth.call("GET", `/api/organizations/${organizationId}${path}`, { headers })).status).toBe(403);
});

/** Says yes to whatever the person is invited to. */
const acceptInvitations = async (user: TestUser): Promise<void> => {
  const { token } = await auth.login(user);
  const { body } = await auth.call("GET", "/api/me/invitations", { bearer: token });
  for (const { id } of body["invitations"] as readonly { readonly id: string }[])
    expect((await auth.call("POST", `/api/me/invitations/${id}/accept`, { bearer: token })).status).toBe(200);
};

test("members are added, changed and removed by rank [A2, X4]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}/members`;
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const stranger = await auth.addUser();
  const add = (bearer: string, role: string) =>
    auth.call("POST", path, { bearer, body: { userId: stranger.id, role } });
  const change = (bearer: string, userId: string, body: unknown) =>
    auth.call("PATCH", `${path}/${userId}`, { bearer, body });

  for (const role of ["admin", "super_admin", "owner", "platform_admin", "platform_super_admin"]) {
    const answer = await add(admin.token, role);
    expect([role, answer.status, code(answer)]).toEqual([role, 403, "role_not_grantable"]);
  }
  expect((await add(admin.token, "root")).status).toBe(400);
  expect((await add(admin.token, "member")).status).toBe(201);
  expect(await roleOf(organizationId, stranger.id)).toBeUndefined();
  await acceptInvitations(stranger);
  expect(code(await add(owner.token, "member"))).toBe("already_member");
  expect(
    code(await auth.call("POST", path, { bearer: owner.token, body: { userId: "usr_nobody", role: "guest" } })),
  ).toBe("user_not_found");

  expect(code(await change(admin.token, owner.user.id, { role: "guest" }))).toBe("role_not_grantable");
  expect(code(await change(admin.token, owner.user.id, { status: "suspended" }))).toBe("role_not_grantable");
  expect(code(await change(admin.token, admin.user.id, { role: "owner" }))).toBe("role_not_grantable");
  expect(code(await change(admin.token, stranger.id, { role: "admin" }))).toBe("role_not_grantable");
  expect((await auth.call("DELETE", `${path}/${owner.user.id}`, { bearer: admin.token })).status).toBe(403);
  expect((await change(owner.token, stranger.id, { role: "owner" })).status).toBe(200);
  expect((await change(owner.token, stranger.id, { role: "platform_admin" })).status).toBe(403);
  expect(
    (await change((await member("platform_super_admin", "org_admin")).token, stranger.id, { role: "platform_admin" }))
      .status,
  ).toBe(403);
  expect((await change(owner.token, stranger.id, { role: "member", userId: owner.user.id })).status).toBe(400);
  expect(await roleOf(organizationId, stranger.id)).toBe("owner");

  expect((await auth.call("DELETE", `${path}/${stranger.id}`, { bearer: owner.token })).body).toMatchObject({
    removed: true,
  });
  expect(await roleOf(organizationId, stranger.id)).toBeUndefined();
  expect(await actions(stranger.id)).toEqual(["member.add", "member.update", "member.remove"]);
  const guest = await member("guest", organizationId);
  expect((await auth.call("DELETE", `${path}/${admin.user.id}`, { bearer: guest.token })).status).toBe(403);
  expect((await auth.call("DELETE", `${path}/${guest.user.id}`, { bearer: guest.token })).body).toMatchObject({
    removed: true,
  });
});

test("only a platform_super_admin grants platform roles, in the admin organization [X4]", async () => {
  const path = "/api/organizations/org_admin/members";
  const superAdmin = await member("platform_super_admin", "org_admin");
  const admin = await operator();
  const owner = await member("owner", "org_admin");
  const person = await auth.addUser();
  for (const bearer of [admin.token, owner.token])
    expect(
      (await auth.call("POST", path, { bearer, body: { userId: person.id, role: "platform_admin" } })).status,
    ).toBe(403);
  expect(
    (await auth.call("POST", path, { bearer: superAdmin.token, body: { userId: person.id, role: "platform_admin" } }))
      .status,
  ).toBe(201);
  for (const bearer of [admin.token, owner.token])
    expect(
      (await auth.call("PATCH", `${path}/${superAdmin.user.id}`, { bearer, body: { role: "guest" } })).status,
    ).toBe(403);
  await auth.pool.query(
    "update auth.organization_memberships set status = 'suspended' where role = 'platform_super_admin' and user_id <> $1",
    [superAdmin.user.id],
  );
  const last = await auth.call("PATCH", `${path}/${superAdmin.user.id}`, {
    bearer: superAdmin.token,
    body: { role: "member" },
  });
  expect([last.status, code(last)]).toEqual([409, "last_owner"]);
});

test("a revoked membership stays revoked; a platform role outside the admin organization ranks as guest [A3, X4]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const owner = await member("owner", organizationId);
  const intruder = await auth.addUser();
  await auth.pool.query("alter table auth.organization_memberships disable trigger platform_role");
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'platform_super_admin')",
    [organizationId, intruder.id],
  );
  await auth.pool.query("alter table auth.organization_memberships enable trigger platform_role");
  const path = `/api/organizations/${organizationId}`;
  const removed = await auth.call("DELETE", `${path}/members/${intruder.id}`, { bearer: owner.token });
  expect(removed.status).toBe(200);
  const { token } = await operator();
  const change = (status: string) => auth.call("PATCH", path, { bearer: token, body: { status, reason: "final" } });
  expect((await change("revoked")).status).toBe(200);
  for (const status of ["active", "suspended"]) expect(code(await change(status))).toBe("status_conflict");
});

test("a removed member who returns has none of their earlier keys, bundles or overrides [X4]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}/members`;
  const owner = await member("owner", organizationId);
  const leaver = await member("admin", organizationId);
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: leaver.token,
    body: { name: "k", scopes: ["srv_nexus.ai"] },
  });
  await auth.call("PUT", `/api/users/${leaver.user.id}/permissions/overrides`, {
    bearer: owner.token,
    body: { overrides: [{ permission: "srv_nexus.ai:invoke", effect: "allow", reason: "needs it" }] },
  });
  await auth.call("DELETE", `${path}/${leaver.user.id}`, { bearer: owner.token });
  await auth.call("POST", path, { bearer: owner.token, body: { userId: leaver.user.id, role: "guest" } });
  await acceptInvitations(leaver.user);
  const validated = await auth.call("GET", "/validate", { bearer: leaver.token });
  expect(validated.body).toMatchObject({
    role: "guest",
    permissions: ["srv_nexus.requests:create", "srv_nexus.usage:read"],
  });
  expect((await auth.call("GET", "/validate", { bearer: textOf(made.body, "apiKey") })).body).toMatchObject({
    valid: false,
  });
});

test("of twenty parallel demotions the last owner stays [X4]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}/members`;
  const owners = await Promise.all(Array.from({ length: 20 }, () => member("owner", organizationId)));
  const answers = await Promise.all(
    owners.map(({ token, user }, index) =>
      auth.call(index % 2 === 0 ? "PATCH" : "DELETE", `${path}/${user.id}`, {
        bearer: token,
        ...(index % 2 === 0 ? { body: { role: "member" } } : {}),
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(answers.filter(({ status }) => status === 409).map(code)).toEqual(["last_owner"]);
  const { rows } = await auth.pool.query(
    "select count(*)::int as owners from auth.organization_memberships where organization_id = $1 and role = 'owner'",
    [organizationId],
  );
  expect(rows).toEqual([{ owners: 1 }]);
});

test("of owners who demote each other in parallel one stays, and the demoted change nothing more [X4]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}/members`;
  const owners = await Promise.all(Array.from({ length: 20 }, () => member("owner", organizationId)));
  const answers = await Promise.all(
    owners.map(({ token }, index) =>
      auth.call("PATCH", `${path}/${owners[(index + 1) % owners.length]?.user.id}`, {
        bearer: token,
        body: { role: "guest" },
      }),
    ),
  );
  for (const answer of answers) expect([200, 403, 409]).toContain(answer.status);
  const { rows } = await auth.pool.query<{ owners: number }>(
    "select count(*)::int as owners from auth.organization_memberships where organization_id = $1 and role = 'owner'",
    [organizationId],
  );
  expect(rows[0]?.owners).toBe(20 - answers.filter(({ status }) => status === 200).length);
  expect(rows[0]?.owners).toBeGreaterThan(0);
});

test("service access is granted by operators, with an end; an owner may only take it away [A1]", async () => {
  const organizationId = await auth.addOrganization();
  const path = `/api/organizations/${organizationId}/service-access`;
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const { token } = await operator();
  const put = (bearer: string, body: unknown, service = "srv_nexus") =>
    auth.call("PUT", `${path}/${service}`, { bearer, body });
  const permissions = async () =>
    (await auth.call("GET", "/validate", { bearer: owner.token })).body.permissions as string[];
  expect(await permissions()).toContain("srv_nexus.ai:invoke");
  expect((await put(admin.token, { enabled: false })).status).toBe(403);
  expect((await put(owner.token, { enabled: false })).body).toMatchObject({ enabled: false, live: false });
  expect(await permissions()).not.toContain("srv_nexus.ai:invoke");
  expect((await put(owner.token, { enabled: true })).status).toBe(403);
  expect((await put(owner.token, { enabled: false, expiresAt: "2999-01-01T00:00:00Z" })).status).toBe(403);
  const end = new Date(auth.clock.now() + 60_000).toISOString();
  expect((await put(token, { enabled: true, expiresAt: end })).body).toMatchObject({ live: true, expiresAt: end });
  expect(await permissions()).toContain("srv_nexus.ai:invoke");
  auth.clock.advance(61_000);
  expect(await permissions()).not.toContain("srv_nexus.ai:invoke");
  expect((await put(token, { enabled: true, expiresAt: end })).status).toBe(400);
  expect((await put(token, { enabled: true }, "srv_unknown")).status).toBe(404);
  const shown = await auth.call("GET", path, { bearer: admin.token });
  expect(shown.body.services).toContainEqual(
    expect.objectContaining({ serviceId: "srv_nexus", enabled: true, live: false }),
  );
  expect((await auth.call("GET", path, { bearer: (await member("owner", "org_topolo")).token })).status).toBe(403);
});
