import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../../test/auth-server.ts";
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

/** The cookies of a browser, by name and path, sent where the path allows. */
const createBrowser = () => {
  const jar = new Map<string, { readonly pair: string; readonly path: string }>();
  const cookieFor = (path: string): string =>
    [...jar.values()]
      .filter((each) => path.startsWith(each.path))
      .map(({ pair }) => pair)
      .join("; ");
  const keep = ({ headers }: Called): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? "/";
      jar.set(`${pair.split("=")[0]} ${path}`, { pair, path });
    }
  };
  let current: string | undefined;
  return {
    signIn: (cookie: string | undefined) => {
      current = cookie;
    },
    go: async (method: string, path: string, body?: unknown) => {
      const cookies = [current, cookieFor(path.split("?")[0] ?? "")].filter(Boolean).join("; ");
      const answer = await auth.call(method, path, {
        ...(cookies === "" ? {} : { cookie: cookies }),
        ...(body === undefined ? {} : { body }),
        headers: method === "GET" ? {} : csrf,
      });
      keep(answer);
      return answer;
    },
  };
};

const loginCookie = async (role = "owner") => (await auth.login(await auth.addUser({ role }))).cookie;
const pathOf = (answer: Called): string => {
  const { pathname, search } = locationOf(answer);
  return pathname + search;
};

describe("/interaction/:uid", () => {
  test("a signed-out browser goes to the sign-in page and then gets its code [D2]", async () => {
    const browser = createBrowser();
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
    const browser = createBrowser();
    const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
    const thief = createBrowser();
    thief.signIn(await loginCookie());
    expect(pathOf(await thief.go("GET", here))).toBe("/error?code=interaction_not_found");
    expect((await thief.go("GET", here.replace("/interaction/", "/sso/authorize/"))).status).toBe(400);
  });

  test("a person who signs out in between gets no code", async () => {
    const browser = createBrowser();
    const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
    browser.signIn(await loginCookie());
    const finished = pathOf(await browser.go("GET", here));
    browser.signIn(undefined);
    const resumed = await browser.go("GET", finished);
    expect(pathOf(resumed)).toMatch(/^\/interaction\//);
  });

  test("if another person signs in first, the code is theirs", async () => {
    const browser = createBrowser();
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
    const browser = createBrowser();
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

  test("a person without an active organization is sent to choose one", async () => {
    const user = await auth.addUser({ role: "owner" });
    const browser = createBrowser();
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
    const browser = createBrowser();
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

  test("consent names the services the app can call, and is asked again when it can call more [RFC 9700 §2.3]", async () => {
    await addThirdParty(auth, "srv_reaching");
    const reaching = await addClient(auth, { clientId: "reaching-web", serviceId: "srv_reaching" });
    const reach = async (calls: readonly string[]) => {
      await auth.pool.query("update auth.services set calls = $1 where id = 'srv_reaching'", [calls]);
      auth.clock.advance(1_100);
    };
    await reach(["srv_nexus"]);
    const { browser, uid, verifier } = await begin(reaching);
    const shown = await browser.go("GET", `/api/interactions/${uid}`);
    expect(shown.body.services).toEqual([{ id: "srv_nexus", name: "Topolo Nexus" }]);
    const decided = await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow" });
    const resumed = await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname);
    const code = locationOf(resumed).searchParams.get("code") ?? "";
    const tokens = (await exchangeCode(auth, reaching, { code, verifier })).body;
    const audienceOf = (body: Called["body"]) => decodeJwt(textOf(body, "access_token")).aud;
    expect(audienceOf(tokens)).toEqual(["srv_reaching", "srv_nexus"]);
    const ask = async () => locationOf(await browser.go("GET", authorizePath(reaching, pkce().challenge)));
    expect((await ask()).searchParams.get("code")).not.toBeNull();
    await reach(["srv_nexus", "srv_roadmapper"]);
    const form = { grant_type: "refresh_token", refresh_token: textOf(tokens, "refresh_token") };
    expect(audienceOf((await postClientForm(auth, tokenPath, reaching, form)).body)).toEqual([
      "srv_reaching",
      "srv_nexus",
    ]);
    expect((await ask()).pathname).toMatch(/^\/interaction\//);
    await reach([]);
    expect((await ask()).searchParams.get("code")).not.toBeNull();
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
    const thief = createBrowser();
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
  const start = () => postClientForm(auth, "/oauth/device", device, { scope: "openid profile" });
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
    expect(body).toMatchObject({ verification_uri: "http://localhost:3001/device", expires_in: 600 });
    const userCode = textOf(body, "user_code");
    const deviceCode = textOf(body, "device_code");
    expect((await poll(deviceCode)).body).toMatchObject({ error: "authorization_pending" });
    const spelt = userCode.toLowerCase().replace("-", " ");
    const shown = await auth.call("POST", "/api/device/lookup", { cookie, headers: csrf, body: { userCode: spelt } });
    expect(shown.body).toMatchObject({
      client: { name: "cli-one" },
      scopes: [{ name: "openid" }, { name: "profile" }],
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
    expect((await poll(textOf(late.body, "device_code"))).status).toBe(400);
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

  test("is decided by a signed-in person, from Auth's own page", async () => {
    const { body } = await start();
    const input = { userCode: textOf(body, "user_code"), decision: "allow" };
    expect((await auth.call("POST", "/api/device/decide", { body: input, headers: csrf })).status).toBe(401);
    const cookie = await loginCookie();
    expect((await auth.call("POST", "/api/device/decide", { cookie, body: input })).status).toBe(403);
  });
});
