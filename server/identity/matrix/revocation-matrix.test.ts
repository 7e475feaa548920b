import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grantedScope } from "../../../test/apps-of-a-person.ts";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { dashboardOrigin, type RevocationWorld } from "../../../test/revocation-events.ts";
import {
  handoffGrant,
  openRevocationWorlds,
  roadmapperCallback,
  type RevocationWorlds,
} from "../../../test/revocation-world.ts";
import { refreshAt } from "../../../test/oauth-client.ts";
import { revocationTable, type RevocableCredential, type RevocationEvent } from "./revocation-table.ts";

let auth: TestAuth;
let worlds: RevocationWorlds;
beforeAll(async () => {
  auth = await startTestAuth();
  worlds = await openRevocationWorlds(auth);
});
afterAll(() => auth.close());

/** What a token that still is good is worth now, compared with before. */
const worth = async (
  { organizationId, permissions }: RevocationWorld,
  bearer: string,
  before = permissions,
): Promise<string> => {
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

const seenAt = async (world: RevocationWorld, bearer: string, before?: readonly string[]): Promise<string> => {
  const { status, body } = await auth.call("GET", "/validate", { bearer });
  return status === 200 ? `valid${await worth(world, bearer, before)}` : `${status} ${String(body.error)}`;
};

const refreshed = async (
  world: RevocationWorld,
  app: "app" | "device",
  before?: readonly string[],
): Promise<string> => {
  const { status, body } = await refreshAt(auth, worlds.clients[app], world[app].refresh);
  return status === 200
    ? `works${await worth(world, textOf(body, "access_token"), before)}`
    : `${status} ${String(body["error"])}`;
};

const observe: Readonly<Record<RevocableCredential, (world: RevocationWorld) => Promise<string>>> = {
  access: (world) => seenAt(world, world.session.token),
  app: (world) => seenAt(world, world.app.access, [grantedScope]),
  appRefresh: (world) => refreshed(world, "app", [grantedScope]),
  device: (world) => seenAt(world, world.device.access),
  deviceRefresh: (world) => refreshed(world, "device"),
  handoff: async ({ handoff }) => {
    const answer = await worlds.form({
      grant_type: handoffGrant,
      client_id: "matrix",
      code: handoff,
      redirect_uri: roadmapperCallback,
    });
    return answer.status === 200
      ? "works"
      : answer.body.error === "invalid_grant"
        ? "refused"
        : JSON.stringify(answer.body);
  },
  oauth: async (world) => {
    const { status, body } = await worlds.form({
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
    const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: dashboardOrigin };
    const { status, body } = await auth.call("POST", "/refresh", { cookie: world.cookie, headers });
    if (status !== 200) return String(status);
    return `works${world.cookie === world.session.cookie ? "" : ", new value"}${await worth(world, textOf(body, "accessToken"))}`;
  },
};

/** The guarantee: the keys of a literal table are its events. */
const eventNames = Object.keys(revocationTable) as RevocationEvent[];
const endsEverySession: ReadonlySet<RevocationEvent> = new Set([
  "lock",
  "suspend",
  "remove",
  "passwordReset",
  "takenOver",
  "recovered",
  "deprovisionedOfDomain",
]);

describe.each(eventNames)("%s", (name) => {
  const { ids, event, results } = revocationTable[name];
  test(`each credential at its next use after: ${event} [${ids}]`, async () => {
    const world = await worlds.createWorld();
    await worlds.events[name](world);
    const seen: Partial<Record<RevocableCredential, string>> = {};
    // The cookie last: /refresh may choose another organization for the session.
    for (const credential of [
      "access",
      "app",
      "device",
      "handoff",
      "oauth",
      "appRefresh",
      "deviceRefresh",
      "key",
      "cookie",
    ] as const)
      seen[credential] = await observe[credential](world);
    expect(seen).toEqual(results);
    if (endsEverySession.has(name))
      expect((await auth.call("GET", "/validate", { bearer: world.other.token })).status).toBe(401);
  });
});

test("a session that was ended stays ended when the account is active again [B4]", async () => {
  const world = await worlds.createWorld();
  await worlds.setStatus(world, "suspended");
  await worlds.setStatus(world, "active");
  expect([
    await observe.access(world),
    await observe.cookie(world),
    await observe.oauth(world),
    await observe.key(world),
  ]).toEqual(["401 session_revoked", "401", "400 invalid_grant", "valid"]);
});

test("a raised role applies at the next call, to a token issued before [B3]", async () => {
  const world = await worlds.createWorld();
  await worlds.changeMember(world, { role: "guest" });
  expect((await auth.call("GET", "/validate", { bearer: world.session.token })).body).toMatchObject({ role: "guest" });
  await worlds.changeMember(world, { role: "owner" });
  const { body } = await auth.call("GET", "/validate", { bearer: world.session.token });
  expect(body).toMatchObject({ role: "owner" });
  expect(body.permissions).toEqual(expect.arrayContaining([...world.permissions]));
});
