import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { isOwnAccountPath } from "../http/require-verified.ts";
import type { Cell } from "./role-row.ts";
import { accessRules, everyone } from "./role-rules.ts";
import { roleTable } from "./role-table.ts";

// Somebody whose address is not verified, in the highest role there is of an organization and of the platform.

let auth: TestAuth;
const people: { readonly user: TestUser; readonly token: string; readonly organizationId: string }[] = [];

const unverify = (userId: string) =>
  auth.pool.query("update auth.users set email_verified_at = null where id = $1", [userId]);

const cellOf = (organizationId: string): Cell => {
  const nobody = async (): Promise<string> => newPrefixedId("usr");
  return {
    organizationId,
    ownOrganizationId: organizationId,
    unique: newPrefixedId("m").slice(-16),
    member: nobody,
    stranger: nobody,
    session: nobody,
    invitation: nobody,
    key: nobody,
    organizationKey: nobody,
  };
};

beforeAll(async () => {
  auth = await startTestAuth();
  const organizationId = await auth.addOrganization();
  for (const [home, role] of [
    [organizationId, "owner"],
    ["org_admin", "platform_super_admin"],
  ] as const) {
    const user = await auth.addUser({ organizationId: home, role });
    const { token } = await auth.login(user);
    await unverify(user.id);
    people.push({ user, token, organizationId: home });
  }
});
afterAll(() => auth.close());

/** They say who one is, or end it. */
const aboutOneself = ["POST /logout", "GET /validate", "POST /validate", "GET /oauth/userinfo", "POST /oauth/userinfo"];

/** Routes for signed-in people beyond their own account. */
const beyond = roleTable.filter(
  ({ route, access, signedOut }) =>
    access !== "everyone" &&
    everyone.some((who) => who.home !== "nowhere" && accessRules[access].allows(who)) &&
    signedOut === undefined &&
    !isOwnAccountPath(route.slice(route.indexOf(" ") + 1)) &&
    !aboutOneself.includes(route),
);

test("the routes of one's own account are these, and every other needs a verified address [B3]", () => {
  expect(
    roleTable
      .map(({ route }) => route)
      .filter((route) => isOwnAccountPath(route.slice(route.indexOf(" ") + 1)) && !/ \/api\/me(?:\/|$)/.test(route)),
  ).toEqual([
    "POST /passkeys/register/options",
    "POST /passkeys/register/verify",
    "GET /federated/:provider/start",
    "GET /federated/:provider/callback",
    "GET /interaction/:uid",
    "GET /api/interactions/:uid",
    "POST /api/interactions/:uid",
    "GET /settings",
  ]);
  expect(beyond.length).toBeGreaterThan(40);
});

describe("without a verified address", () => {
  test.each(beyond.map((row) => [row.route, row] as const))(
    "%s is refused, whatever the role [B3]",
    async (route, row) => {
      for (const { token, organizationId } of people) {
        const { at, body } = await row.ask(cellOf(organizationId));
        const { status, body: answer } = await auth.call(route.slice(0, route.indexOf(" ")), at, {
          bearer: token,
          ...(body === undefined ? {} : { body }),
          headers: { "x-service-id": "srv_nexus", "x-topolo-auth": "1" },
        });
        expect([status, answer]).toEqual([
          403,
          expect.objectContaining({ error: expect.objectContaining({ code: "email_unverified" }) }),
        ]);
      }
    },
  );

  test("/validate is positive and gives no permission and no bypass, and the account stays readable [A3, B3]", async () => {
    for (const { token, user } of people) {
      const { body } = await auth.call("GET", "/validate", { bearer: token });
      expect(body).toMatchObject({
        valid: true,
        user: { emailVerified: false },
        platformBypass: false,
        permissions: [],
      });
      const me = await auth.call("GET", "/api/me", { bearer: token });
      expect([me.status, me.body]).toEqual([200, expect.objectContaining({ permissions: [] })]);
      expect((await auth.call("GET", "/api/me/sessions", { bearer: token })).status).toBe(200);
      expect(user.id).toBe((me.body as { readonly user: { readonly id: string } }).user.id);
    }
  });

  test("an API key from before has no permission either, and has it again once the address is verified [B6, F1]", async () => {
    const owner = await auth.addUser({ role: "owner" });
    const { token } = await auth.login(owner);
    const made = await auth.call("POST", "/api/api-keys", {
      bearer: token,
      body: { name: "early", scopes: ["srv_nexus.ai"] },
    });
    expect(made.status).toBe(201);
    const key = textOf(made.body, "apiKey");
    const permissions = async () => (await auth.call("GET", "/validate", { bearer: key })).body["permissions"];
    expect(await permissions()).not.toEqual([]);
    await unverify(owner.id);
    expect(await permissions()).toEqual([]);
    await auth.pool.query("update auth.users set email_verified_at = now() where id = $1", [owner.id]);
    expect(await permissions()).not.toEqual([]);
  });
});
