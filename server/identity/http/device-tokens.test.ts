import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { letDeviceIn } from "../../../test/device-grant.ts";
import { signInWithConsent } from "../../../test/oauth-browser.ts";
import { addClient, refreshAt, type TestClient } from "../../../test/oauth-client.ts";
import { routes } from "../routes.ts";

let auth: TestAuth;
let program: TestClient;
let web: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  program = await addClient(auth, { clientId: "cli-one", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
  web = await addClient(auth, { clientId: "tv-one" });
});
afterAll(() => auth.close());

const byDeviceCode = async (client: TestClient, user: TestUser): Promise<string> =>
  (await letDeviceIn(auth, client, user)).accessToken;

const kinds: readonly (readonly [string, (user: TestUser) => Promise<string>])[] = [
  [
    "a program's token by authorization code",
    async (user) => (await signInWithConsent(auth, program, user)).accessToken,
  ],
  [
    "a program's token, refreshed",
    async (user) => {
      const { refreshToken } = await signInWithConsent(auth, program, user);
      return textOf((await refreshAt(auth, program, refreshToken)).body, "access_token");
    },
  ],
  ["a program's token by device code", (user) => byDeviceCode(program, user)],
  ["a web app's token by device code", (user) => byDeviceCode(web, user)],
];

/** Every route that changes how or for whom a person signs in, or lets another program or browser in, with a body that would do it. */
const waysIn: Readonly<Record<string, (user: TestUser) => object | undefined>> = {
  "POST /passkeys/register/options": () => ({}),
  "POST /passkeys/register/verify": () => ({}),
  "PATCH /api/me/passkeys/:id": () => ({ name: "mine" }),
  "DELETE /api/me/passkeys/:id": () => undefined,
  "POST /api/me/mfa/totp": () => undefined,
  "POST /api/me/mfa/totp/:id/confirm": () => ({ code: "123456" }),
  "DELETE /api/me/mfa/totp": () => undefined,
  "POST /api/me/mfa/recovery-codes": () => undefined,
  "PUT /api/me/mfa/required": () => ({ required: false }),
  "DELETE /api/me/identities/:provider": () => undefined,
  "POST /api/me/email": ({ password }) => ({ email: "mallory@example.com", password }),
  "POST /api/me/password": ({ password }) => ({ currentPassword: password, newPassword: `${password} of Mallory` }),
  "POST /api/me/reauthenticate": ({ password }) => ({ password }),
  "POST /api/me/reauthenticate/options": () => ({}),
  "POST /api/me/ways-in/drop": () => ({}),
  "POST /api/me/active-organization": () => ({ organizationId: "org_topolo" }),
  "GET /api/interactions/:uid": () => undefined,
  "POST /api/interactions/:uid": () => ({ decision: "allow" }),
  "POST /api/device/lookup": () => ({ userCode: "BCDF-GHJK" }),
  "POST /api/device/decide": () => ({ userCode: "BCDF-GHJK", decision: "allow" }),
  "POST /sso/handoff-code": () => ({ service_id: "srv_bugfix", redirect_uri: "https://bugfix.topolo.app/" }),
};

const isWayIn = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  /^\/(api\/interactions|api\/device|passkeys\/register|sso\/handoff)/.test(path) ||
  (method !== "GET" &&
    /^\/api\/me\/(mfa|passkeys|identities|ways-in|password|email|reauthenticate|active-organization)/.test(path));

const pathIn = (path: string): string => path.replaceAll(/:[a-zA-Z]+/g, "none");

describe("the token of a device or a program changes no way of signing in, however recent its sign-in [RFC 8628 §5.4]", () => {
  test("the table names every such route", () => {
    const wanted = routes.filter(isWayIn).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(waysIn).sort()).toEqual(wanted.sort());
  });

  test.each(kinds)("%s", async (_, tokenOf) => {
    const user = await auth.addUser({ role: "owner" });
    const bearer = await tokenOf(user);
    expect(await auth.call("GET", "/api/me", { bearer })).toMatchObject({
      status: 200,
      body: { user: { id: user.id } },
    });
    const state = async (): Promise<unknown> => {
      const { rows } = await auth.pool.query(
        `select u.email, c.hash, c.changed_at,
           (select count(*) from auth.webauthn_credentials w where w.user_id = u.id) as passkeys,
           (select count(*) from auth.totp_credentials t where t.user_id = u.id) as authenticators, (select count(*) from auth.verification_tokens v where v.user_id = u.id) as links
         from auth.users u left join auth.password_credentials c on c.user_id = u.id where u.id = $1`,
        [user.id],
      );
      return rows;
    };
    const before = await state();
    for (const [route, bodyOf] of Object.entries(waysIn)) {
      const [method = "", path = ""] = route.split(" ");
      const body = bodyOf(user);
      const answer = await auth.call(method, pathIn(path), {
        bearer,
        headers: { "x-service-id": "srv_roadmapper" },
        ...(body === undefined ? {} : { body }),
      });
      expect([route, answer.status, answer.body]).toEqual([
        route,
        403,
        expect.objectContaining({ error: expect.objectContaining({ code: "browser_required" }) }),
      ]);
    }
    expect(await state()).toEqual(before);
  });

  test("nor does it say yes to an invitation in the person's name", async () => {
    const user = await auth.addUser({ role: "member" });
    const organizationId = await auth.addOrganization();
    const { token: owner } = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
    const path = `/api/organizations/${organizationId}/invitations`;
    const made = await auth.call("POST", path, { bearer: owner, body: { email: user.email, role: "member" } });
    const token = secretIn(await auth.mails.to(user.email, { about: "#token=" }));
    const bearer = await byDeviceCode(program, user);
    const refused = { status: 403, body: { error: { code: "browser_required" } } };
    expect(await auth.call("POST", `/api/me/invitations/${textOf(made.body, "id")}/accept`, { bearer })).toMatchObject(
      refused,
    );
    expect(await auth.call("POST", "/invitations/accept", { bearer, body: { token } })).toMatchObject(refused);
    const { token: page } = await auth.login(user);
    expect((await auth.call("POST", "/invitations/accept", { bearer: page, body: { token } })).status).toBe(200);
  });

  test("a web app's own token still may", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { token } = await auth.login(user, "srv_roadmapper");
    const renewed = await auth.call("POST", "/api/me/reauthenticate", {
      bearer: token,
      headers: { "x-service-id": "srv_roadmapper" },
      body: { password: user.password },
    });
    expect(renewed.status).toBe(200);
  });
});
