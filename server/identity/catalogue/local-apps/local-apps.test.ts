import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../../test/auth-server.ts";

let auth: TestAuth;
let bearer: string;

beforeAll(async () => {
  auth = await startTestAuth({ localAddresses: true });
  bearer = (await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" }))).token;
});
afterAll(() => auth.close());

const add = (body: Readonly<Record<string, unknown>>) => auth.call("POST", "/api/services/apps", { bearer, body });

test("an operator registers an app, whose secret is shown once and kept nowhere", async () => {
  const organizationId = await auth.addOrganization();
  const wanted = { slug: "orders", name: "Orders", dev: "http://localhost:5173", organizationIds: [organizationId] };
  const made = await add(wanted);
  expect(made).toMatchObject({
    status: 201,
    body: {
      serviceId: "srv_orders",
      clientId: "orders-local",
      registered: true,
      redirectUri: "http://localhost:5173/auth/callback",
      clientSecret: expect.stringMatching(/^tss_/),
    },
  });
  const secret = textOf(made.body, "clientSecret");
  const again = await add(wanted);
  expect(again).toMatchObject({ status: 200, body: { registered: false } });
  expect(again.body).not.toHaveProperty("clientSecret");
  const headers = { authorization: `Basic ${Buffer.from(`orders-local:${secret}`).toString("base64")}` };
  expect(await auth.call("POST", "/api/api-keys/validate", { headers, body: { apiKey: "tpk_x" } })).toMatchObject({
    status: 200,
    body: { valid: false },
  });
  expect(await auth.call("GET", "/api/services/srv_orders", { bearer })).toMatchObject({
    body: { name: "Orders", origins: ["http://localhost:5173"] },
  });
  const { rows } = await auth.pool.query<{ action: string; actor: string; row: string }>(
    `select action, actor_type as actor, row_to_json(e)::text as row from auth.audit_events e where target = 'srv_orders' order by id`,
  );
  expect(rows.map(({ action, actor }) => `${actor} ${action}`)).toContain("user service.local-registration");
  expect(JSON.stringify(rows)).not.toContain(secret);
  const access = await auth.pool.query(
    "select organization_id as id from auth.organization_service_access where service_id = $1",
    ["srv_orders"],
  );
  expect(access.rows).toEqual([{ id: organizationId }]);
});

test("a registered app gets a second address, and nobody gets another's", async () => {
  expect(await add({ slug: "roadmapper", dev: "http://localhost:5174" })).toMatchObject({
    status: 200,
    body: {
      serviceId: "srv_roadmapper",
      clientId: "roadmapper-local",
      registered: false,
      clientSecret: expect.stringMatching(/^tss_/),
    },
  });
  expect(await add({ slug: "bugfix", dev: "http://localhost:5174" })).toMatchObject({
    status: 400,
    body: { error: { issues: [{ field: "dev", expected: "an origin that no other service has" }] } },
  });
});

test.each([
  ["a name with capitals", { slug: "Orders" }, "slug"],
  ["an origin elsewhere", { slug: "elsewhere", dev: "http://192.168.0.1:5173" }, "dev"],
  ["an origin with a path", { slug: "elsewhere", dev: "http://localhost:5173/app" }, "dev"],
  [
    "a callback at another host",
    { slug: "elsewhere", dev: "http://localhost:5175", callback: "//evil.example" },
    "callback",
  ],
  [
    "an organization that is none",
    { slug: "elsewhere", organizationIds: ["org_topolo", "org_none"] },
    "organizationIds.1",
  ],
])("%s is refused at its field", async (_, body, field) => {
  expect(await add(body)).toMatchObject({ status: 400, body: { error: { issues: [{ field }] } } });
  expect((await auth.call("GET", "/api/services/srv_elsewhere", { bearer })).status).toBe(404);
});

test("in production there is no app on localhost", async () => {
  const production = await startTestAuth();
  try {
    const operator = await production.login(
      await production.addUser({ organizationId: "org_admin", role: "platform_super_admin" }),
    );
    const refused = await production.call("POST", "/api/services/apps", {
      bearer: operator.token,
      body: { slug: "orders", dev: "http://localhost:5173" },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { issues: [{ field: "dev" }] } } });
  } finally {
    await production.close();
  }
});
