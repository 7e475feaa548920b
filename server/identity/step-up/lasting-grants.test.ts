import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { codeOf, enrolled, nexusServiceHeader } from "../../../test/second-factor.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";
import { lastingTable, notLasting } from "../matrix/lasting-table.ts";
import { roleTable } from "../matrix/role-table.ts";
import { routes } from "../routes.ts";
import { requireRecentSignIn } from "./require-recent-sign-in.ts";

let auth: TestAuth;
let operator: TestUser;

beforeAll(async () => {
  auth = await startTestAuth();
  operator = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
});
afterAll(() => auth.close());

const writing = routes.filter(({ method }) => method !== "GET");
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`;
const lasting = writing.map(nameOf).filter((name) => lastingTable[name] === "recent");

/** Access tokens last ten minutes, and so does a sign-in: the sign-in alone is set back. */
const setBack = (user: TestUser, by = "1 hour") =>
  auth.pool.query("update auth.sessions set auth_time = auth_time - $2::interval where user_id = $1", [user.id, by]);

const ask = async (bearer: string, name: string) => {
  const [method = "", path = ""] = name.split(" ");
  return auth.call(method, path.replaceAll(/:[a-zA-Z]+/g, "none"), {
    bearer,
    headers: nexusServiceHeader,
    ...(method === "DELETE" ? {} : { body: {} }),
  });
};

const refused = {
  status: 403,
  body: {
    error: {
      code: "reauthentication_required",
      reauthenticate: {
        endpoint: "http://localhost:3001/api/me/reauthenticate",
        page: "http://localhost:3001/confirm-identity",
        maxAgeSeconds: 600,
      },
    },
  },
};

test("every route that writes says whether it needs a recent sign-in, and none says so of a route that is gone [X6]", () => {
  const present = writing.map(nameOf);
  expect(
    present.filter((name) => !(name in lastingTable)),
    "add each to server/identity/matrix/lasting-table.ts",
  ).toEqual([]);
  expect(Object.keys(lastingTable).filter((name) => !present.includes(name))).toEqual([]);
  expect(Object.values(lastingTable).every((why) => why === "recent" || why in notLasting)).toBe(true);
  expect(roleTable.length).toBeGreaterThanOrEqual(routes.length);
});

test("the routes that say so take the step, and no others [X6]", () => {
  const asking = writing.filter(({ steps }) => steps.includes(requireRecentSignIn)).map(nameOf);
  expect(asking.sort()).toEqual(lasting.toSorted());
});

describe("with a token in hand and a sign-in of an hour ago", () => {
  test.each(lasting)("%s is refused, with the way to confirm [X6]", async (name) => {
    const { token } = await auth.login(operator);
    await setBack(operator);
    const { rows: before } = await auth.pool.query("select count(*)::int as n from auth.audit_events");
    expect(await ask(token, name)).toMatchObject(refused);
    const { rows: after } = await auth.pool.query("select count(*)::int as n from auth.audit_events");
    expect(after).toEqual(before);
  });
});

test("a sign-in counts for ten minutes and not for longer [X6]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { token } = await auth.login(user);
  const body = { name: "k", scopes: ["srv_nexus.usage"] };
  await setBack(user, "595 seconds");
  expect((await auth.call("POST", "/api/api-keys", { bearer: token, body })).status).toBe(201);
  await setBack(user, "10 seconds");
  expect(await auth.call("POST", "/api/api-keys", { bearer: token, body })).toMatchObject(refused);
});

test("a token from before the step-up gains nothing by it; the new one does [X6]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { token: stolen } = await auth.login(user);
  await setBack(user);
  auth.clock.advance(5_000);
  const done = await auth.call("POST", "/api/me/reauthenticate", {
    bearer: stolen,
    headers: nexusServiceHeader,
    body: { password: user.password },
  });
  const body = { name: "k", scopes: ["srv_nexus.usage"] };
  expect(await auth.call("POST", "/api/api-keys", { bearer: stolen, body })).toMatchObject(refused);
  expect((await auth.call("GET", "/validate", { bearer: stolen })).body).toMatchObject({ lastSignIn: null });
  const fresh = textOf(done.body, "accessToken");
  expect((await auth.call("POST", "/api/api-keys", { bearer: fresh, body })).status).toBe(201);
  expect((await auth.call("GET", "/validate", { bearer: fresh })).body).toMatchObject({
    lastSignIn: { at: expect.any(String), sufficient: true },
  });
});

test("nor does one of the same second, while the new one, a refreshed and an exchanged one do [X6]", async () => {
  for (let round = 0; round < 5; round += 1) {
    const user = await auth.addUser({ role: "owner" });
    const { token: old, cookie: before } = await auth.login(user);
    await setBack(user);
    // The second begins, so that what follows is within it, on any machine that is not slower than that.
    auth.clock.advance(1_000 - (auth.clock.now() % 1_000));
    const origin = { origin: "http://localhost:3000", "x-topolo-auth": "1", ...nexusServiceHeader };
    const stolen = await auth.call("POST", "/refresh", { cookie: before, headers: origin });
    const done = await auth.call("POST", "/api/me/reauthenticate", {
      cookie: stolen.cookie ?? before,
      headers: origin,
      body: { password: user.password },
    });
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    expect(done.body).toMatchObject({ expiresIn: 600 });
    const fresh = textOf(done.body, "accessToken");
    const refreshed = await auth.call("POST", "/refresh", { cookie: done.cookie ?? "", headers: origin });
    const exchanged = await auth.call("POST", "/api/me/active-organization", {
      bearer: fresh,
      headers: nexusServiceHeader,
      body: { organizationId: "org_topolo" },
    });
    const body = { name: "k", scopes: ["srv_nexus.usage"] };
    const create = (bearer: string) => auth.call("POST", "/api/api-keys", { bearer, body });
    for (const bearer of [old, textOf(stolen.body, "accessToken")]) expect(await create(bearer)).toMatchObject(refused);
    for (const bearer of [fresh, textOf(refreshed.body, "accessToken"), textOf(exchanged.body, "accessToken")])
      expect((await create(bearer)).status).toBe(201);
  }
});

test("where the account has an authenticator, a sign-in by password alone is not enough, whether or not signing in asks for more [X6]", async () => {
  const { user, token, secret } = await enrolled(auth);
  const off = await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: false } });
  expect(off.status).toBe(200);
  const { token: byPassword } = await auth.login(user);
  expect((await auth.call("GET", "/validate", { bearer: byPassword })).body).toMatchObject({
    lastSignIn: { sufficient: false },
  });
  const turnOn = (bearer: string) => auth.call("PUT", "/api/me/mfa/required", { bearer, body: { required: true } });
  expect(await turnOn(byPassword)).toMatchObject(refused);
  auth.clock.advance(60_000);
  const done = await auth.call("POST", "/api/me/reauthenticate", {
    bearer: byPassword,
    headers: nexusServiceHeader,
    body: { password: user.password, code: codeOf(auth, secret) },
  });
  expect((await turnOn(textOf(done.body, "accessToken"))).status).toBe(200);
});

test("a sign-in with a passkey that verified nobody is enough only where the account has nothing else [X6]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { token } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000", userVerified: false });
  const ceremonies = passkeyCeremonies(auth);
  await ceremonies.register(token, authenticator);
  const create = async () => {
    const signedIn = await ceremonies.signIn(authenticator);
    const body = { name: "k", scopes: ["srv_nexus.usage"] };
    return auth.call("POST", "/api/api-keys", { bearer: textOf(signedIn.body, "accessToken"), body });
  };
  expect(await create()).toMatchObject(refused);
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [user.id]);
  expect((await create()).status).toBe(201);
});
