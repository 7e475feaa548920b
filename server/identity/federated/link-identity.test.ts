import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";
import { codeOf, enrolled, finishOnPage } from "../../../test/second-factor.ts";
import { startOpenIdIssuer, type IssuerAccount, type OpenIdIssuer } from "../../../test/openid-issuer.ts";

let auth: TestAuth;
let google: OpenIdIssuer;
let browser: ReturnType<typeof federatedBrowser>;

beforeAll(async () => {
  google = await startOpenIdIssuer(["http://localhost:3001/federated/google/callback"]);
  auth = await startTestAuth({
    federated: { google: { clientId: google.clientId, clientSecret: google.clientSecret, issuer: google.url } },
  });
  browser = federatedBrowser(auth);
});
afterAll(async () => {
  await auth.close();
  await google.close();
});

let people = 0;
const person = (extra: Record<string, unknown> = {}): IssuerAccount => {
  people += 1;
  return { sub: `sub-${people}`, email: `person${people}@example.net`, email_verified: true, ...extra };
};
const signedIn = async () => {
  const user = await auth.addUser({ role: "member" });
  return { user, ...(await auth.login(user)) };
};
const sameSite = (cookie: string) => ({ cookie, "sec-fetch-site": "same-site" });
const link = async (session: string, account: IssuerAccount, finishedBy = session) => {
  const { url, cookie } = await browser.start("google", "?link=1", sameSite(session));
  return browser.finish(await google.authorize(url, account), `${finishedBy}; ${cookie}`);
};
const identitiesOf = async (bearer: string) => (await auth.call("GET", "/api/me/identities", { bearer })).body;
const unlink = (bearer: string) => auth.call("DELETE", "/api/me/identities/google", { bearer });

test("an identity is linked while signed in, signs in from then on, and is unlinked again [D1]", async () => {
  const { user, token, cookie } = await signedIn();
  const account = person();
  expect(placeOf(await link(cookie, account))).toBe("303 /settings");
  expect(placeOf(await link(cookie, account))).toBe("303 /settings");
  expect((await auth.mails.to(user.email, { about: "was linked to your Topolo account" })).text).toContain(
    "was linked to your Topolo account",
  );
  expect(await identitiesOf(token)).toEqual({
    identities: [{ provider: "google", email: account.email, linkedAt: expect.any(String), lastUsedAt: null }],
  });
  const { url, cookie: flow } = await browser.start("google");
  const entered = await browser.finish(await google.authorize(url, account), flow);
  expect(placeOf(entered)).toBe("303 /");
  expect((await auth.call("GET", "/api/me", { cookie: entered.cookie ?? "" })).body).toMatchObject({
    user: { id: user.id, email: user.email },
  });
  expect(await unlink(token)).toMatchObject({ status: 204 });
  expect(
    (await auth.mails.to(user.email, { after: 1, about: "was unlinked from your Topolo account" })).text,
  ).toContain("was unlinked from your Topolo account");
  expect(await unlink(token)).toMatchObject({ status: 404, body: { error: { code: "identity_not_found" } } });
  expect(await identitiesOf(token)).toEqual({ identities: [] });
  expect((await auth.call("GET", "/api/me", { cookie: entered.cookie ?? "" })).status).toBe(200);
  const { rows } = await auth.pool.query(
    "select action from auth.audit_events where target = $1 and action like 'identity.%' order by id",
    [user.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["identity.link", "identity.unlink"]);
});

test("an identity opens one account, and an account one identity of a provider", async () => {
  const first = await signedIn();
  const second = await signedIn();
  const account = person();
  await link(first.cookie, account);
  expect(placeOf(await link(second.cookie, account))).toBe("303 /error?error=identity_taken&return_to=%2Fsettings");
  expect(placeOf(await link(first.cookie, person()))).toBe("303 /error?error=identity_taken&return_to=%2Fsettings");
  expect(await identitiesOf(second.token)).toEqual({ identities: [] });
  expect(await identitiesOf(first.token)).toMatchObject({ identities: [{ email: account.email }] });
});

test("nothing is linked to an unverified account, nor an unverified address", async () => {
  const { user, token, cookie } = await signedIn();
  const unverified = "303 /error?error=email_unverified&return_to=%2Fsettings";
  expect(placeOf(await link(cookie, person({ email_verified: false })))).toBe(unverified);
  const begun = await browser.start("google", "?link=1", sameSite(cookie));
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
  expect(placeOf(await browser.open("google", "?link=1", sameSite(cookie)))).toBe("303 /error?error=email_unverified");
  const back = await google.authorize(begun.url, person());
  expect(placeOf(await browser.finish(back, `${cookie}; ${begun.cookie}`))).toBe(unverified);
  expect(await identitiesOf(token)).toEqual({ identities: [] });
});

test("linking begins on our own pages, soon after a sign-in, and ends in the session it began in [RFC 9700 §4.7]", async () => {
  const { token, cookie } = await signedIn();
  const other = await signedIn();
  const open = (headers: Record<string, string>) => browser.open("google", "?link=1", headers).then(placeOf);
  expect(await open({ cookie })).toBe("303 /error?error=forbidden");
  expect(await open({ cookie, "sec-fetch-site": "cross-site" })).toBe("303 /error?error=forbidden");
  expect(await open({ "sec-fetch-site": "same-origin" })).toBe("303 /error?error=unauthenticated");
  expect(placeOf(await link(cookie, person(), other.cookie))).toBe(
    "303 /error?error=account_mismatch&return_to=%2Fsettings",
  );
  expect(await identitiesOf(token)).toEqual({ identities: [] });
  expect(await identitiesOf(other.token)).toEqual({ identities: [] });
  auth.clock.advance(10 * 60_000 + 1_000);
  expect(await open(sameSite(cookie))).toBe("303 /error?error=reauthentication_required");
  const { body } = await auth.call("POST", "/refresh", {
    cookie,
    headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" },
  });
  expect(await unlink(String(body.accessToken))).toMatchObject({
    status: 403,
    body: { error: { code: "reauthentication_required" } },
  });
});

test("the last way to sign in cannot be unlinked [D1]", async () => {
  const { user, token, cookie } = await signedIn();
  await link(cookie, person());
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [user.id]);
  expect(await unlink(token)).toMatchObject({ status: 409, body: { error: { code: "last_factor" } } });
  expect(await identitiesOf(token)).toMatchObject({ identities: [{ provider: "google" }] });
});

test("a sign-in that waits for the second factor is over once its identity is unlinked", async () => {
  const { token, cookie, secret } = await enrolled(auth);
  const account = person();
  const ask = async () => {
    const { url, cookie: flow } = await browser.start("google");
    return browser.finish(await google.authorize(url, account), flow);
  };
  for (const unlinked of [false, true]) {
    expect(placeOf(await link(cookie, account))).toBe("303 /settings");
    const asked = await ask();
    expect(placeOf(asked)).toBe("303 /sign-in/second-factor?return_to=%2F");
    if (unlinked) expect((await unlink(token)).status).toBe(204);
    auth.clock.advance(60_000);
    const finished = await finishOnPage(auth, asked, codeOf(auth, secret));
    expect([unlinked, finished.status]).toEqual([unlinked, unlinked ? 401 : 200]);
  }
});
