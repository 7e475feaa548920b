import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../../test/auth-server.ts";
import { createBrowser, pathOf } from "../../../../test/oauth-browser.ts";
import {
  addClient,
  addThirdParty,
  authorizePath,
  exchangeCode,
  locationOf,
  pkce,
  postClientForm,
  tokenPath,
  type TestClient,
} from "../../../../test/oauth-client.ts";
import { codeOf, enrolled } from "../../../../test/second-factor.ts";

let auth: TestAuth;
let client: TestClient;
let partner: TestClient;
let device: TestClient;
const csrf = { "x-topolo-auth": "1" };

beforeAll(async () => {
  auth = await startTestAuth();
  client = await addClient(auth, { clientId: "web-one" });
  await addThirdParty(auth, "srv_partner");
  partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner" });
  device = await addClient(auth, { clientId: "cli-one", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
});
afterAll(() => auth.close());

const loginCookie = async (role = "owner") => (await auth.login(await auth.addUser({ role }))).cookie;
describe("/interaction/:uid", () => {
  test("a signed-out browser goes to the sign-in page and then gets its code [D2]", async () => {
    const browser = createBrowser(auth);
    const { verifier, challenge } = pkce();
    const started = await browser.go("GET", authorizePath(client, challenge));
    const here = pathOf(started);
    expect(here).toMatch(/^\/interaction\/[\w-]+$/);
    const asked = await browser.go("GET", here);
    expect([asked.status, pathOf(asked)]).toEqual([303, `/sign-in?return_to=${encodeURIComponent(here)}`]);
    browser.signIn(await loginCookie());
    const finished = await browser.go("GET", here);
    expect(pathOf(finished)).toMatch(/^\/sso\/authorize\/[\w-]+$/);
    const resumed = await browser.go("GET", pathOf(finished));
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    expect((await exchangeCode(auth, client, { code, verifier })).status).toBe(200);
  });

  test("another browser cannot continue the sign-in [RFC 9700 §4.7]", async () => {
    const browser = createBrowser(auth);
    const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
    const thief = createBrowser(auth);
    thief.signIn(await loginCookie());
    expect(pathOf(await thief.go("GET", here))).toBe("/error?code=interaction_not_found");
    expect((await thief.go("GET", here.replace("/interaction/", "/sso/authorize/"))).status).toBe(400);
  });

  test("a person who signs out in between gets no code", async () => {
    const browser = createBrowser(auth);
    const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
    browser.signIn(await loginCookie());
    const finished = pathOf(await browser.go("GET", here));
    browser.signIn(undefined);
    const resumed = await browser.go("GET", finished);
    expect(pathOf(resumed)).toMatch(/^\/interaction\//);
  });

  test("if another person signs in first, the code is theirs", async () => {
    const browser = createBrowser(auth);
    const { verifier, challenge } = pkce();
    const here = pathOf(await browser.go("GET", authorizePath(client, challenge)));
    browser.signIn(await loginCookie());
    const finished = pathOf(await browser.go("GET", here));
    const second = await auth.addUser({ role: "member" });
    browser.signIn((await auth.login(second)).cookie);
    const back = await browser.go("GET", finished);
    expect(pathOf(back)).toBe(here);
    const resumed = await browser.go("GET", pathOf(await browser.go("GET", here)));
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    const { body } = await exchangeCode(auth, client, { code, verifier });
    const { body: validated } = await auth.call("GET", "/validate", { bearer: textOf(body, "access_token") });
    expect(validated).toMatchObject({ user: { id: second.id } });
  });

  test.each([{ prompt: "login" }, { max_age: "60" }])("%o requires a newer sign-in", async (changes) => {
    const browser = createBrowser(auth);
    const user = await auth.addUser({ role: "owner" });
    const { cookie } = await auth.login(user);
    browser.signIn(cookie);
    await auth.pool.query("update auth.sessions set auth_time = now() - interval '1 hour' where user_id = $1", [
      user.id,
    ]);
    const { verifier, challenge } = pkce();
    const here = pathOf(await browser.go("GET", authorizePath(client, challenge, changes)));
    expect(pathOf(await browser.go("GET", here))).toMatch(/^\/sign-in\?return_to=.*prompt=login$/);
    const anew = await auth.call("POST", "/login", {
      cookie,
      body: { email: user.email, password: user.password },
      headers: { "x-service-id": "srv_nexus" },
    });
    browser.signIn(anew.cookie);
    const resumed = await browser.go("GET", pathOf(await browser.go("GET", here)));
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    const { status, body } = await exchangeCode(auth, client, { code, verifier });
    expect(status).toBe(200);
    if (changes.max_age !== undefined)
      expect(Number(decodeJwt(textOf(body, "id_token")).auth_time)).toBeGreaterThan(Date.now() / 1000 - 60);
  });

  const sitting = async (changes: Readonly<Record<string, string | undefined>>, user?: TestUser) => {
    const browser = createBrowser(auth);
    const signedIn = user ? await auth.login(user) : undefined;
    if (user)
      await auth.pool.query("update auth.sessions set auth_time = now() - interval '1 minute' where user_id = $1", [
        user.id,
      ]);
    browser.signIn(signedIn?.cookie);
    const { verifier, challenge } = pkce();
    const here = pathOf(await browser.go("GET", authorizePath(client, challenge, changes)));
    const asked = pathOf(await browser.go("GET", here));
    const proceed = async (query = "") => {
      const resumed = await browser.go("GET", pathOf(await browser.go("GET", here + query)));
      const code = locationOf(resumed).searchParams.get("code") ?? "";
      const { body } = await exchangeCode(auth, client, { code, verifier });
      return decodeJwt(textOf(body, "id_token"));
    };
    const pageOf = (page: string, prompt: string): string =>
      `${page}?return_to=${encodeURIComponent(here)}&prompt=${prompt}`;
    return { browser, here, asked, proceed, pageOf };
  };

  test("prompt=select_account lets the person signed in go on, or another sign in", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { browser, here, asked, proceed, pageOf } = await sitting({ prompt: "select_account" }, user);
    const page = pageOf("/sign-in", "select_account");
    expect(asked).toBe(page);
    for (const query of ["", "?account=", "?account=usr_other"])
      expect(pathOf(await browser.go("GET", here + query))).toBe(page);
    expect(await proceed(`?account=${user.id}`)).toMatchObject({ sub: user.id });

    const other = await sitting({ prompt: "select_account" }, user);
    const second = await auth.addUser({ role: "member" });
    other.browser.signIn((await auth.login(second)).cookie);
    expect(await other.proceed()).toMatchObject({ sub: second.id });

    const nobody = await sitting({ prompt: "select_account" });
    expect(nobody.asked).toBe(nobody.pageOf("/sign-in", "select_account"));
    nobody.browser.signIn((await auth.login(second)).cookie);
    expect(await nobody.proceed()).toMatchObject({ sub: second.id });
  });

  test("a chosen account is no newer sign-in, where the app asks for one too", async () => {
    const user = await auth.addUser({ role: "owner" });
    for (const changes of [{ prompt: "select_account login" }, { prompt: "select_account", max_age: "10" }]) {
      const { browser, here, pageOf } = await sitting(changes, user);
      let next = pathOf(await browser.go("GET", `${here}?account=${user.id}`));
      if (next.startsWith("/sso/authorize/")) {
        next = pathOf(await browser.go("GET", next));
        expect(next).toMatch(/^\/interaction\//);
        expect(pathOf(await browser.go("GET", next))).toBe(
          pageOf("/sign-in", "login").replace(encodeURIComponent(here), encodeURIComponent(next)),
        );
      } else expect(next).toBe(pageOf("/sign-in", "login"));
    }
  });

  test("prompt=create leads to the page that makes an account, whoever is signed in", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { browser, here, asked, proceed, pageOf } = await sitting({ prompt: "create" }, user);
    expect(asked).toBe(pageOf("/register", "create"));
    expect(pathOf(await browser.go("GET", `${here}?account=${user.id}`))).toBe(asked);
    const made = await auth.addUser({ role: "member" });
    browser.signIn((await auth.login(made)).cookie);
    expect(await proceed()).toMatchObject({ sub: made.id });
    const { body } = await auth.call("GET", "/.well-known/openid-configuration");
    expect(body).toMatchObject({ prompt_values_supported: ["none", "login", "consent", "select_account", "create"] });
  });

  test("a person without an active organization is sent to choose one", async () => {
    const user = await auth.addUser({ role: "owner" });
    const browser = createBrowser(auth);
    browser.signIn((await auth.login(user)).cookie);
    await auth.pool.query("update auth.sessions set active_organization_id = null where user_id = $1", [user.id]);
    const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
    expect(pathOf(await browser.go("GET", here))).toBe(`/choose-organization?return_to=${encodeURIComponent(here)}`);
    await auth.pool.query("update auth.sessions set active_organization_id = 'org_topolo' where user_id = $1", [
      user.id,
    ]);
    const resumed = await browser.go("GET", pathOf(await browser.go("GET", here)));
    expect(locationOf(resumed).searchParams.get("code")).not.toBeNull();
  });
});

describe("/api/interactions/:uid", () => {
  const begin = async (asked: TestClient, changes = {}) => {
    const browser = createBrowser(auth);
    browser.signIn(await loginCookie());
    const { verifier, challenge } = pkce();
    const here = pathOf(await browser.go("GET", authorizePath(asked, challenge, changes)));
    const page = await browser.go("GET", here);
    const uid = here.split("/").at(-1) ?? "";
    return { browser, page, uid, verifier };
  };

  test("a third-party app is shown with the scopes it asks for, and gets them once allowed", async () => {
    const { browser, page, uid, verifier } = await begin(partner);
    expect(pathOf(page)).toBe(`/consent?interaction=${uid}`);
    const shown = await browser.go("GET", `/api/interactions/${uid}`);
    expect(shown).toMatchObject({
      status: 200,
      body: {
        client: { name: "partner-web", serviceId: "srv_partner", firstParty: false },
        scopes: [{ name: "openid" }, { name: "profile" }, { name: "email" }],
        organization: { id: "org_topolo" },
      },
    });
    const decided = await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" });
    const resumed = await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname);
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    const tokens = await exchangeCode(auth, partner, { code, verifier });
    expect(tokens.status).toBe(200);
    expect((await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" })).status).toBe(404);

    const again = await browser.go("GET", authorizePath(partner, pkce().challenge));
    expect(locationOf(again).searchParams.get("code")).not.toBeNull();
    const more = await browser.go("GET", authorizePath(partner, pkce().challenge, { prompt: "consent" }));
    expect(pathOf(more)).toMatch(/^\/interaction\//);
  });

  test("a program of our own is told to act in its own service and in those it can call, and who asks is named", async () => {
    const { browser, uid } = await begin(device, { redirect_uri: "http://127.0.0.1:41234/cb" });
    const { body } = await browser.go("GET", `/api/interactions/${uid}`);
    expect(body).toMatchObject({
      client: { id: "cli-one", firstParty: true },
      address: "http://127.0.0.1:41234/cb",
      services: [
        { id: "srv_roadmapper", name: "Topolo Roadmapper" },
        { id: "srv_nexus", name: "Topolo Nexus" },
      ],
    });
  });

  test("consent asks for a recent sign-in, on the way to its page and at the decision", async () => {
    const { browser, uid } = await begin(partner, { prompt: "consent" });
    auth.clock.advance(601_000);
    expect(await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" })).toMatchObject({
      status: 403,
      body: { error: { code: "reauthentication_required" } },
    });
    expect(pathOf(await browser.go("GET", `/interaction/${uid}`))).toBe(
      `/confirm-identity?return_to=${encodeURIComponent(`/interaction/${uid}`)}`,
    );
    expect((await browser.go("POST", `/api/interactions/${uid}`, { decision: "deny" })).status).toBe(200);
  });

  test("where the account has an authenticator, consent and device approval ask for its code as well, and take a step-up", async () => {
    const { user, token, secret } = await enrolled(auth);
    await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: false } });
    const { cookie } = await auth.login(user);
    const browser = createBrowser(auth);
    browser.signIn(cookie);
    const here = pathOf(await browser.go("GET", authorizePath(partner, pkce().challenge)));
    const interaction = here.replace("/interaction/", "/api/interactions/");
    const started = await postClientForm(auth, "/oauth/device", device, { scope: "openid" });
    const userCode = textOf(started.body, "user_code");
    const allow = async () => [
      await browser.go("POST", interaction, { decision: "allow" }),
      await browser.go("POST", "/api/device/lookup", { userCode }),
      await browser.go("POST", "/api/device/decide", { userCode, decision: "allow" }),
    ];

    expect(pathOf(await browser.go("GET", here))).toBe(`/confirm-identity?return_to=${encodeURIComponent(here)}`);
    auth.clock.advance(60_000);
    const shown = await auth.call("POST", "/api/me/reauthenticate", {
      cookie,
      headers: { ...csrf, origin: "http://localhost:3001" },
      body: { password: user.password, code: codeOf(auth, secret) },
    });
    expect(shown.status, JSON.stringify(shown.body)).toBe(200);
    browser.signIn(shown.cookie);
    expect(pathOf(await browser.go("GET", here))).toMatch(/^\/consent\?/);
    const showed = (factors: number) =>
      auth.pool.query("update auth.sessions set factors_shown = $2 where user_id = $1", [user.id, factors]);
    await showed(1);
    for (const refused of await allow())
      expect(refused).toMatchObject({ status: 403, body: { error: { code: "reauthentication_required" } } });
    await showed(2);
    expect((await allow()).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test("userinfo gives a third party only what was allowed", async () => {
    const { browser, uid, verifier } = await begin(partner, { scope: "openid" });
    const decided = await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" });
    const resumed = await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname);
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    const { body } = await exchangeCode(auth, partner, { code, verifier });
    const told = await auth.call("GET", "/oauth/userinfo", { bearer: textOf(body, "access_token") });
    expect(Object.keys(told.body)).toEqual(["sub"]);
  });

  test("a denied consent is reported to the app", async () => {
    const { browser, uid } = await begin(partner);
    const decided = await browser.go("POST", `/api/interactions/${uid}`, { decision: "deny" });
    const resumed = await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname);
    expect(locationOf(resumed).searchParams.get("error")).toBe("access_denied");
    expect(locationOf(resumed).searchParams.get("iss")).toBe("http://localhost:3001");
  });

  test("CSRF: nobody else decides, and no request without the header does", async () => {
    const { browser, uid } = await begin(partner);
    const thief = createBrowser(auth);
    thief.signIn(await loginCookie());
    expect((await thief.go("GET", `/api/interactions/${uid}`)).status).toBe(404);
    expect((await thief.go("POST", `/api/interactions/${uid}`, { decision: "allow" })).status).toBe(404);
    browser.signIn(await loginCookie());
    expect((await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" })).status).toBe(404);
    browser.signIn(undefined);
    expect((await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" })).status).toBe(401);
    const plain = await auth.call("POST", `/api/interactions/${uid}`, {
      cookie: await loginCookie(),
      body: { decision: "allow" },
    });
    expect(plain.status).toBe(403);
  });

  test("a native client needs consent each time, first-party ones as well", async () => {
    const { page, uid } = await begin(device, { redirect_uri: "http://127.0.0.1:41234/cb" });
    expect(pathOf(page)).toBe(`/consent?interaction=${uid}`);
  });
});

describe("device flow", () => {
  const start = () => postClientForm(auth, "/oauth/device", device, { scope: "openid profile offline_access" });
  const poll = (deviceCode: string, as = device) =>
    postClientForm(auth, tokenPath, as, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: deviceCode,
    });

  const decide = (cookie: string, userCode: string, decision: string) =>
    auth.call("POST", "/api/device/decide", { cookie, headers: csrf, body: { userCode, decision } });

  test("a device waits, is looked up by its code in any spelling, and gets tokens once it is allowed [D1]", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { cookie, sessionId } = await auth.login(user);
    const { body } = await start();
    expect(body).toMatchObject({ verification_uri: "http://localhost:3001/device", expires_in: 600, interval: 5 });
    const userCode = textOf(body, "user_code");
    const deviceCode = textOf(body, "device_code");
    expect((await poll(deviceCode)).body).toMatchObject({ error: "authorization_pending" });
    const spelt = userCode.toLowerCase().replace("-", " ");
    const shown = await auth.call("POST", "/api/device/lookup", { cookie, headers: csrf, body: { userCode: spelt } });
    expect(shown.body).toMatchObject({
      client: { name: "cli-one" },
      address: "127.0.0.1",
      userAgent: expect.any(String),
      services: [{ id: "srv_roadmapper" }, { id: "srv_nexus" }],
      scopes: [
        { name: "openid", required: true },
        { name: "profile", required: true },
        { name: "offline_access", required: false },
      ],
    });
    expect((await decide(cookie, userCode, "allow")).body).toEqual({ done: true });
    expect((await poll(deviceCode, client)).status).toBe(400);
    const tokens = await poll(deviceCode);
    expect(tokens.status).toBe(200);
    expect((await auth.call("GET", "/validate", { bearer: textOf(tokens.body, "access_token") })).body).toMatchObject({
      user: { id: user.id },
      sessionId,
    });
    auth.clock.advance(5_100);
    expect((await poll(deviceCode)).body).toMatchObject({ error: "invalid_grant" });
    const refreshToken = textOf(tokens.body, "refresh_token");
    expect(
      (await postClientForm(auth, tokenPath, device, { grant_type: "refresh_token", refresh_token: refreshToken }))
        .status,
    ).toBe(400);
  });

  test("refused, unknown, late and decided codes", async () => {
    const cookie = await loginCookie();
    const { body } = await start();
    expect((await decide(cookie, "BCDF-GHJK", "allow")).status).toBe(400);
    expect((await decide(cookie, textOf(body, "user_code"), "deny")).status).toBe(200);
    expect((await poll(textOf(body, "device_code"))).body).toMatchObject({ error: "access_denied" });
    expect((await decide(cookie, textOf(body, "user_code"), "allow")).status).toBe(400);
    const late = await start();
    auth.clock.advance(601_000);
    expect((await decide(cookie, textOf(late.body, "user_code"), "allow")).status).toBe(400);
    expect((await poll(textOf(late.body, "device_code"))).body).toMatchObject({ error: "expired_token" });
    expect((await poll("x".repeat(43))).body).toMatchObject({ error: "invalid_grant" });
  });

  test("a device that asks too often is told to slow down, by five seconds more each time, until somebody decides", async () => {
    const cookie = await loginCookie();
    const { body } = await start();
    const deviceCode = textOf(body, "device_code");
    const after = async (ms: number): Promise<unknown> => {
      auth.clock.advance(ms);
      return (await poll(deviceCode)).body.error;
    };
    expect(await after(0)).toBe("authorization_pending");
    expect(await after(5_000)).toBe("authorization_pending");
    expect(await after(1_000)).toBe("slow_down");
    expect(await after(5_000)).toBe("slow_down");
    expect(await after(15_000)).toBe("authorization_pending");
    expect(await after(10_000)).toBe("slow_down");
    await decide(cookie, textOf(body, "user_code"), "allow");
    expect((await poll(deviceCode)).status).toBe(200);
  });

  test("of 20 parallel decisions one counts; of 20 parallel polls one gets tokens", async () => {
    const cookie = await loginCookie();
    const { body } = await start();
    const decisions = await Promise.all(
      Array.from({ length: 20 }, () => decide(cookie, textOf(body, "user_code"), "allow")),
    );
    expect(decisions.filter(({ status }) => status === 200)).toHaveLength(1);
    const polls = await Promise.all(Array.from({ length: 20 }, () => poll(textOf(body, "device_code"))));
    expect(polls.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("of two parallel polls one gets tokens; a replay revokes them", async () => {
    const cookie = await loginCookie();
    for (let round = 0; round < 10; round += 1) {
      const { body } = await start();
      const deviceCode = textOf(body, "device_code");
      await decide(cookie, textOf(body, "user_code"), "allow");
      const polls = await Promise.all(Array.from({ length: 4 }, () => poll(deviceCode)));
      const [won, ...others] = polls.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      const refresh = () =>
        postClientForm(auth, tokenPath, device, {
          grant_type: "refresh_token",
          refresh_token: textOf(won?.body ?? {}, "refresh_token"),
        });
      if (round > 0) continue;
      auth.clock.advance(5_100);
      expect((await poll(deviceCode)).status).toBe(400);
      expect((await refresh()).status).toBe(400);
    }
  });

  test("is allowed after a recent sign-in, and refused at any time", async () => {
    const cookie = await loginCookie();
    const { body } = await start();
    const userCode = textOf(body, "user_code");
    await auth.pool.query("update auth.sessions set auth_time = auth_time - interval '11 minutes'");
    expect(await decide(cookie, userCode, "allow")).toMatchObject({
      status: 403,
      body: { error: { code: "reauthentication_required" } },
    });
    expect((await decide(cookie, userCode, "deny")).status).toBe(200);
  });

  test("stays signed in only if the person ticks it", async () => {
    const cookie = await loginCookie();
    const { body } = await start();
    const input = { userCode: textOf(body, "user_code"), decision: "allow", scopes: ["openid", "profile"] };
    expect((await auth.call("POST", "/api/device/decide", { cookie, headers: csrf, body: input })).status).toBe(200);
    const tokens = await poll(textOf(body, "device_code"));
    expect(tokens).toMatchObject({ status: 200, body: { scope: "openid profile" } });
    expect(tokens.body).not.toHaveProperty("refresh_token");
  });

  test("is decided by a signed-in person, from Auth's own page", async () => {
    const { body } = await start();
    const input = { userCode: textOf(body, "user_code"), decision: "allow" };
    expect((await auth.call("POST", "/api/device/decide", { body: input, headers: csrf })).status).toBe(401);
    const cookie = await loginCookie();
    expect((await auth.call("POST", "/api/device/decide", { cookie, body: input })).status).toBe(403);
  });
});
