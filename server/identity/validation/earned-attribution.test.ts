import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const admin = "https://admin.topolo.app";
const credentials = ({ email, password }: TestUser) => ({ email, password });
const appOf = async (bearer: string): Promise<unknown> => {
  const { status, body } = await auth.call("GET", "/validate", { bearer, headers: { "x-service-id": "srv_nexus" } });
  expect(status).toBe(200);
  return body.serviceId;
};
const logIn = async (headers: Record<string, string>, user?: TestUser) =>
  auth.call("POST", "/login", { body: credentials(user ?? (await auth.addUser({ role: "member" }))), headers });
const basic = async (clientId: string): Promise<string> =>
  `Basic ${Buffer.from(`${clientId}:${await auth.server.createServiceClientSecret(clientId)}`).toString("base64")}`;

describe("naming an app does not attribute a call to it", () => {
  test.each([
    ["no page at all", {}],
    ["Auth's own page", { origin: "http://localhost:3001" }],
  ])("POST /login from %s", async (_, headers) => {
    const { body } = await logIn({ "x-service-id": "srv_admin", ...headers });
    expect(body.serviceId).toBe("srv_admin");
    expect(await appOf(textOf(body, "accessToken"))).toBeNull();
  });

  test("not by another app's page or client", async () => {
    expect((await logIn({ "x-service-id": "srv_admin", origin: "http://localhost:3000" })).status).toBe(403);
    expect((await logIn({ "x-service-id": "srv_admin", authorization: await basic("srv_bugfix") })).status).toBe(403);
    expect((await logIn({ "x-service-id": "srv_admin", authorization: "Basic c3J2X2FkbWluOng=" })).status).toBe(401);
  });

  test("not by a cookie, nor by a bearer without an app", async () => {
    const user = await auth.addUser({ role: "member" });
    const { cookie } = await auth.login(user, "srv_admin");
    const refreshed = await auth.call("POST", "/refresh", {
      cookie,
      headers: { "x-topolo-auth": "1", "x-service-id": "srv_admin" },
    });
    expect(await appOf(textOf(refreshed.body, "accessToken"))).toBeNull();
    const named = await logIn({ "x-service-id": "srv_admin" }, user);
    const switched = await auth.call("POST", "/api/me/active-organization", {
      bearer: textOf(named.body, "accessToken"),
      headers: { "x-service-id": "srv_admin" },
      body: { organizationId: "org_topolo" },
    });
    expect(switched.status).toBe(200);
    expect(await appOf(textOf(switched.body, "accessToken"))).toBeNull();
  });

  test("not by a member's key, nor by an owner's of an organization that does not own the app", async () => {
    for (const role of ["member", "owner"]) {
      const { token } = await auth.login(await auth.addUser({ role }));
      for (const serviceId of ["srv_admin", "srv_roadmapper"]) {
        const made = await auth.call("POST", "/api/api-keys", {
          bearer: token,
          body: { name: "k", scopes: ["srv_nexus.ai"], serviceId },
        });
        expect(made).toMatchObject({
          status: 403,
          body: { error: { code: "forbidden", issues: [{ field: "serviceId" }] } },
        });
      }
    }
    // Nor does a token that merely named the app.
    const owner = await auth.addUser({ role: "owner" });
    const named = await logIn({ "x-service-id": "srv_admin" }, owner);
    const made = await auth.call("POST", "/api/api-keys", {
      bearer: textOf(named.body, "accessToken"),
      body: { name: "k", scopes: ["srv_nexus.ai"], serviceId: "srv_admin" },
    });
    expect(made.status).toBe(403);
    expect((await auth.pool.query("select from auth.api_keys where service_id = 'srv_admin'")).rowCount).toBe(0);
  });
});

describe("a token or key that an app obtained is attributed to it", () => {
  test("on a page of one of its registered origins", async () => {
    const { body, cookie = "" } = await logIn({ "x-service-id": "srv_admin", origin: admin });
    expect(await appOf(textOf(body, "accessToken"))).toBe("srv_admin");
    const refreshed = await auth.call("POST", "/refresh", {
      cookie,
      headers: { "x-topolo-auth": "1", "x-service-id": "srv_admin", origin: admin },
    });
    expect(await appOf(textOf(refreshed.body, "accessToken"))).toBe("srv_admin");
  });

  test("with the secret of its client", async () => {
    const { body } = await logIn({ "x-service-id": "srv_admin", authorization: await basic("srv_admin") });
    expect(await appOf(textOf(body, "accessToken"))).toBe("srv_admin");
  });

  test("in exchange for a bearer of its own", async () => {
    const { token } = await auth.login(await auth.addUser({ role: "member" }), "srv_admin");
    const switched = await auth.call("POST", "/api/me/active-organization", {
      bearer: token,
      headers: { "x-service-id": "srv_admin" },
      body: { organizationId: "org_topolo" },
    });
    expect(await appOf(textOf(switched.body, "accessToken"))).toBe("srv_admin");
  });

  test("as a key that it made, or that belongs to the organization that owns it", async () => {
    const organizationId = await auth.addOrganization("developer_workspace");
    await auth.pool.query(
      "insert into auth.services (id, slug, name, surface_kind, surface_group, owner_organization_id, calls) values ('srv_ours', 'ours', 'Ours', 'application', 'apps', $1, '{srv_nexus}')",
      [organizationId],
    );
    const make = async (user: TestUser, app: string, serviceId: string) =>
      auth.call("POST", "/api/api-keys", {
        bearer: (await auth.login(user, app)).token,
        body: { name: "k", scopes: ["srv_nexus.ai"], serviceId },
      });
    const through = await make(await auth.addUser({ role: "member" }), "srv_admin", "srv_admin");
    expect(await appOf(textOf(through.body, "apiKey"))).toBe("srv_admin");
    await expect
      .poll(
        async () => (await make(await auth.addUser({ organizationId, role: "owner" }), "srv_nexus", "srv_ours")).status,
      )
      .toBe(201);
    const member = await auth.addUser({ organizationId, role: "member" });
    expect((await make(member, "srv_nexus", "srv_ours")).status).toBe(403);
  });
});
