import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { signInWithConsent } from "../../../test/oauth-browser.ts";
import { addClient, addThirdParty, type TestClient } from "../../../test/oauth-client.ts";
import { routes } from "../routes.ts";

let auth: TestAuth;
let partner: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  await addThirdParty(auth, "srv_partner");
  partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner" });
  auth.clock.advance(1_100);
});
afterAll(() => auth.close());

/** What somebody else's app holds, once the person has allowed it. */
const partnersToken = async (user: TestUser): Promise<string> =>
  (await signInWithConsent(auth, partner, user)).accessToken;

describe("a token gets no token for another audience [RFC 9700 §2.2, RFC 9700 §2.3]", () => {
  const trades = [
    ["/api/me/active-organization", () => ({ organizationId: "org_topolo" })],
    ["/api/me/reauthenticate", ({ password }: TestUser) => ({ password })],
    ["/api/me/password", ({ password }: TestUser) => ({ currentPassword: password, newPassword: `${password} too` })],
  ] as const;

  test.each(trades)("%s gives a bearer no token of another app", async (path, bodyFor) => {
    const user = await auth.addUser({ role: "member" });
    const { token } = await auth.login(user, "srv_roadmapper");
    const trade = (serviceId: string) =>
      auth.call("POST", path, { bearer: token, headers: { "x-service-id": serviceId }, body: bodyFor(user) });
    expect(await trade("srv_admin")).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    expect(await trade("srv_roadmapper")).toMatchObject({ status: 200, body: { serviceId: "srv_roadmapper" } });
  });
});

describe("a third-party app's token [RFC 9700 §2.3]", () => {
  // Whose it is, and that its session ends, any app may learn and say. A handoff is refused once its body was read.
  const answered = new Set([
    "POST /logout",
    "GET /oauth/userinfo",
    "POST /oauth/userinfo",
    "GET /validate",
    "POST /validate",
    "POST /sso/handoff-code",
  ]);
  const bodies = ["GET", "DELETE"];

  test("is refused at every route that acts for the person", async () => {
    const bearer = await partnersToken(await auth.addUser({ role: "owner" }));
    const opened: string[] = [];
    let refused = 0;
    for (const { method, path } of routes) {
      const name = `${method} ${path}`;
      if (answered.has(name)) continue;
      const at = path.replaceAll(/:[a-zA-Z]+/g, "org_topolo");
      const call = (token: string | undefined) =>
        auth.call(method, at, {
          ...(token === undefined ? {} : { bearer: token }),
          ...(bodies.includes(method) ? {} : { body: {} }),
        });
      const [withToken, without] = [await call(bearer), await call(undefined)];
      if (without.status !== 401) continue;
      if (withToken.status === 401 || withToken.status === 403) refused += 1;
      else opened.push(`${name} ${withToken.status}`);
    }
    expect(opened).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });

  test("creates no key, changes no organization and approves no device", async () => {
    const user = await auth.addUser({ role: "owner" });
    const bearer = await partnersToken(user);
    const attempt = (method: string, path: string, body: object) =>
      auth.call(method, path, { bearer, headers: { "x-service-id": "srv_partner" }, body });
    const forbidden = { status: 403, body: { error: { code: "forbidden" } } };
    expect(await attempt("POST", "/api/api-keys", { name: "mine", scopes: ["srv_nexus.usage"] })).toMatchObject(
      forbidden,
    );
    expect(await attempt("PATCH", "/api/me", { name: "Mallory" })).toMatchObject(forbidden);
    expect(await attempt("POST", "/api/device/decide", { userCode: "BCDF-GHJK", decision: "allow" })).toMatchObject(
      forbidden,
    );
    expect((await auth.call("GET", "/oauth/userinfo", { bearer })).body).toMatchObject({ sub: user.id });
  });

  test("is not issued for a password or a cookie, only by OAuth with consent [X30]", async () => {
    const user = await auth.addUser({ role: "member" });
    const headers = { "x-service-id": "srv_partner", "x-topolo-auth": "1" };
    const { cookie } = await auth.login(user);
    const forbidden = { status: 403, body: { error: { code: "forbidden" } } };
    expect(
      await auth.call("POST", "/login", { headers, body: { email: user.email, password: user.password } }),
    ).toMatchObject(forbidden);
    expect(await auth.call("POST", "/refresh", { headers, cookie })).toMatchObject(forbidden);
  });

  test("is refused once the app is switched off [F4]", async () => {
    const bearer = await partnersToken(await auth.addUser({ role: "member" }));
    expect((await auth.call("GET", "/validate", { bearer })).status).toBe(200);
    await auth.pool.query("update auth.services set status = 'disabled' where id = 'srv_partner'");
    const after = await auth.call("GET", "/validate", { bearer });
    expect([after.status, textOf(after.body, "error")]).toEqual([401, "client_inactive"]);
    expect((await auth.call("GET", "/oauth/userinfo", { bearer })).status).toBe(401);
    await auth.pool.query("update auth.services set status = 'active' where id = 'srv_partner'");
    expect((await auth.call("GET", "/validate", { bearer })).status).toBe(200);
  });
});
