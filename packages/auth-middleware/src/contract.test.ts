import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import {
  createAuthMiddleware,
  httpTransport,
  inProcessTransport,
  type AuthMiddleware,
  type AuthTransport,
} from "./index.ts";

let auth: TestAuth;
let clientSecret: string;

beforeAll(async () => {
  auth = await startTestAuth();
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
});
afterAll(() => auth.close());

const transports: [string, () => AuthTransport][] = [
  ["http", () => httpTransport()],
  ["in-process", () => inProcessTransport(auth.server)],
];

describe.each(transports)("Auth's contract over %s", (_, transport) => {
  let middleware: AuthMiddleware;
  beforeAll(() => {
    middleware = createAuthMiddleware({
      authUrl: auth.url,
      serviceId: "srv_nexus",
      clientSecret,
      transport: transport(),
    });
  });

  test("a user's token, with the role as stored now", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { token, sessionId, cookie } = await auth.login(user, "srv_roadmapper");
    const principal = await middleware.validate(token);
    expect(principal).toMatchObject({
      subjectType: "user",
      user: { id: user.id },
      sessionId,
      serviceId: "srv_roadmapper",
      role: "owner",
      organization: { slug: "topolo" },
    });
    expect(principal.permissions.has("srv_nexus.keys:manage")).toBe(true);
    await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [user.id]);
    expect((await middleware.validate(token)).permissions).toEqual(
      new Set(["srv_nexus.requests:create", "srv_nexus.usage:read"]),
    );
    await auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } });
    await expect(middleware.validate(token)).rejects.toMatchObject({
      name: "Unauthenticated",
      code: "session_revoked",
    });
  });

  test("a token for another service is refused", async () => {
    const { token } = await auth.login(await auth.addUser({ role: "owner" }));
    const bugfix = createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_bugfix", transport: transport() });
    await expect(bugfix.validate(token)).rejects.toMatchObject({ code: "audience_mismatch" });
    const unknown = createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_unknown", transport: transport() });
    await expect(unknown.validate(token)).rejects.toMatchObject({ name: "AuthUnavailable" });
  });

  test("an API key, with and without the client's secret", async () => {
    const { id, apiKey } = await auth.server.createOrganizationApiKey({
      organizationId: "org_topolo",
      name: "first",
      scopes: ["srv_nexus.ai"],
      serviceId: "srv_bugfix",
    });
    const plain = createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_nexus", transport: transport() });
    for (const each of [middleware, plain]) {
      const principal = await each.validate(apiKey);
      expect(principal).toMatchObject({
        subjectType: "api_key",
        credentialId: id,
        serviceId: "srv_bugfix",
        user: null,
        role: null,
        apiKey: { id, scopes: ["srv_nexus.ai"] },
        organization: { id: "org_topolo" },
      });
      expect(principal.permissions).toEqual(new Set(["srv_nexus.ai:invoke", "srv_nexus.ai:read"]));
      await expect(each.validate(`${apiKey.slice(0, -1)}~`)).rejects.toMatchObject({ code: "api_key_invalid" });
    }
    await auth.pool.query("update auth.api_keys set revoked_at = now(), revoked_by = 'test' where id = $1", [id]);
    for (const each of [middleware, plain])
      await expect(each.validate(apiKey)).rejects.toMatchObject({ code: "api_key_revoked" });
  });

  test("members are found, and others are not [X28]", async () => {
    const user = await auth.addUser({ role: "admin" });
    expect(await middleware.memberOf("org_topolo", user.id)).toEqual({
      userId: user.id,
      role: "admin",
      email: user.email,
      name: "Test User",
    });
    for (const [organizationId, userId] of [
      ["org_admin", user.id],
      ["org_topolo", "usr_none"],
      ["org_none", user.id],
      ["../x", "a/b?c#d"],
      ["..", ".."],
      ["org_topolo", "usr_'; --"],
    ] as const) {
      expect(await middleware.memberOf(organizationId, userId)).toBeUndefined();
    }
    await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [user.id]);
    expect(await middleware.memberOf("org_topolo", user.id)).toBeUndefined();
    const left = await auth.addUser({ role: "admin" });
    await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [
      left.id,
    ]);
    expect(await middleware.memberOf("org_topolo", left.id)).toBeUndefined();
  });

  test("members and keys of an organization, and none of another one's", async () => {
    const organizationId = await auth.addOrganization();
    const owner = await auth.addUser({ organizationId, role: "owner" });
    const member = { userId: owner.id, role: "owner", email: owner.email, name: "Test User" };
    expect(await middleware.members(organizationId)).toEqual([member]);
    const { id } = await auth.server.createOrganizationApiKey({ organizationId, name: "k", scopes: ["srv_nexus.ai"] });
    const key = { id, name: "k", active: true };
    expect(await middleware.apiKeys(organizationId)).toEqual([key]);
    expect(await middleware.apiKeyOf(organizationId, id)).toEqual(key);
    await auth.pool.query("update auth.api_keys set revoked_at = now() where id = $1", [id]);
    expect(await middleware.apiKeyOf(organizationId, id)).toEqual({ ...key, active: false });
    for (const [organization, keyId] of [
      ["org_topolo", id],
      [organizationId, "key_none"],
      ["../x", id],
      [organizationId, "a/b?c#d"],
    ] as const)
      expect(await middleware.apiKeyOf(organization, keyId)).toBeUndefined();
    for (const organization of ["org_none", "..", "a/b"]) {
      expect(await middleware.members(organization)).toEqual([]);
      expect(await middleware.apiKeys(organization)).toEqual([]);
    }
  });

  test("organizations are found by id and slug, and services are listed [N4]", async () => {
    for (const key of ["org_topolo", "topolo"])
      expect(await middleware.organization(key)).toEqual({
        id: "org_topolo",
        slug: "topolo",
        name: "Topolo",
        kind: "standard",
        status: "active",
        admission: { monthlyLimitNanos: null },
        services: expect.arrayContaining(["srv_nexus", "srv_roadmapper"]) as unknown,
      });
    for (const key of ["org_none", "none", "a b", "%", "..", ""])
      expect(await middleware.organization(key)).toBeUndefined();
    expect((await middleware.services()).map(({ id }) => id)).toContain("srv_nexus");
  });
});

test("organizations and members are shown to those concerned", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await auth.addUser({ organizationId, role: "owner" });
  const member = await auth.addUser({ organizationId, role: "member" });
  const stranger = await auth.addUser({ role: "owner" });
  const platform = await auth.addUser({ organizationId: "org_admin", role: "platform_admin" });
  const tokens = new Map(
    await Promise.all(
      [owner, member, stranger, platform].map(async (user) => [user.id, (await auth.login(user)).token] as const),
    ),
  );
  const status = async (user: { readonly id: string }, path: string) =>
    (await auth.call("GET", path, { bearer: tokens.get(user.id) ?? "" })).status;
  const organization = `/api/organizations/${organizationId}`;
  expect(await Promise.all([owner, member, stranger, platform].map((user) => status(user, organization)))).toEqual([
    200, 200, 404, 200,
  ]);
  expect(
    await Promise.all(
      [owner, member, stranger, platform].map((user) => status(user, `${organization}/members/${owner.id}`)),
    ),
  ).toEqual([200, 403, 403, 200]);
  expect(await status(member, `${organization}/members/${member.id}`)).toBe(200);
  const { body } = await auth.call("GET", "/api/me", { bearer: tokens.get(owner.id) ?? "" });
  expect(textOf((body.organizations as Record<string, unknown>[])[0] ?? {}, "id")).toBe(organizationId);
});
