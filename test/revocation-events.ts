import { expect } from "vitest";
import type { RevocationEvent } from "../server/identity/matrix/revocation-table.ts";
import { sha256 } from "../server/identity/crypto/digest.ts";
import { newPrefixedId } from "../server/platform/ids.ts";
import type { AppsOfAPerson, AppTokens } from "./apps-of-a-person.ts";
import { secretIn, textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";
import { postClientForm } from "./oauth-client.ts";
import { patchOf, scimClient, userSchemas } from "./scim-directory.ts";

export const dashboardOrigin = "http://localhost:3000";
const nextPassword = "another plain test sentence";

type WorldSession = Awaited<ReturnType<TestAuth["login"]>>;

/** A person in an organization, with everything that may end. */
export interface RevocationWorld {
  readonly organizationId: string;
  readonly ownerToken: string;
  readonly user: TestUser;
  /** The session whose credentials are looked at. */
  readonly session: WorldSession;
  readonly other: WorldSession;
  readonly oauth: string;
  /** Of another company's app, which the person granted one scope of Nexus in that session. */
  readonly app: AppTokens;
  /** Of a program that the person let in from that session, as from a command line. */
  readonly device: AppTokens;
  readonly key: string;
  readonly keyId: string;
  readonly handoff: string;
  readonly permissions: readonly string[];
  readonly keyPermissions: readonly string[];
  /** The cookie's value after the event, where the event gave a new one. */
  cookie: string;
}

/** What ends something in a world, one for each row of the revocation table. */
export interface RevocationEvents {
  readonly events: Readonly<Record<RevocationEvent, (world: RevocationWorld) => Promise<unknown>>>;
  readonly setStatus: (world: RevocationWorld, status: string) => Promise<Called>;
  readonly changeMember: (world: RevocationWorld, body: object) => Promise<Called>;
}

const expectDone = (answer: Called): Called => {
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
};

export const revocationEvents = (auth: TestAuth, operator: string, apps: AppsOfAPerson): RevocationEvents => {
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
    const token = secretIn(await auth.mails.to(user.email, { after, about: "#token=" }));
    expectDone(await auth.call("POST", "/password/reset", { body: { token, password: nextPassword } }));
  };

  /** The organization's directory takes over a member whose address is in this domain, and ends their access. */
  const deprovision = async (
    { organizationId, ownerToken, user }: RevocationWorld,
    domain: string,
    end: (scim: ReturnType<typeof scimClient>, id: string) => Promise<Called>,
  ) => {
    const email = `${user.id.slice(-12)}@${domain}`;
    await auth.pool.query("update auth.users set email = $2 where id = $1", [user.id, email]);
    const made = await auth.call("POST", `/api/organizations/${organizationId}/scim-tokens`, {
      bearer: ownerToken,
      body: { name: "Directory" },
    });
    const scim = scimClient(auth, textOf(expectDone(made).body, "token"));
    const added = await scim("POST", "/Users", { schemas: userSchemas, userName: email, active: true });
    expectDone(await end(scim, textOf(expectDone(added).body, "id")));
  };

  const verifyDomain = ({ organizationId }: RevocationWorld, domain: string) =>
    auth.pool.query(
      `insert into auth.organization_domains (id, organization_id, domain, challenge, verified_at, checked_at, created_by)
       values ($1, $2, $3, $4, now(), now(), 'test')`,
      [newPrefixedId("dom"), organizationId, domain, sha256(domain).toString("hex")],
    );

  const events: RevocationEvents["events"] = {
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
    consentWithdrawn: async ({ session }) =>
      expectDone(
        await auth.call("DELETE", `/api/me/consents/${apps.clients.app.clientId}`, {
          cookie: session.cookie,
          headers: { "x-topolo-auth": "1" },
        }),
      ),
    appSignedOut: async ({ app }) =>
      expectDone(await postClientForm(auth, "/oauth/revoke", apps.clients.app, { token: app.refresh })),
    programSignedOut: async ({ device }) =>
      expectDone(await postClientForm(auth, "/oauth/revoke", apps.clients.device, { token: device.refresh })),
    deprovisioned: (world) => deprovision(world, "elsewhere.example", (scim, id) => scim("DELETE", `/Users/${id}`)),
    deprovisionedOfDomain: async (world) => {
      const domain = `${world.organizationId.slice(-12).replaceAll("_", "-")}.example`;
      await verifyDomain(world, domain);
      await deprovision(world, domain, (scim, id) =>
        scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", path: "active", value: false })),
      );
    },
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
  return { events, setStatus, changeMember };
};
