import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  secretIn,
  startTestAuth,
  textOf,
  type Called,
  type TestAuth,
  type TestUser,
} from "../../../test/auth-server.ts";
import { revocationTable, type RevocableCredential, type RevocationEvent } from "./revocation-table.ts";

const dashboard = "http://localhost:3000";
const callback = "https://nexus.topolo.app/matrix/callback";
const roadmapper = "https://roadmapper.topolo.app/auth/callback";
const handoffGrant = "urn:topolo:params:oauth:grant-type:handoff-code";
const nextPassword = "another plain test sentence";

let auth: TestAuth;
let operator: string;
beforeAll(async () => {
  auth = await startTestAuth();
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('matrix', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [roadmapper, handoffGrant],
  );
  await auth.pool.query(
    `insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types, response_types)
     values ('matrix-nexus', 'srv_nexus', 'public', 'none', array[$1], '{authorization_code,refresh_token}', '{code}')`,
    [callback],
  );
  operator = (await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" })))
    .token;
});
afterAll(() => auth.close());

const form = (fields: Readonly<Record<string, string>>) =>
  auth.call("POST", "/sso/exchange", {
    body: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

const refreshTokenOf = async (cookie: string): Promise<string> => {
  const verifier = "v".repeat(43);
  const query = new URLSearchParams({
    client_id: "matrix-nexus",
    response_type: "code",
    redirect_uri: callback,
    scope: "openid offline_access",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state: "s",
  });
  const authorized = await auth.call("GET", `/sso/authorize?${query}`, { cookie });
  const code = new URL(authorized.headers.get("location") ?? "", auth.url).searchParams.get("code") ?? "";
  const fields = {
    grant_type: "authorization_code",
    client_id: "matrix-nexus",
    code,
    redirect_uri: callback,
    code_verifier: verifier,
  };
  return textOf((await form(fields)).body, "refresh_token");
};

const handoffCodeOf = async (bearer: string): Promise<string> => {
  const body = { service_id: "srv_roadmapper", redirect_uri: roadmapper };
  const answer = await auth.call("POST", "/sso/handoff-code", { bearer, body });
  return new URL(textOf(answer.body, "url")).searchParams.get("code") ?? "";
};

type Session = Awaited<ReturnType<TestAuth["login"]>>;

interface World {
  readonly organizationId: string;
  readonly ownerToken: string;
  readonly user: TestUser;
  /** The session whose credentials are looked at. */
  readonly session: Session;
  readonly other: Session;
  readonly oauth: string;
  readonly key: string;
  readonly handoff: string;
  readonly permissions: readonly string[];
  readonly keyPermissions: readonly string[];
  /** The cookie's value after the event, where the event gave a new one. */
  cookie: string;
}

const permissionsAt = async (bearer: string): Promise<readonly string[]> =>
  (await auth.call("GET", "/validate", { bearer })).body.permissions as readonly string[];

const createWorld = async (): Promise<World> => {
  const organizationId = await auth.addOrganization();
  const elsewhere = await auth.addOrganization();
  const owner = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
  const user = await auth.addUser({ organizationId, role: "admin" });
  const session = await auth.login(user);
  const other = await auth.login(user);
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: session.token,
    body: { name: "matrix", scopes: ["srv_nexus.ai", "srv_nexus.usage"] },
  });
  const key = textOf(made.body, "apiKey");
  // Joined last, so that sign-ins begin in the first organization.
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
    [elsewhere, user.id],
  );
  return {
    organizationId,
    ownerToken: owner.token,
    user,
    session,
    other,
    key,
    oauth: await refreshTokenOf(session.cookie),
    handoff: await handoffCodeOf(session.token),
    permissions: await permissionsAt(session.token),
    keyPermissions: await permissionsAt(key),
    cookie: session.cookie,
  };
};

const expectDone = (answer: Called): Called => {
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
};

const setStatus = async ({ user }: World, status: string) =>
  expectDone(
    await auth.call("PATCH", `/api/users/${user.id}/status`, { bearer: operator, body: { status, reason: "matrix" } }),
  );

const changeMember = async ({ organizationId, ownerToken, user }: World, body: object) =>
  expectDone(
    await auth.call("PATCH", `/api/organizations/${organizationId}/members/${user.id}`, { bearer: ownerToken, body }),
  );

const changePassword = async ({ user }: World, { cookie }: Session) =>
  expectDone(
    await auth.call("POST", "/api/me/password", {
      cookie,
      body: { currentPassword: user.password, newPassword: nextPassword },
      headers: { "x-service-id": "srv_nexus", "x-topolo-auth": "1", origin: dashboard },
    }),
  );

const events: Readonly<Record<RevocationEvent, (world: World) => Promise<unknown>>> = {
  logout: async ({ session }) =>
    expectDone(await auth.call("POST", "/logout", { cookie: session.cookie, headers: { "x-topolo-auth": "1" } })),
  sessionRevokedByAdministrator: async ({ ownerToken, user, session }) =>
    expectDone(
      await auth.call("DELETE", `/api/users/${user.id}/sessions/${session.sessionId}`, { bearer: ownerToken }),
    ),
  sessionRevokedByOwner: async ({ session, other }) =>
    expectDone(await auth.call("DELETE", `/api/me/sessions/${session.sessionId}`, { bearer: other.token })),
  lock: (world) => setStatus(world, "locked"),
  suspend: (world) => setStatus(world, "suspended"),
  remove: (world) => setStatus(world, "deleted"),
  passwordChangeElsewhere: (world) => changePassword(world, world.other),
  passwordChangeHere: async (world) => {
    const { cookie } = await changePassword(world, world.session);
    expect(cookie).toBeDefined();
    expect(cookie).not.toBe(world.session.cookie);
    world.cookie = cookie ?? "";
  },
  passwordReset: async ({ user }) => {
    expectDone(await auth.call("POST", "/password/forgot", { body: { email: user.email } }));
    const token = secretIn(await auth.mails.to(user.email));
    expectDone(await auth.call("POST", "/password/reset", { body: { token, password: nextPassword } }));
  },
  organizationSuspended: async ({ organizationId }) =>
    expectDone(
      await auth.call("PATCH", `/api/organizations/${organizationId}`, {
        bearer: operator,
        body: { status: "suspended", reason: "matrix" },
      }),
    ),
  membershipRemoved: async ({ organizationId, ownerToken, user }) =>
    expectDone(
      await auth.call("DELETE", `/api/organizations/${organizationId}/members/${user.id}`, { bearer: ownerToken }),
    ),
  membershipSuspended: (world) => changeMember(world, { status: "suspended" }),
  roleLowered: (world) => changeMember(world, { role: "guest" }),
  passwordLockout: async ({ user }) => {
    for (let attempt = 0; attempt < 11; attempt += 1)
      await auth.call("POST", "/login", {
        body: { email: user.email, password: "not this one" },
        headers: { "x-service-id": "srv_nexus" },
      });
    const locked = await auth.call("POST", "/login", {
      body: { email: user.email, password: user.password },
      headers: { "x-service-id": "srv_nexus" },
    });
    expect(locked.status).toBe(429);
  },
};

/** What a token that still is good is worth now, compared with before. */
const worth = async ({ organizationId, permissions }: World, bearer: string, before = permissions): Promise<string> => {
  const { status, body } = await auth.call("GET", "/validate", { bearer });
  if (status !== 200) return `, but ${String(body.error)}`;
  const organization = body.organization as { readonly id: string } | null;
  if (organization === null) return ", no organization";
  if (organization.id !== organizationId) return ", other organization";
  const now = body.permissions as readonly string[];
  if (now.length === 0) return ", no permissions";
  return now.length < before.length && now.every((permission) => before.includes(permission))
    ? ", fewer permissions"
    : "";
};

const observe: Readonly<Record<RevocableCredential, (world: World) => Promise<string>>> = {
  access: async (world) => {
    const { status, body } = await auth.call("GET", "/validate", { bearer: world.session.token });
    return status === 200 ? `valid${await worth(world, world.session.token)}` : `${status} ${String(body.error)}`;
  },
  handoff: async ({ handoff }) => {
    const answer = await form({
      grant_type: handoffGrant,
      client_id: "matrix",
      code: handoff,
      redirect_uri: roadmapper,
    });
    return answer.status === 200
      ? "works"
      : answer.body.error === "invalid_grant"
        ? "refused"
        : JSON.stringify(answer.body);
  },
  oauth: async (world) => {
    const { status, body } = await form({
      grant_type: "refresh_token",
      client_id: "matrix-nexus",
      refresh_token: world.oauth,
    });
    return status === 200
      ? `works${await worth(world, textOf(body, "access_token"))}`
      : `${status} ${String(body.error)}`;
  },
  key: async (world) => {
    const { status, body } = await auth.call("GET", "/validate", { bearer: world.key });
    return status === 200
      ? `valid${await worth(world, world.key, world.keyPermissions)}`
      : `invalid ${String(body.error)}`;
  },
  cookie: async (world) => {
    const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: dashboard };
    const { status, body } = await auth.call("POST", "/refresh", { cookie: world.cookie, headers });
    if (status !== 200) return String(status);
    return `works${world.cookie === world.session.cookie ? "" : ", new value"}${await worth(world, textOf(body, "accessToken"))}`;
  },
};

/** The guarantee: the keys of a literal table are its events. */
const eventNames = Object.keys(revocationTable) as RevocationEvent[];
const endsEverySession: ReadonlySet<RevocationEvent> = new Set(["lock", "suspend", "remove", "passwordReset"]);

describe.each(eventNames)("%s", (name) => {
  const { ids, event, results } = revocationTable[name];
  test(`each credential at its next use after: ${event} [${ids}]`, async () => {
    const world = await createWorld();
    await events[name](world);
    const seen: Partial<Record<RevocableCredential, string>> = {};
    // The cookie last: /refresh may choose another organization for the session.
    for (const credential of ["access", "handoff", "oauth", "key", "cookie"] as const)
      seen[credential] = await observe[credential](world);
    expect(seen).toEqual(results);
    if (endsEverySession.has(name))
      expect((await auth.call("GET", "/validate", { bearer: world.other.token })).status).toBe(401);
  });
});

test("a session that was ended stays ended when the account is active again [B4]", async () => {
  const world = await createWorld();
  await setStatus(world, "suspended");
  await setStatus(world, "active");
  expect([
    await observe.access(world),
    await observe.cookie(world),
    await observe.oauth(world),
    await observe.key(world),
  ]).toEqual(["401 session_revoked", "401", "400 invalid_grant", "valid"]);
});

test("a raised role applies at the next call, to a token issued before [B3]", async () => {
  const world = await createWorld();
  await changeMember(world, { role: "guest" });
  expect((await auth.call("GET", "/validate", { bearer: world.session.token })).body).toMatchObject({ role: "guest" });
  await changeMember(world, { role: "owner" });
  const { body } = await auth.call("GET", "/validate", { bearer: world.session.token });
  expect(body).toMatchObject({ role: "owner" });
  expect(body.permissions).toEqual(expect.arrayContaining([...world.permissions]));
});
