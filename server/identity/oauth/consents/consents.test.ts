import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../../test/auth-server.ts";
import { signInWithConsent } from "../../../../test/oauth-browser.ts";
import {
  addClient,
  addThirdParty,
  authorizePath,
  exchangeCode,
  getCode,
  locationOf,
  pkce,
  refreshAt,
  signInAt,
  type TestClient,
} from "../../../../test/oauth-client.ts";

let auth: TestAuth;
let partner: TestClient;
let second: TestClient;
let own: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  await addThirdParty(auth, "srv_partner");
  partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner" });
  second = await addClient(auth, { clientId: "partner-two", serviceId: "srv_partner" });
  own = await addClient(auth, { clientId: "own-web" });
  await auth.pool.query("update auth.service_clients set name = 'Partner' where client_id = 'partner-web'");
  auth.clock.advance(1_100);
});
afterAll(() => auth.close());

const csrf = { "x-topolo-auth": "1" };
const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const revoked = { status: 401, body: { error: "token_revoked" } };

const consent = (user: TestUser, { clientId }: TestClient) =>
  auth.pool.query(
    "insert into auth.oauth_consents (user_id, client_id, organization_id, scopes, granted_at) values ($1, $2, 'org_topolo', $3, $4)",
    [user.id, clientId, ["email", "offline_access", "openid", "profile"], new Date(auth.clock.now())],
  );

/** Somebody who has connected the app, with what it holds of them. */
const connected = async (client: TestClient = partner) => {
  const user = await auth.addUser({ role: "member" });
  return { user, ...(await signInWithConsent(auth, client, user)) };
};
const list = async (cookie: string) => (await auth.call("GET", "/api/me/consents", { cookie })).body["consents"];
const end = (cookie: string, clientId: string) =>
  auth.call("DELETE", `/api/me/consents/${clientId}`, { cookie, headers: csrf });
const validate = (bearer: string) => auth.call("GET", "/validate", { bearer });

test("a person sees the apps they connected, what each may do and when it was last used [D1]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { cookie } = await auth.login(user);
  expect(await list(cookie)).toEqual([]);
  await consent(user, partner);
  const shown = {
    clientId: "partner-web",
    name: "Partner",
    host: null,
    serviceId: "srv_partner",
    scopes: ["openid", "profile", "email", "offline_access"].map((name) => ({
      name,
      description: expect.any(String),
      service: null,
    })),
    services: [],
    grantedAt: expect.any(String),
  };
  expect(await list(cookie)).toEqual([{ ...shown, lastUsedAt: null }]);
  await exchangeCode(auth, partner, await getCode(auth, partner, cookie));
  expect(await list(cookie)).toEqual([{ ...shown, lastUsedAt: expect.any(String) }]);
});

test("a disconnected app loses its tokens at the next call, and the person's session stays [D1]", async () => {
  const { user, accessToken, refreshToken, cookie } = await connected();
  const code = await getCode(auth, partner, cookie);
  const renewed = (await refreshAt(auth, partner, refreshToken)).body;
  const tokens = [accessToken, textOf(renewed, "access_token")];
  for (const token of tokens) expect((await validate(token)).status).toBe(200);
  expect(await end(cookie, "partner-web")).toMatchObject({ status: 200, body: { ended: 2 } });
  for (const token of tokens) {
    expect(await validate(token)).toMatchObject(revoked);
    expect((await auth.call("GET", "/oauth/userinfo", { bearer: token })).status).toBe(401);
  }
  const refused = [
    await refreshAt(auth, partner, textOf(renewed, "refresh_token")),
    await exchangeCode(auth, partner, code),
  ];
  for (const { status, body } of refused) expect([status, body["error"]]).toEqual([400, "invalid_grant"]);
  expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(200);
  expect(await list(cookie)).toEqual([]);
  const { rows } = await auth.pool.query(
    "select actor_id, outcome, details from auth.audit_events where action = 'consent.revoke' and actor_id = $1 and target = 'partner-web'",
    [user.id],
  );
  expect(rows).toEqual([{ actor_id: user.id, outcome: "success", details: { grants: 2 } }]);
});

test("a disconnected app has to ask again [D1, D2]", async () => {
  const { cookie } = await connected();
  const ask = async () => locationOf(await auth.call("GET", authorizePath(partner, pkce().challenge), { cookie }));
  expect((await ask()).searchParams.get("code")).not.toBeNull();
  await end(cookie, "partner-web");
  const asked = await ask();
  expect(asked.pathname).toMatch(/^\/interaction\//);
  expect((await ask()).searchParams.get("code")).toBeNull();
});

test("disconnecting ends only that app's tokens for that person [D1]", async () => {
  const { user, accessToken, cookie } = await connected();
  const others = [
    await connected(),
    { user, ...(await signInWithConsent(auth, second, user)) },
    { user, ...(await signInAt(auth, own, user)) },
  ];
  const dashboard = await auth.login(user);
  expect((await end(cookie, "partner-web")).status).toBe(200);
  expect(await validate(accessToken)).toMatchObject(revoked);
  for (const token of [...others.map((each) => each.accessToken), dashboard.token])
    expect((await validate(token)).status).toBe(200);
  const clients = [partner, second, own];
  for (const [index, each] of others.entries())
    expect((await refreshAt(auth, clients[index] ?? own, each.refreshToken)).status).toBe(200);
});

test("nobody sees or ends another person's connected apps [A6, X6]", async () => {
  const ann = await connected();
  const eve = await auth.login(await auth.addUser({ role: "owner" }));
  expect(await list(eve.cookie)).toEqual([]);
  expect(await end(eve.cookie, "partner-web")).toMatchObject(codeIs("consent_not_found", 404));
  expect((await validate(ann.accessToken)).status).toBe(200);
  const path = "/api/me/consents/partner-web";
  expect(await auth.call("DELETE", path, { cookie: ann.cookie })).toMatchObject(codeIs("csrf_header_missing", 403));
  expect(await auth.call("DELETE", path, { bearer: ann.accessToken })).toMatchObject(codeIs("forbidden", 403));
  expect(await auth.call("DELETE", path)).toMatchObject(codeIs("unauthenticated", 401));
  expect(await list(ann.cookie)).toHaveLength(1);
  expect((await end(ann.cookie, "%00")).status).toBe(400);
  for (const odd of ["%2e%2e%2f", "x".repeat(2_000)])
    expect((await end(ann.cookie, odd)).status, odd.slice(0, 10)).toBe(404);
});

test("a first-party app is not listed, and cannot be disconnected by its id [D1]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { accessToken, cookie } = await signInAt(auth, own, user);
  expect(await list(cookie)).toEqual([]);
  expect(await end(cookie, "own-web")).toMatchObject(codeIs("consent_not_found", 404));
  expect((await validate(accessToken)).status).toBe(200);
});

test("tokens exchanged or refreshed while an app is being disconnected do not work afterwards", async () => {
  for (let round = 0; round < 6; round += 1) {
    const { cookie, refreshToken } = await connected();
    const code = await getCode(auth, partner, cookie);
    const [ended, ...issued] = await Promise.all([
      end(cookie, "partner-web"),
      refreshAt(auth, partner, refreshToken),
      exchangeCode(auth, partner, code),
      getCode(auth, partner, cookie).then(
        (late) => exchangeCode(auth, partner, late),
        () => undefined,
      ),
    ]);
    expect(ended.status).toBe(200);
    for (const answer of issued) {
      if (answer?.status !== 200) continue;
      expect(await validate(textOf(answer.body, "access_token"))).toMatchObject(revoked);
      const { refresh_token: token } = answer.body;
      if (typeof token === "string") expect((await refreshAt(auth, partner, token)).status).toBe(400);
    }
  }
});

test("a code without consent is refused, even if its grant remains [D1]", async () => {
  const { user, cookie } = await connected();
  const code = await getCode(auth, partner, cookie);
  await auth.pool.query("delete from auth.oauth_consents where user_id = $1", [user.id]);
  const { status, body } = await exchangeCode(auth, partner, code);
  expect([status, body["error"]]).toEqual([400, "invalid_grant"]);
});
