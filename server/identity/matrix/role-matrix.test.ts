import { roles, type Role } from "@topolo/auth-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAppsOfAPerson, type AppsOfAPerson } from "../../../test/apps-of-a-person.ts";
import { startTestAuth, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { sha256 } from "../crypto/digest.ts";
import { routes } from "../routes.ts";
import { promisedToApp, promisedToProgram } from "./promised-to-clients.ts";
import { everyone, actorNameOf, type ActorHome, type Who } from "./role-rules.ts";
import { promised, type Cell } from "./role-row.ts";
import { roleTable } from "./role-table.ts";

interface Actor {
  readonly user: TestUser;
  readonly token: string;
  readonly organizationId: string;
}

/** An owner of the organization, with an app and a program that hold tokens of theirs. */
interface Holder extends Actor {
  readonly app: string;
  readonly program: string;
}

let auth: TestAuth;
let apps: AppsOfAPerson;
let holder: Holder;
let organizationOf: Readonly<Record<ActorHome, string>>;
const actors = new Map<string, Actor>();

/** Platform roles outside `admin` are refused by the database; here its trigger is switched off, as no caller could. */
const addMember = async (organizationId: string, role: Role): Promise<TestUser> =>
  auth.addUser({ organizationId, role });

const signIn = async (who: Exclude<Who, { home: "nowhere" }>): Promise<Actor> => {
  const organizationId = organizationOf[who.home];
  const user = await addMember(organizationId, who.role);
  return { user, organizationId, token: (await auth.login(user)).token };
};

const letIn = async (): Promise<Holder> => {
  const user = await addMember(organizationOf.same, "owner");
  const { token, cookie } = await auth.login(user);
  const [app, program] = [await apps.ofApp(cookie), await apps.ofDevice(cookie)];
  return { user, token, organizationId: organizationOf.same, app: app.access, program: program.access };
};

beforeAll(async () => {
  auth = await startTestAuth();
  const [same, other] = [await auth.addOrganization(), await auth.addOrganization()];
  organizationOf = { same, other, admin: "org_admin" };
  // The organization keeps an owner and the platform an operator, whatever the cells do.
  await addMember(same, "owner");
  await addMember("org_admin", "platform_super_admin");
  await auth.pool.query("alter table auth.organization_memberships disable trigger platform_role");
  for (const who of everyone) if (who.home !== "nowhere") actors.set(actorNameOf(who), await signIn(who));
  const { rows: scopes } = await auth.pool.query<{ key: string }>(
    "select key from auth.service_permissions where service_id = 'srv_nexus' and deprecated_at is null order by key",
  );
  apps = await openAppsOfAPerson(
    auth,
    scopes.map(({ key }) => key),
  );
  holder = await letIn();
}, 120_000);
afterAll(() => auth.close());

const insertKey = async (organizationId: string, ownerUserId: string | null): Promise<string> => {
  const id = newPrefixedId("key");
  await auth.pool.query(
    `insert into auth.api_keys (id, organization_id, owner_user_id, name, prefix, last4, secret_hash, environment, created_by)
     values ($1, $2, $3, 'matrix', 'tpk_live_x', 'abcd', $4, 'live', 'test')`,
    [id, organizationId, ownerUserId, sha256(id)],
  );
  await auth.pool.query(
    "insert into auth.api_key_grants (key_id, scope_id) select $1, id from auth.api_key_scopes where service_id = 'srv_nexus' and scope = 'usage'",
    [id],
  );
  return id;
};

const cellOf = (actor: Actor | undefined): Cell => {
  const organizationId = organizationOf.same;
  const person = async (role?: Role): Promise<string> => {
    const id = newPrefixedId("usr");
    await auth.pool.query(
      "insert into auth.users (id, email, name, email_verified_at) values ($1, $2, 'Target', now())",
      [id, `${id.slice(-12)}@example.com`],
    );
    if (role !== undefined)
      await auth.pool.query(
        "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, $3)",
        [organizationId, id, role],
      );
    return id;
  };
  return {
    organizationId,
    ownOrganizationId: actor?.organizationId ?? organizationId,
    unique: newPrefixedId("m").slice(-16),
    member: () => person("member"),
    stranger: () => person(),
    session: async (userId) => {
      const id = newPrefixedId("ses");
      await auth.pool.query(
        `insert into auth.sessions (id, user_id, active_organization_id, auth_time, amr, last_seen_at, idle_expires_at, absolute_expires_at)
         values ($1, $2, $3, now(), '{pwd}', now(), now() + interval '1 day', now() + interval '1 day')`,
        [id, userId, organizationId],
      );
      return id;
    },
    invitation: async () => {
      const id = newPrefixedId("inv");
      await auth.pool.query(
        `insert into auth.organization_invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
         values ($1, $2, $3, 'guest', $4, 'usr_x', now() + interval '1 day')`,
        [id, organizationId, `${id.slice(-12)}@example.com`, sha256(id)],
      );
      return id;
    },
    key: async () => insertKey(organizationId, await person("member")),
    organizationKey: () => insertKey(organizationId, null),
  };
};

test("every route has its row in the matrix, and every row its route [A3]", () => {
  const present = routes.map(({ method, path }) => `${method} ${path}`);
  const listed = roleTable.map(({ route }) => route);
  expect(new Set(listed).size, "a route is listed twice").toBe(listed.length);
  const unlisted = present.filter((route) => !listed.includes(route));
  expect(unlisted, "add a row for each to a file of server/identity/matrix/role-table.ts").toEqual([]);
  const gone = listed.filter((route) => !present.includes(route));
  expect(gone, "rows of the table in server/identity/matrix without a route").toEqual([]);
});

describe.each(roleTable.map((row) => [row.route, row] as const))("%s", (route, row) => {
  test(`${route} answers 7 roles × 3 organizations, and callers who are not signed in, as the table says [${row.ids}]`, async () => {
    const given = await Promise.all(
      everyone.map(async (who) => {
        const actor = who.home === "nowhere" ? undefined : row.fresh ? await signIn(who) : actors.get(actorNameOf(who));
        const { at, body } = await row.ask(cellOf(actor));
        const { status } = await auth.call(row.route.slice(0, row.route.indexOf(" ")), at, {
          ...(actor ? { bearer: actor.token } : {}),
          ...(body === undefined ? {} : { body }),
          headers: { "x-service-id": "srv_nexus", "x-topolo-auth": "1" },
        });
        return [actorNameOf(who), status] as const;
      }),
    );
    expect(Object.fromEntries(given)).toEqual(
      Object.fromEntries(everyone.map((who) => [actorNameOf(who), promised(row, who)])),
    );
  });
});

describe.each(roleTable.map((row) => [row.route, row] as const))("%s", (route, row) => {
  test(`${route} answers an owner's program, and another company's app with every scope of Nexus, as the table says [${row.ids}]`, async () => {
    const given: Record<string, number> = {};
    for (const kind of ["program", "app"] as const) {
      const from = row.fresh ? await letIn() : holder;
      const { at, body } = await row.ask(cellOf(from));
      const { status } = await auth.call(row.route.slice(0, row.route.indexOf(" ")), at, {
        bearer: from[kind],
        ...(body === undefined ? {} : { body }),
        headers: { "x-service-id": "srv_nexus", "x-topolo-auth": "1" },
      });
      given[kind] = status;
    }
    expect(given).toEqual({ program: promisedToProgram(row), app: promisedToApp(row) });
  });
});

/** Whom each role may act on and whose membership it may change, written out beside the rules that say so. */
const below: Readonly<Record<Role, { readonly actOn: readonly Role[]; readonly change: readonly Role[] }>> = {
  platform_super_admin: { actOn: [...roles], change: [...roles] },
  platform_admin: {
    actOn: ["platform_admin", "owner", "super_admin", "admin", "member", "guest"],
    change: ["owner", "super_admin", "admin", "member", "guest"],
  },
  owner: {
    actOn: ["owner", "super_admin", "admin", "member", "guest"],
    change: ["owner", "super_admin", "admin", "member", "guest"],
  },
  super_admin: { actOn: ["super_admin", "admin", "member", "guest"], change: ["admin", "member", "guest"] },
  admin: { actOn: ["admin", "member", "guest"], change: ["member", "guest"] },
  member: { actOn: [], change: [] },
  guest: { actOn: [], change: [] },
};

describe.each(roles)("%s", (role) => {
  test(`a ${role} acts on nobody of a higher rank and changes only memberships below their own [X4, X6, A4]`, async () => {
    const home = role.startsWith("platform_") ? "org_admin" : organizationOf.same;
    const actor = await addMember(home, role);
    const { token } = await auth.login(actor);
    const acted: Role[] = [];
    const changed: Role[] = [];
    for (const target of roles) {
      const organizationId = target.startsWith("platform_") ? "org_admin" : home;
      const { id } = await addMember(organizationId, target);
      const answers = await Promise.all([
        auth.call("GET", `/api/users/${id}/sessions`, { bearer: token }),
        auth.call("GET", `/api/users/${id}/security`, { bearer: token }),
        auth.call("POST", `/api/users/${id}/password-reset`, { bearer: token }),
        auth.call("GET", `/api/users/${id}/permissions?organizationId=${organizationId}`, { bearer: token }),
      ]);
      const allowed = answers.map(({ status }) => status < 300);
      expect(new Set(allowed).size, `${role} on ${target}: ${answers.map(({ status }) => status).join(" ")}`).toBe(1);
      if (allowed[0]) acted.push(target);
      const path = `/api/organizations/${organizationId}/members/${id}`;
      const suspended = await auth.call("PATCH", path, { bearer: token, body: { status: "suspended" } });
      if (suspended.status === 200) changed.push(target);
      else expect([role, target, suspended.status]).toEqual([role, target, 403]);
    }
    expect({ actOn: acted, change: changed }).toEqual(below[role]);
  });
});

test("the database itself refuses a platform role outside admin, and a role that is none [A2, A3]", async () => {
  await auth.pool.query("alter table auth.organization_memberships enable trigger platform_role");
  const { id } = await auth.addUser();
  const insert = (role: string) =>
    auth.pool.query(
      "insert into auth.organization_memberships (organization_id, user_id, role) values ('org_topolo', $1, $2)",
      [id, role],
    );
  for (const role of ["platform_super_admin", "platform_admin"])
    await expect(insert(role)).rejects.toMatchObject({ constraint: "organization_memberships_platform_role" });
  for (const role of ["root", "Owner", ""])
    await expect(insert(role)).rejects.toMatchObject({ constraint: "organization_memberships_role" });
  await auth.pool.query("alter table auth.organization_memberships disable trigger platform_role");
});

test("a platform role forced into another organization's row has no bypass and no permissions [A3]", async () => {
  for (const role of ["platform_super_admin", "platform_admin"] as const) {
    const actor = actors.get(actorNameOf({ home: "same", role }));
    const { body } = await auth.call("GET", "/validate", { bearer: actor?.token ?? "" });
    expect(body).toMatchObject({ valid: true, platformBypass: false, permissions: [] });
  }
});

test("owner, super_admin and admin of admin have no bypass; leaving admin drops it [A3, A5]", async () => {
  for (const role of ["owner", "super_admin", "admin"] as const) {
    const actor = actors.get(actorNameOf({ home: "admin", role }));
    expect((await auth.call("GET", "/validate", { bearer: actor?.token ?? "" })).body).toMatchObject({
      platformBypass: false,
    });
  }
  const operator = await signIn({ home: "admin", role: "platform_admin" });
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
    [organizationOf.other, operator.user.id],
  );
  const target = `/api/organizations/${organizationOf.same}/members`;
  expect((await auth.call("GET", target, { bearer: operator.token })).status).toBe(200);
  const body = { organizationId: organizationOf.other };
  await auth.call("POST", "/api/me/active-organization", {
    bearer: operator.token,
    body,
    headers: { "x-service-id": "srv_nexus" },
  });
  expect((await auth.call("GET", target, { bearer: operator.token })).status).toBe(403);
});

test("keys are validated for services that show their own secret, and for nobody else [B6]", async () => {
  const { apiKey } = await auth.server.createOrganizationApiKey({
    organizationId: organizationOf.same,
    name: "matrix",
    scopes: ["srv_nexus.usage"],
  });
  const secret = await auth.server.createServiceClientSecret("srv_nexus");
  const ask = (authorization: string) =>
    auth.call("POST", "/api/api-keys/validate", { body: { apiKey }, headers: { authorization } });
  const basic = (text: string) => `Basic ${Buffer.from(`srv_nexus:${text}`).toString("base64")}`;
  expect(await ask(basic(secret))).toMatchObject({
    status: 200,
    body: { valid: true, subjectType: "api_key", organization: { id: organizationOf.same } },
  });
  for (const authorization of [basic("wrong"), `Bearer ${apiKey}`, "Basic", ""])
    expect((await ask(authorization)).status).toBe(401);
});

test("Nexus is registered, with permissions and key scopes that consist of them [E8]", async () => {
  const bearer = actors.get(actorNameOf({ home: "same", role: "guest" }))?.token ?? "";
  const read = async (path: string) => (await auth.call("GET", `/api/services/srv_nexus${path}`, { bearer })).body;
  expect(await read("")).toMatchObject({ id: "srv_nexus" });
  const { scopes } = (await read("/api-key-scopes")) as {
    readonly scopes: readonly { readonly scope: string; readonly permissions: readonly string[] }[];
  };
  const { permissions } = (await read("/permissions")) as {
    readonly permissions: readonly { readonly permission: string }[];
  };
  const known = new Set(permissions.map(({ permission }) => permission));
  expect(scopes.length).toBeGreaterThan(0);
  for (const { scope, permissions: contained } of scopes) {
    expect(scope).toMatch(/^srv_nexus\./);
    expect(contained.length).toBeGreaterThan(0);
    for (const permission of contained) expect(known).toContain(permission);
  }
});
