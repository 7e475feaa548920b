import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const person = (email: string, extra: Record<string, unknown> = {}) => ({
  email,
  password: "a very plain test sentence",
  name: "Ann",
  ...extra,
});
const register = (body: Record<string, unknown>) => auth.call("POST", "/register", { body });
const login = (email: string) =>
  auth.call("POST", "/login", {
    body: { email, password: "a very plain test sentence" },
    headers: { "x-service-id": "srv_nexus" },
  });

test("a person without an organization has no role and no permission", async () => {
  expect(await register(person("ann@example.com"))).toMatchObject({ status: 202, body: { accepted: true } });
  const { body } = await login("ann@example.com");
  expect(body).toMatchObject({
    organization: null,
    role: null,
    user: { emailVerified: false, launcherEligible: false },
  });
  const validated = await auth.call("GET", "/validate", { bearer: String(body.accessToken) });
  expect(validated.body).toMatchObject({ valid: true, organization: null, role: null, permissions: [] });
});

test("both flags create a workspace owned by its creator, with the default services [F3]", async () => {
  await register(
    person("bob@example.com", { developerWorkspace: true, createOrganization: true, organizationName: "Bob & Söhne" }),
  );
  const { body } = await login("bob@example.com");
  expect(body).toMatchObject({
    role: "owner",
    organization: { name: "Bob & Söhne", slug: expect.stringMatching(/^bob-so-hne-[0-9a-z]{8}$/) },
  });
  const { rows } = await auth.pool.query(
    "select o.kind, m.granted_by from auth.organization_memberships m join auth.organizations o on o.id = m.organization_id join auth.users u on u.id = m.user_id where u.email = 'bob@example.com'",
  );
  expect(rows).toEqual([{ kind: "developer_workspace", granted_by: "registration" }]);
});

test.each([{ developerWorkspace: true }, { createOrganization: true }])("%o alone is refused [X21]", async (flags) => {
  expect(await register(person("one@example.com", flags))).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_request" } },
  });
});

test("a known address gets the same answer and keeps its password", async () => {
  await register(person("eve@example.com"));
  const again = await register(person("EVE@example.com", { password: "another plain sentence", name: "Mallory" }));
  expect(again).toMatchObject({ status: 202, body: { accepted: true } });
  expect((await login("eve@example.com")).status).toBe(200);
  const { rows } = await auth.pool.query("select name from auth.users where email = 'eve@example.com'");
  expect(rows).toEqual([{ name: "Ann" }]);
});

test("roles and organizations cannot be claimed at registration, and common passwords are refused", async () => {
  for (const extra of [
    { role: "owner" },
    { organizationId: "org_admin" },
    { password: "password1" },
    { emailVerified: true },
  ]) {
    expect((await register(person("mia@example.com", extra))).status).toBe(400);
  }
});
