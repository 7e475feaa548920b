import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let token: string;
let victim: string;
let organizationId: string;

beforeAll(async () => {
  auth = await startTestAuth();
  organizationId = await auth.addOrganization();
  await auth.addUser({ organizationId, role: "owner" });
  const operator = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
  token = (await auth.login(operator)).token;
  victim = (await auth.addUser({ organizationId, role: "member" })).id;
});
afterAll(() => auth.close());

/** Fields by which a caller might claim to be, or to write for, somebody else. */
const claims: Readonly<Record<string, unknown>> = {
  role: "platform_super_admin",
  organizationId: "org_admin",
  organization_id: "org_admin",
  userId: "usr_somebody",
  user_id: "usr_somebody",
  ownerUserId: "usr_somebody",
  createdBy: "usr_somebody",
  grantedBy: "usr_somebody",
  platformBypass: true,
  permissions: ["srv_nexus.prices:manage"],
  status: "active",
  emailVerified: true,
  principalType: "service_account",
  id: "org_admin",
  constructor: {},
};

interface Write {
  readonly method: "POST" | "PUT" | "PATCH";
  readonly at: () => string;
  readonly body: () => Readonly<Record<string, unknown>>;
  /** Claims that are fields of this route; who may use them is in the role matrix. */
  readonly takes: readonly string[];
}

const writes: readonly Write[] = [
  { method: "POST", at: () => "/api/organizations", body: () => ({ name: "x" }), takes: [] },
  { method: "PATCH", at: () => `/api/organizations/${organizationId}`, body: () => ({ name: "x" }), takes: ["status"] },
  {
    method: "POST",
    at: () => `/api/organizations/${organizationId}/members`,
    body: () => ({ userId: victim, role: "guest" }),
    takes: ["userId", "role"],
  },
  {
    method: "PATCH",
    at: () => `/api/organizations/${organizationId}/members/${victim}`,
    body: () => ({ role: "member" }),
    takes: ["role", "status"],
  },
  {
    method: "POST",
    at: () => `/api/organizations/${organizationId}/invitations`,
    body: () => ({ email: "x@example.com", role: "guest" }),
    takes: ["role"],
  },
  {
    method: "PUT",
    at: () => `/api/organizations/${organizationId}/service-access/srv_nexus`,
    body: () => ({ enabled: true }),
    takes: [],
  },
  {
    method: "PUT",
    at: () => `/api/users/${victim}/permissions/overrides`,
    body: () => ({ organizationId, overrides: [] }),
    takes: ["organizationId"],
  },
  {
    method: "PUT",
    at: () => `/api/users/${victim}/permissions/bundles`,
    body: () => ({ organizationId, bundles: [] }),
    takes: ["organizationId"],
  },
  {
    method: "PATCH",
    at: () => `/api/users/${victim}/status`,
    body: () => ({ status: "active", reason: "mass assignment" }),
    takes: ["status"],
  },
  { method: "POST", at: () => "/api/api-keys", body: () => ({ name: "x", scopes: ["srv_nexus.ai"] }), takes: [] },
  { method: "PATCH", at: () => "/api/me", body: () => ({ name: "x" }), takes: [] },
  {
    method: "POST",
    at: () => "/api/me/active-organization",
    body: () => ({ organizationId: "org_admin" }),
    takes: ["organizationId"],
  },
  {
    method: "POST",
    at: () => "/register",
    body: () => ({ email: "new@example.com", password: "a very plain test sentence" }),
    takes: [],
  },
  {
    method: "POST",
    at: () => "/login",
    body: () => ({ email: "new@example.com", password: "a very plain test sentence" }),
    takes: [],
  },
];

const headers = { "x-service-id": "srv_nexus", "x-topolo-auth": "1" };

describe.each(writes)("$method $at", ({ method, at, body, takes }) => {
  test("refuses every field that claims more than the credential [A1, A2]", async () => {
    for (const [field, value] of Object.entries(claims)) {
      if (takes.includes(field)) continue;
      const answer = await auth.call(method, at(), { bearer: token, body: { ...body(), [field]: value }, headers });
      expect([field, answer.status]).toEqual([field, 400]);
      expect((answer.body.error as { readonly code: string }).code).toBe("invalid_request");
    }
    const text = JSON.stringify(body()).replace(/}$/, ',"__proto__":{"role":"platform_super_admin"}}');
    expect((await auth.call(method, at(), { bearer: token, body: text, headers })).status).toBe(400);
  });
});

test("a key, a membership and an organization belong to the caller of the credential, whatever the body says [A1]", async () => {
  const member = await auth.addUser({ organizationId, role: "member" });
  const bearer = (await auth.login(member)).token;
  const made = await auth.call("POST", "/api/api-keys", { bearer, body: { name: "k", scopes: ["srv_nexus.ai"] } });
  expect(made.body.key).toMatchObject({ organizationId, ownerUserId: member.id, createdBy: member.id });
  expect(
    (
      await auth.call("POST", "/api/api-keys", {
        bearer,
        body: { name: "k", scopes: ["srv_nexus.ai"], owner: "organization" },
      })
    ).status,
  ).toBe(403);
  const organization = await auth.call("POST", "/api/organizations", { bearer, body: { name: "mine" } });
  const { rows } = await auth.pool.query(
    "select user_id, role from auth.organization_memberships where organization_id = $1",
    [textOf(organization.body, "id")],
  );
  expect(rows).toEqual([{ user_id: member.id, role: "owner" }]);
});

test("ids of another organization in a path are refused [A6, X6]", async () => {
  const here = await auth.addOrganization();
  const owner = (await auth.login(await auth.addUser({ organizationId: here, role: "owner" }))).token;
  const own = await auth.addUser({ organizationId: here, role: "member" });
  const foreign = await auth.addUser({ organizationId, role: "member" });
  const session = await auth.login(foreign);
  const key = await auth.call("POST", "/api/api-keys", {
    bearer: session.token,
    body: { name: "k", scopes: ["srv_nexus.ai"] },
  });
  const keyId = textOf(key.body.key as Record<string, unknown>, "id");
  const attempts: readonly [string, string, unknown, number][] = [
    ["GET", `/api/organizations/${here}/members/${foreign.id}`, undefined, 404],
    ["PATCH", `/api/organizations/${here}/members/${foreign.id}`, { role: "guest" }, 404],
    ["DELETE", `/api/organizations/${here}/members/${foreign.id}`, undefined, 404],
    ["PATCH", `/api/organizations/${organizationId}/members/${foreign.id}`, { role: "guest" }, 403],
    ["DELETE", `/api/users/${own.id}/sessions/${session.sessionId}`, undefined, 404],
    ["DELETE", `/api/users/${foreign.id}/sessions/${session.sessionId}`, undefined, 403],
    ["GET", `/api/users/${foreign.id}/permissions?organizationId=${here}`, undefined, 403],
    ["GET", `/api/users/${foreign.id}/permissions?organizationId=${organizationId}`, undefined, 403],
    ["PUT", `/api/users/${foreign.id}/permissions/overrides`, { organizationId: here, overrides: [] }, 403],
    ["PUT", `/api/users/${foreign.id}/permissions/overrides`, { organizationId, overrides: [] }, 403],
    ["GET", `/api/api-keys/${keyId}`, undefined, 404],
    ["DELETE", `/api/api-keys/${keyId}`, undefined, 404],
    ["POST", `/api/api-keys/${keyId}/rotate`, {}, 404],
    ["DELETE", `/api/me/sessions/${session.sessionId}`, undefined, 404],
    ["GET", `/api/audit-events?organizationId=${organizationId}`, undefined, 403],
    ["GET", `/api/users/..%2f..%2fme/permissions`, undefined, 403],
  ];
  for (const [method, path, body, status] of attempts) {
    const answer = await auth.call(method, path, { bearer: owner, ...(body === undefined ? {} : { body }) });
    expect([method, path, answer.status]).toEqual([method, path, status]);
  }
  expect((await auth.call("GET", "/validate", { bearer: session.token })).status).toBe(200);
});

test("API keys sign nobody in to Auth's own routes [A3]", async () => {
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: token,
    body: { name: "k", scopes: ["srv_nexus.admin"] },
  });
  const bearer = textOf(made.body, "apiKey");
  for (const path of [
    "/api/me",
    `/api/organizations/${organizationId}/members`,
    `/api/users/${victim}/sessions`,
    "/api/audit-events",
    "/api/api-keys",
  ])
    expect((await auth.call("GET", path, { bearer })).status).toBe(401);
});
