import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

type Call = Parameters<TestAuth["call"]>[2];

const list = async (call: Call) => {
  const { status, body } = await auth.call("GET", "/api/app-switcher/services", call);
  const services = (body.services ?? []) as readonly Record<string, unknown>[];
  return { status, body, services, ids: services.map(({ id }) => id) };
};

describe("whose list is shown [D7, X18]", () => {
  test("bearer A with cookie B gives A's list; without a bearer the cookie counts", async () => {
    const narrow = await auth.addOrganization();
    await auth.pool.query(
      "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id <> 'srv_bugfix'",
      [narrow],
    );
    const userA = await auth.addUser({ role: "member", organizationId: narrow });
    const userB = await auth.addUser({ role: "member" });
    const a = await auth.login(userA);
    const b = await auth.login(userB);
    const both = await list({ bearer: a.token, cookie: b.cookie });
    expect(both.body).toMatchObject({ userId: userA.id, organizationId: narrow, launcherEligible: true });
    expect(both.ids).toEqual(["srv_bugfix"]);
    const byCookie = await list({ cookie: b.cookie });
    expect(byCookie.body).toMatchObject({ userId: userB.id, organizationId: "org_topolo" });
    expect(byCookie.ids.length).toBeGreaterThan(3);
  });

  test("an invalid bearer with a good cookie is 401", async () => {
    const { cookie, token } = await auth.login(await auth.addUser({ role: "member" }));
    for (const call of [
      { bearer: "nonsense", cookie },
      { bearer: `${token.slice(0, -4)}AAAA`, cookie },
      { cookie, headers: { authorization: "Basic eDp5" } },
      { cookie, headers: { authorization: "" } },
      {},
    ])
      expect((await list(call)).status).toBe(401);
  });
});

test("the list has only launchable applications, chosen by the registry's fields [E3, E4]", async () => {
  const { token } = await auth.login(await auth.addUser({ role: "owner" }), "srv_roadmapper");
  const { services, ids } = await list({ bearer: token });
  for (const service of services)
    expect(service).toMatchObject({
      surface_kind: "application",
      surface_group: expect.any(String) as unknown,
      launchable: true,
      launch_url: expect.stringMatching(/^https:\/\//) as unknown,
    });
  expect(ids).toContain("srv_roadmapper");
  for (const hidden of ["srv_nexus", "srv_none"]) expect(ids).not.toContain(hidden);
  expect(services.filter(({ current }) => current).map(({ id }) => id)).toEqual(["srv_roadmapper"]);
  const { rows } = await auth.pool.query<{ id: string }>(
    "select id from auth.services where launchable and status = 'active' order by id",
  );
  expect(ids.map(String).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(rows.map(({ id }) => id));
});

test("the list has only what the active organization may use now, and only for eligible people [A10, X25]", async () => {
  const organizationId = await auth.addOrganization();
  const user = await auth.addUser({ role: "guest", organizationId });
  const { token } = await auth.login(user);
  const set = (sql: string) =>
    auth.pool.query(
      `update auth.organization_service_access set ${sql} where organization_id = $1 and service_id = 'srv_roadmapper'`,
      [organizationId],
    );
  expect((await list({ bearer: token })).ids).toContain("srv_roadmapper");
  await set("enabled = false");
  expect((await list({ bearer: token })).ids).not.toContain("srv_roadmapper");
  await set("enabled = true, expires_at = now() - interval '1 second'");
  expect((await list({ bearer: token })).ids).not.toContain("srv_roadmapper");
  await set("expires_at = null");
  await auth.pool.query("update auth.users set principal_type = 'service_account' where id = $1", [user.id]);
  expect(await list({ bearer: token })).toMatchObject({ status: 200, ids: [], body: { launcherEligible: false } });
  await auth.pool.query("update auth.users set principal_type = 'human' where id = $1", [user.id]);
  await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
  expect((await list({ bearer: token })).ids).toEqual([]);
  const outside = await auth.login(await auth.addUser());
  expect(await list({ bearer: outside.token })).toMatchObject({
    status: 200,
    ids: [],
    body: { organizationId: null, launcherEligible: false },
  });
});

test("a platform role sees every application in the admin organization, and no more than others elsewhere [A3]", async () => {
  const platform = await auth.login(await auth.addUser({ role: "platform_admin", organizationId: "org_admin" }));
  await auth.pool.query("delete from auth.organization_service_access where organization_id = 'org_admin'");
  expect((await list({ bearer: platform.token })).ids).toContain("srv_roadmapper");
  const owner = await auth.login(await auth.addUser({ role: "owner", organizationId: "org_admin" }));
  expect((await list({ bearer: owner.token })).ids).toEqual([]);
});
