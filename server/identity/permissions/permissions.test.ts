import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const member = async (role: string, organizationId: string) => {
  const user = await auth.addUser({ organizationId, role });
  return { user, ...(await auth.login(user)) };
};
const code = (answer: { readonly body: Readonly<Record<string, unknown>> }) =>
  (answer.body.error as { readonly code?: string } | undefined)?.code;
const inspect = (bearer: string, userId: string, query = "") =>
  auth.call("GET", `/api/users/${userId}/permissions${query}`, { bearer });
const override = (bearer: string, userId: string, overrides: unknown[], extra: object = {}) =>
  auth.call("PUT", `/api/users/${userId}/permissions/overrides`, { bearer, body: { overrides, ...extra } });
const validated = async (bearer: string): Promise<string[]> =>
  (await auth.call("GET", "/validate", { bearer })).body.permissions as string[];
const allow = (permission: string, extra: object = {}) => ({
  permission,
  effect: "allow",
  reason: "for the project",
  ...extra,
});
const deny = (permission: string, extra: object = {}) => ({
  permission,
  effect: "deny",
  reason: "not for now",
  ...extra,
});

interface Entry {
  readonly permission: string;
  readonly sources: readonly { readonly type: string }[];
}
interface Row {
  readonly permission: string;
  readonly effective: boolean;
  readonly withheld: string | null;
}
interface Sources {
  readonly organizationServiceAccess: readonly (Omit<Row, "permission"> & { readonly serviceId: string })[];
  readonly roleBundles: readonly {
    readonly name: string;
    readonly assigned: boolean;
    readonly permissions: readonly Row[];
  }[];
  readonly userOverrides: readonly Row[];
}

test("the inspection shows effective permissions, their sources, and what is denied or capped and why [A8, A9]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const guest = await member("guest", organizationId);
  await auth.pool.query(
    "delete from auth.organization_service_access where organization_id = $1 and service_id = 'srv_bugfix'",
    [organizationId],
  );
  await auth.pool.query(
    "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_roadmapper'",
    [organizationId],
  );
  await auth.pool.query(
    `insert into auth.user_role_bundles (organization_id, user_id, bundle_id, granted_by) select $1, $2, id, 'test' from auth.role_bundles where name = 'Bugfix member'`,
    [organizationId, guest.user.id],
  );
  expect(
    (await override(owner.token, guest.user.id, [allow("srv_nexus.ai:invoke"), deny("srv_nexus.usage:read")])).status,
  ).toBe(200);

  const { status, body } = await inspect(owner.token, guest.user.id);
  expect(status).toBe(200);
  const effective = body.effectivePermissions as string[];
  for (const permission of effective) expect(permission).toMatch(/^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/);
  expect(effective).toEqual([...effective].sort());
  const entries = body.effectivePermissionEntries as Entry[];
  expect(entries.map(({ permission }) => permission)).toEqual(effective);
  expect(entries.find(({ permission }) => permission === "srv_nexus.ai:invoke")?.sources).toEqual([
    { type: "user_override", grantedBy: owner.user.id, reason: "for the project" },
  ]);
  expect(effective).not.toContain("srv_nexus.usage:read");
  const sources = body.sources as Sources;
  const nexus = sources.roleBundles.find(({ permissions }) =>
    permissions.some(({ permission }) => permission === "srv_nexus.usage:read"),
  );
  expect(nexus?.assigned).toBe(false);
  expect(nexus?.permissions.find(({ permission }) => permission === "srv_nexus.usage:read")).toMatchObject({
    effective: false,
    withheld: "denied_by_override",
  });
  const capped = sources.roleBundles.find(({ name, assigned }) => name === "Bugfix member" && assigned);
  expect(capped?.permissions.every(({ withheld }) => withheld === "outside_service_access")).toBe(true);
  expect(sources.organizationServiceAccess.find(({ serviceId }) => serviceId === "srv_roadmapper")).toMatchObject({
    effective: false,
    withheld: "service_disabled",
  });
  expect(sources.userOverrides).toMatchObject([
    { permission: "srv_nexus.ai:invoke", effective: true, withheld: null },
    { permission: "srv_nexus.usage:read", effect: "deny", effective: true, reason: "not for now" },
  ]);
  expect((await validated(guest.token)).sort()).toEqual(effective.filter((key) => key.startsWith("srv_nexus.")));
  for (const row of entries) expect(row.sources.length).toBeGreaterThan(0);
});

test("the inspection of an operator names the bypass; a suspended person has no effective permission [A9]", async () => {
  const operator = await member("platform_admin", "org_admin");
  const organizationId = await auth.addOrganization();
  const person = await member("owner", organizationId);
  const own = await inspect(operator.token, operator.user.id);
  expect(own.body).toMatchObject({ platformBypass: true, role: "platform_admin" });
  expect(new Set((own.body.effectivePermissionEntries as Entry[]).map(({ sources }) => sources[0]?.type))).toEqual(
    new Set(["platform_bypass"]),
  );
  expect((await inspect(operator.token, person.user.id, `?organizationId=${organizationId}`)).status).toBe(200);
  expect((await inspect(operator.token, person.user.id)).status).toBe(404);
  await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
  const suspended = await inspect(operator.token, person.user.id, `?organizationId=${organizationId}`);
  expect(suspended.body).toMatchObject({ active: false, effectivePermissions: [], effectivePermissionEntries: [] });
  expect((suspended.body.sources as Sources).roleBundles[0]?.permissions[0]).toMatchObject({ withheld: "inactive" });
});

test("people inspect themselves, and administrators those of the same organization and no higher rank [A4, A6, X6]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const guest = await member("guest", organizationId);
  const foreign = await member("owner", "org_topolo");
  const status = async (bearer: string, userId: string, query = "") => (await inspect(bearer, userId, query)).status;
  expect(await status(guest.token, guest.user.id)).toBe(200);
  expect(await status(guest.token, admin.user.id)).toBe(403);
  expect(await status(admin.token, guest.user.id)).toBe(200);
  expect(await status(admin.token, owner.user.id)).toBe(403);
  expect(await status(owner.token, admin.user.id)).toBe(200);
  for (const query of ["", `?organizationId=${organizationId}`])
    expect(await status(foreign.token, guest.user.id, query)).toBe(403);
  expect(await status(foreign.token, "usr_nobody")).toBe(403);
  expect(await status(owner.token, owner.user.id, "?organizationId=org_topolo")).toBe(403);
});

test("an override never grants what the grantor lacks or the organization may not use, and a denial wins [A9]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const target = await member("member", organizationId);
  const operator = await member("platform_admin", "org_admin");
  const refused = async (answer: Promise<{ status: number; body: Readonly<Record<string, unknown>> }>) =>
    expect([(await answer).status, code(await answer)]).toEqual([403, "permission_not_grantable"]);

  const within = { organizationId };
  const denied = await override(operator.token, owner.user.id, [deny("srv_nexus.prices:manage")], within);
  expect(denied.status).toBe(200);
  await refused(override(owner.token, target.user.id, [allow("srv_nexus.prices:manage")]));
  await auth.pool.query(
    "delete from auth.organization_service_access where organization_id = $1 and service_id = 'srv_bugfix'",
    [organizationId],
  );
  await refused(override(owner.token, target.user.id, [allow("srv_bugfix.reports:manage")]));
  await refused(override(operator.token, target.user.id, [allow("srv_bugfix.reports:manage")], within));
  expect((await override(operator.token, target.user.id, [allow("srv_nexus.prices:manage")], within)).status).toBe(200);
  expect(await validated(target.token)).toContain("srv_nexus.prices:manage");
  // Set by one who holds it, left alone by one who does not: that is no grant of theirs.
  expect(
    (await override(owner.token, target.user.id, [allow("srv_nexus.prices:manage"), deny("srv_nexus.ai:invoke")]))
      .status,
  ).toBe(200);
  expect(await validated(target.token)).not.toContain("srv_nexus.ai:invoke");
  await refused(override(owner.token, target.user.id, [allow("srv_nexus.prices:manage", { reason: "prolonged" })]));

  // Who was denied something cannot take a denial of it back, for anyone.
  expect((await override(owner.token, admin.user.id, [deny("srv_nexus.ai:invoke")])).status).toBe(200);
  await refused(override(admin.token, target.user.id, [allow("srv_nexus.prices:manage")]));
  await refused(override(admin.token, target.user.id, []));
  expect((await override(owner.token, target.user.id, [])).status).toBe(200);
  expect(await validated(target.token)).toContain("srv_nexus.ai:invoke");
  const { rows } = await auth.pool.query<{ details: unknown }>(
    "select details from auth.audit_events where action = 'permission.overrides-set' and target = $1 order by id",
    [target.user.id],
  );
  expect(rows).toHaveLength(3);
  expect(rows[2]?.details).toEqual({ removed: ["srv_nexus.ai:invoke", "srv_nexus.prices:manage"], set: [] });
});

test("an override ends at its expiry [A9]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const target = await member("guest", organizationId);
  const expiresAt = new Date(auth.clock.now() + 60_000).toISOString();
  expect((await override(owner.token, target.user.id, [allow("srv_nexus.ai:invoke", { expiresAt })])).status).toBe(200);
  expect(await validated(target.token)).toContain("srv_nexus.ai:invoke");
  auth.clock.advance(61_000);
  expect(await validated(target.token)).not.toContain("srv_nexus.ai:invoke");
  const { body } = await inspect(owner.token, target.user.id);
  expect((body.sources as Sources).userOverrides).toMatchObject([{ effective: false, withheld: "expired" }]);
  expect((await override(owner.token, target.user.id, [allow("srv_nexus.ai:read", { expiresAt })])).status).toBe(400);
});

test("nobody changes their own grants, those of a higher rank, or those of another organization [X6, A6]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const target = await member("member", organizationId);
  const foreign = await member("owner", "org_topolo");
  const status = async (bearer: string, userId: string, extra: object = {}) => [
    (await override(bearer, userId, [], extra)).status,
    (await auth.call("PUT", `/api/users/${userId}/permissions/bundles`, { bearer, body: { bundles: [], ...extra } }))
      .status,
  ];
  expect(await status(admin.token, admin.user.id)).toEqual([403, 403]);
  expect(await status(owner.token, owner.user.id)).toEqual([403, 403]);
  expect(await status(admin.token, owner.user.id)).toEqual([403, 403]);
  expect(await status(target.token, target.user.id)).toEqual([403, 403]);
  expect(await status(foreign.token, target.user.id)).toEqual([403, 403]);
  expect(await status(foreign.token, target.user.id, { organizationId })).toEqual([403, 403]);
  expect(await status(owner.token, target.user.id)).toEqual([200, 200]);
  for (const extra of [{ userId: owner.user.id }, { grantedBy: "usr_x" }, { role: "owner" }])
    expect(await status(owner.token, target.user.id, extra)).toEqual([400, 400]);
  expect(code(await override(owner.token, target.user.id, [allow("srv_nexus.nothing:at-all")]))).toBe(
    "permission_unknown",
  );
  expect((await override(owner.token, target.user.id, [allow("srv_nexus.*")])).status).toBe(400);
  expect(
    (await override(owner.token, target.user.id, [allow("srv_nexus.ai:read"), deny("srv_nexus.ai:read")])).status,
  ).toBe(400);
});

test("role bundles are assigned within the assigner's own rights and shown as assigned [A9]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const admin = await member("admin", organizationId);
  const target = await member("guest", organizationId);
  const { rows } = await auth.pool.query<{ id: string; name: string }>(
    "select id, name from auth.role_bundles where service_id = 'srv_nexus'",
  );
  const bundle = (role: string) => rows.find(({ name }) => name.toLowerCase().endsWith(role))?.id ?? "";
  const assign = (bearer: string, bundleId: string) =>
    auth.call("PUT", `/api/users/${target.user.id}/permissions/bundles`, { bearer, body: { bundles: [{ bundleId }] } });
  expect((await override(owner.token, admin.user.id, [deny("srv_nexus.ai:invoke")])).status).toBe(200);
  expect(code(await assign(admin.token, bundle("member")))).toBe("permission_not_grantable");
  const set = await assign(owner.token, bundle("member"));
  expect(set.status).toBe(200);
  expect((set.body.sources as Sources).roleBundles).toContainEqual(
    expect.objectContaining({ assigned: true, bundleId: bundle("member") }),
  );
  expect(await validated(target.token)).toContain("srv_nexus.ai:invoke");
  expect((await assign(owner.token, "bdl_unknown")).status).toBe(400);
  await auth.call("PUT", `/api/users/${target.user.id}/permissions/bundles`, {
    bearer: owner.token,
    body: { bundles: [] },
  });
  expect(await validated(target.token)).not.toContain("srv_nexus.ai:invoke");
});

test("a key may have a permission from an override, and loses it with the override [X20]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const target = await member("member", organizationId);
  const body = { name: "k", scopes: ["srv_nexus.ai"] };
  expect((await override(owner.token, target.user.id, [deny("srv_nexus.ai:invoke")])).status).toBe(200);
  expect(code(await auth.call("POST", "/api/api-keys", { bearer: target.token, body }))).toBe(
    "scope_exceeds_permissions",
  );
  await override(owner.token, target.user.id, []);
  const made = await auth.call("POST", "/api/api-keys", { bearer: target.token, body });
  const key = textOf(made.body, "apiKey");
  expect(await validated(key)).toContain("srv_nexus.ai:invoke");
  await override(owner.token, target.user.id, [deny("srv_nexus.ai:invoke")]);
  expect(await validated(key)).not.toContain("srv_nexus.ai:invoke");
});
