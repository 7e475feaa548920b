import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth } from "../../test/auth-server.ts";
import { allowAt } from "../../test/oauth-browser.ts";
import { addClient, addThirdParty, callback, type TestClient } from "../../test/oauth-client.ts";

// The client most applications use, from the first request to the last.

const goodbye = "https://roadmapper.topolo.app/";
let auth: TestAuth;
let web: TestClient;
let backend: TestClient;
let cli: TestClient;

beforeAll(async () => {
  auth = await startIssuingAuth();
  web = await addClient(auth, { clientId: "web-one", postLogoutRedirectUris: [goodbye] });
  backend = await addClient(auth, { clientId: "backend-one", type: "confidential" });
  cli = await addClient(auth, { clientId: "cli-one", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
});
afterAll(() => auth.close());

const discover = async ({ clientId, secret }: TestClient): Promise<client.Configuration> => {
  const config = await client.discovery(
    new URL(auth.url),
    clientId,
    { id_token_signed_response_alg: "ES256" },
    secret === undefined ? client.None() : client.ClientSecretPost(secret),
    { execute: [client.allowInsecureRequests] },
  );
  client.enableNonRepudiationChecks(config);
  return config;
};

const signIn = async (config: client.Configuration) => {
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid profile email",
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  const redirect = await fetch(address, { redirect: "manual", headers: { cookie } });
  const returned = new URL(redirect.headers.get("location") ?? "");
  const tokens = await client.authorizationCodeGrant(config, returned, { ...checks, idTokenExpected: true });
  return { user, cookie, tokens };
};

test("sign-in, user info, refresh and logout of a public client [D1, D2]", async () => {
  const config = await discover(web);
  const { user, cookie, tokens } = await signIn(config);
  expect(tokens.claims()).toMatchObject({ sub: user.id, aud: "web-one" });
  expect(tokens.expiresIn()).toBeGreaterThan(590);
  expect(await client.fetchUserInfo(config, tokens.access_token, user.id)).toMatchObject({ email: user.email });
  const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(again.claims()?.sub).toBe(user.id);
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  const leave = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: goodbye,
    id_token_hint: tokens.id_token ?? "",
    state: "bye",
  });
  const left = await fetch(leave, { redirect: "manual", headers: { cookie } });
  expect(left.headers.get("location")).toBe(`${goodbye}?state=bye`);
  await expect(client.fetchUserInfo(config, again.access_token, user.id)).rejects.toThrow();
});

test("a confidential client by client_secret_post: introspection, revocation, a token of its own", async () => {
  const config = await discover(backend);
  const { user, tokens } = await signIn(config);
  expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, sub: user.id });
  await client.tokenRevocation(config, tokens.access_token);
  expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  const own = await client.clientCredentialsGrant(config);
  expect(await client.tokenIntrospection(config, own.access_token)).toMatchObject({ active: true, sub: "backend-one" });
  expect(own.refresh_token).toBeUndefined();
});

test("device authorization, polled until somebody decides", async () => {
  const config = await discover(cli);
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const begun = await client.initiateDeviceAuthorization(config, { scope: "openid email" });
  expect(begun.verification_uri_complete).toBe(`${auth.url}/device?user_code=${begun.user_code}`);
  const polled = client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 });
  await auth.call("POST", "/api/device/decide", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { userCode: begun.user_code, decision: "allow" },
  });
  expect((await polled).claims()?.sub).toBe(user.id);
});

test("a third party's app: scopes of services granted in part, one by one, and a token that says so", async () => {
  await addThirdParty(auth, "srv_partner", ["srv_nexus"]);
  const scopes = ["srv_nexus.ai:invoke", "srv_nexus.usage:read"];
  const partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner", scopes });
  auth.clock.advance(1_100);
  const config = await discover(partner);
  expect(config.serverMetadata().scopes_supported).toEqual(expect.arrayContaining(scopes));
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: `openid offline_access ${scopes.join(" ")}`,
    prompt: "consent",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const returned = await allowAt(auth, address, cookie, ["offline_access", "srv_nexus.usage:read"]);
  const tokens = await client.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState });
  expect(tokens.scope).toBe("openid offline_access srv_nexus.usage:read");
  expect(await client.fetchUserInfo(config, tokens.access_token, user.id)).toEqual({ sub: user.id });
  const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  const headers = { "x-service-id": "srv_nexus" };
  const { body } = await auth.call("GET", "/validate", { bearer: again.access_token, headers });
  expect(body).toMatchObject({ permissions: ["srv_nexus.usage:read"], role: null });
});

test("a code from another sign-in is refused by state and by nonce [RFC 9700 §4.7]", async () => {
  const config = await discover(web);
  const { cookie } = await auth.login(await auth.addUser({ role: "owner" }));
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: "of-the-thief",
    nonce: "of-the-thief",
  });
  const redirect = await fetch(address, { redirect: "manual", headers: { cookie } });
  const returned = new URL(redirect.headers.get("location") ?? "");
  await expect(
    client.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState: "of-the-victim" }),
  ).rejects.toThrow();
  await expect(
    client.authorizationCodeGrant(config, returned, {
      pkceCodeVerifier,
      expectedState: "of-the-thief",
      expectedNonce: "of-the-victim",
    }),
  ).rejects.toThrow();
});
