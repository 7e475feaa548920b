import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { nexusServiceHeader } from "../../../test/second-factor.ts";

let auth: TestAuth;
const grantType = "urn:topolo:params:oauth:grant-type:handoff-code";
const redirectUri = "https://roadmapper.topolo.app/auth/callback";

beforeAll(async () => {
  auth = await startTestAuth();
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('test-roadmapper', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [redirectUri, grantType],
  );
});
afterAll(() => auth.close());

/** By a change to the organization that is active already. */
const bySwitch = async (bearer: string): Promise<string> => {
  const { body } = await auth.call("POST", "/api/me/active-organization", {
    bearer,
    headers: { "x-service-id": textOf(decodeJwt(bearer), "service_id") },
    body: { organizationId: "org_topolo" },
  });
  return textOf(body, "accessToken");
};

/** By a handoff that no browser redeems. */
const byHandoff = async (bearer: string): Promise<string> => {
  const asked = { service_id: "srv_roadmapper", redirect_uri: redirectUri };
  const { body } = await auth.call("POST", "/sso/handoff-code", { bearer, body: asked });
  const code = new URL(textOf(body, "url")).searchParams.get("code") ?? "";
  const form = { grant_type: grantType, client_id: "test-roadmapper", code, redirect_uri: redirectUri };
  const redeemed = await auth.call("POST", "/sso/exchange", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  return textOf(redeemed.body, "access_token");
};

test("a token from before a step-up approves no device [X6]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token: stolen, cookie } = await auth.login(user);
  auth.clock.advance(5_000);
  const headers = { ...nexusServiceHeader, "x-topolo-auth": "1" };
  await auth.call("POST", "/api/me/reauthenticate", { cookie, headers, body: { password: user.password } });
  const body = { userCode: "BCDF-GHJK" };
  expect(await auth.call("POST", "/api/device/lookup", { bearer: stolen, body })).toMatchObject({
    status: 403,
    body: { error: { code: "reauthentication_required" } },
  });
});

const roads: readonly (readonly [string, (bearer: string) => Promise<string>])[] = [
  ["a change of organization", bySwitch],
  ["a handoff", byHandoff],
  ["both", async (bearer) => bySwitch(await byHandoff(bearer))],
];

describe.each(roads)("a token that was exchanged by %s", (_, exchange) => {
  test("ends when the one it was exchanged for ends, however often", async () => {
    const { token } = await auth.login(await auth.addUser({ role: "member" }));
    const { exp } = decodeJwt(token);
    let held = token;
    for (let round = 0; round < 3; round += 1) {
      auth.clock.advance(2 * 60_000);
      held = await exchange(held);
      expect(decodeJwt(held).exp).toBe(exp);
    }
    // Clocks may differ by half a minute.
    auth.clock.advance(4 * 60_000 + 31_000);
    expect((await auth.call("GET", "/validate", { bearer: held })).status).toBe(401);
  });

  test("gains nothing by a step-up of the person, as the one it was exchanged for [X6]", async () => {
    const user = await auth.addUser({ role: "owner" });
    const { token: stolen, cookie } = await auth.login(user);
    auth.clock.advance(5_000);
    const shown = await auth.call("POST", "/api/me/reauthenticate", {
      cookie,
      headers: { ...nexusServiceHeader, "x-topolo-auth": "1" },
      body: { password: user.password },
    });
    const body = { name: "k", scopes: ["srv_nexus.usage"] };
    expect(await auth.call("POST", "/api/api-keys", { bearer: await exchange(stolen), body })).toMatchObject({
      status: 403,
      body: { error: { code: "reauthentication_required" } },
    });
    const fresh = textOf(shown.body, "accessToken");
    expect((await auth.call("POST", "/api/api-keys", { bearer: fresh, body })).status).toBe(201);
  });
});
