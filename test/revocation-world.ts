import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { RevocationEvent } from "../server/identity/matrix/revocation-table.ts";
import { secretIn, textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";

export const dashboardOrigin = "http://localhost:3000";
const callback = "https://nexus.topolo.app/matrix/callback";
export const roadmapperCallback = "https://roadmapper.topolo.app/auth/callback";
export const handoffGrant = "urn:topolo:params:oauth:grant-type:handoff-code";
const nextPassword = "another plain test sentence";

export type WorldSession = Awaited<ReturnType<TestAuth["login"]>>;

/** A person in an organization, with everything that may end. */
export interface RevocationWorld {
  readonly organizationId: string;
  readonly ownerToken: string;
  readonly user: TestUser;
  /** The session whose credentials are looked at. */
  readonly session: WorldSession;
  readonly other: WorldSession;
  readonly oauth: string;
  readonly key: string;
  readonly keyId: string;
  readonly handoff: string;
  readonly permissions: readonly string[];
  readonly keyPermissions: readonly string[];
  /** The cookie's value after the event, where the event gave a new one. */
  cookie: string;
}

/** The events of the revocation table, and worlds for them to happen in. */
export interface RevocationWorlds {
  readonly createWorld: () => Promise<RevocationWorld>;
  readonly events: Readonly<Record<RevocationEvent, (world: RevocationWorld) => Promise<unknown>>>;
  /** Asks the token endpoint. */
  readonly form: (fields: Readonly<Record<string, string>>) => Promise<Called>;
  readonly setStatus: (world: RevocationWorld, status: string) => Promise<Called>;
  readonly changeMember: (world: RevocationWorld, body: object) => Promise<Called>;
}

export const openRevocationWorlds = async (auth: TestAuth): Promise<RevocationWorlds> => {
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('matrix', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [roadmapperCallback, handoffGrant],
  );
  await auth.pool.query(
    `insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types, response_types)
     values ('matrix-nexus', 'srv_nexus', 'public', 'none', array[$1], '{authorization_code,refresh_token}', '{code}')`,
    [callback],
  );
  const operator = (await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" })))
    .token;

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
    const body = { service_id: "srv_roadmapper", redirect_uri: roadmapperCallback };
    const answer = await auth.call("POST", "/sso/handoff-code", { bearer, body });
    return new URL(textOf(answer.body, "url")).searchParams.get("code") ?? "";
  };

  const permissionsAt = async (bearer: string): Promise<readonly string[]> =>
    (await auth.call("GET", "/validate", { bearer })).body.permissions as readonly string[];

  const createWorld = async (): Promise<RevocationWorld> => {
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
    const keyId = textOf(made.body.key as Readonly<Record<string, unknown>>, "id");
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
      keyId,
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

  const setStatus = async ({ user }: RevocationWorld, status: string) =>
    expectDone(
      await auth.call("PATCH", `/api/users/${user.id}/status`, {
        bearer: operator,
        body: { status, reason: "matrix" },
      }),
    );

  const changeMember = async ({ organizationId, ownerToken, user }: RevocationWorld, body: object) =>
    expectDone(
      await auth.call("PATCH", `/api/organizations/${organizationId}/members/${user.id}`, { bearer: ownerToken, body }),
    );

  const changePassword = async ({ user }: RevocationWorld, { cookie }: WorldSession) =>
    expectDone(
      await auth.call("POST", "/api/me/password", {
        cookie,
        body: { currentPassword: user.password, newPassword: nextPassword },
        headers: { "x-service-id": "srv_nexus", "x-topolo-auth": "1", origin: dashboardOrigin },
      }),
    );

  const resetPassword = async ({ user }: RevocationWorld) => {
    // Of other mails none may be taken for the one with the link.
    await auth.mails.settled();
    const after = auth.mails.all.filter(({ to }) => to === user.email).length;
    expectDone(await auth.call("POST", "/password/forgot", { body: { email: user.email } }));
    const token = secretIn(await auth.mails.to(user.email, { after }));
    expectDone(await auth.call("POST", "/password/reset", { body: { token, password: nextPassword } }));
  };

  const events: Readonly<Record<RevocationEvent, (world: RevocationWorld) => Promise<unknown>>> = {
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
    passwordReset: resetPassword,
    waysInDroppedElsewhere: async ({ other }) =>
      expectDone(await auth.call("POST", "/api/me/ways-in/drop", { bearer: other.token, body: {} })),
    takenOver: async (world) => {
      await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [world.user.id]);
      await resetPassword(world);
    },
    recovered: async ({ user }) =>
      expectDone(
        await auth.call("POST", `/api/users/${user.id}/recovery`, { bearer: operator, body: { reason: "matrix" } }),
      ),
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
    keyRevoked: async ({ session, keyId }) =>
      expectDone(await auth.call("DELETE", `/api/api-keys/${keyId}`, { bearer: session.token })),
    permissionDenied: async ({ ownerToken, user }) =>
      expectDone(
        await auth.call("PUT", `/api/users/${user.id}/permissions/overrides`, {
          bearer: ownerToken,
          body: { overrides: [{ permission: "srv_nexus.ai:invoke", effect: "deny", reason: "matrix" }] },
        }),
      ),
    serviceAccessEnded: async ({ organizationId, ownerToken }) =>
      expectDone(
        await auth.call("PUT", `/api/organizations/${organizationId}/service-access/srv_nexus`, {
          bearer: ownerToken,
          body: { enabled: false },
        }),
      ),
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
  return { createWorld, events, form, setStatus, changeMember };
};
