import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth } from "../../test/auth-server.ts";
import { allowAt } from "../../test/oauth-browser.ts";
import { addClient, addThirdParty, callback, type TestClient } from "../../test/oauth-client.ts";

// A strict client that knows nothing of us: whatever it does not throw at follows the standards.

let auth: TestAuth;
let server: oauth.AuthorizationServer;
let web: TestClient;
let backend: TestClient;
let cli: TestClient;
const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  auth = await startIssuingAuth();
  web = await addClient(auth, { clientId: "web-one" });
  backend = await addClient(auth, { clientId: "backend-one", type: "confidential" });
  cli = await addClient(auth, { clientId: "cli-one", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
  const issuer = new URL(auth.url);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
});
afterAll(() => auth.close());

const clientOf = ({ clientId }: TestClient): oauth.Client => ({
  client_id: clientId,
  id_token_signed_response_alg: "ES256",
});
const secretOf = ({ secret }: TestClient): oauth.ClientAuth =>
  secret === undefined ? oauth.None() : oauth.ClientSecretBasic(secret);

const signIn = async (client: TestClient) => {
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const address = new URL(server.authorization_endpoint ?? "");
  address.search = new URLSearchParams({
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    response_type: "code",
    scope: "openid profile email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    max_age: "600",
  }).toString();
  const redirect = await fetch(address, { redirect: "manual", headers: { cookie } });
  const returned = new URL(redirect.headers.get("location") ?? "");
  return { user, cookie, verifier, state, nonce, returned };
};

const exchange = async (client: TestClient) => {
  const begun = await signIn(client);
  const params = oauth.validateAuthResponse(server, clientOf(client), begun.returned, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    clientOf(client),
    secretOf(client),
    params,
    client.redirectUri,
    begun.verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, clientOf(client), response, {
    expectedNonce: begun.nonce,
    maxAge: 600,
    requireIdToken: true,
  });
  return { ...begun, response, tokens };
};

test("discovery under both names, for OpenID Connect and for OAuth 2.0 [D1, D2]", async () => {
  const issuer = new URL(auth.url);
  const request = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: "oauth2" });
  expect(await oauth.processDiscoveryResponse(issuer, request)).toEqual(server);
  expect(server.code_challenge_methods_supported).toEqual(["S256"]);
  expect(server.authorization_response_iss_parameter_supported).toBe(true);
});

test("code, PKCE, iss, nonce, id_token signature, userinfo, refresh [D2]", async () => {
  for (const client of [web, backend]) {
    const { user, response, tokens } = await exchange(client);
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    expect(claims).toMatchObject({ sub: user.id, aud: client.clientId, email: user.email });
    const told = await oauth.processUserInfoResponse(
      server,
      clientOf(client),
      user.id,
      await oauth.userInfoRequest(server, clientOf(client), tokens.access_token, insecure),
    );
    expect(told).toMatchObject({ sub: user.id, email: user.email, email_verified: true });
    const again = await oauth.processRefreshTokenResponse(
      server,
      clientOf(client),
      await oauth.refreshTokenGrantRequest(
        server,
        clientOf(client),
        secretOf(client),
        tokens.refresh_token ?? "",
        insecure,
      ),
    );
    expect(again.refresh_token).not.toBe(tokens.refresh_token);
    expect(oauth.getValidatedIdTokenClaims(again)?.sub).toBe(user.id);
  }
});

test("the access token follows RFC 9068 for each service of its audience", async () => {
  const { tokens, user } = await exchange(web);
  for (const audience of ["srv_roadmapper", "srv_nexus"]) {
    const request = new Request("https://roadmapper.topolo.app/", {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(server, request, audience, insecure);
    expect(claims).toMatchObject({ sub: user.id, client_id: "web-one" });
  }
  const request = new Request("https://bugfix.topolo.app/", {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  await expect(oauth.validateJwtAccessToken(server, request, "srv_bugfix", insecure)).rejects.toThrow();
});

test("the client refuses an authorization response with another issuer or none [RFC 9700 §4.4]", async () => {
  const { returned, state } = await signIn(web);
  const params = new URL(returned).searchParams;
  expect(oauth.validateAuthResponse(server, clientOf(web), params, state).get("code")).toBeTruthy();
  params.set("iss", "https://evil.example");
  expect(() => oauth.validateAuthResponse(server, clientOf(web), params, state)).toThrow(/iss/);
  params.delete("iss");
  expect(() => oauth.validateAuthResponse(server, clientOf(web), params, state)).toThrow(/iss/);
});

test("a strict client recognizes the token endpoint's errors [RFC 9700 §2.5]", async () => {
  const { returned, state } = await signIn(backend);
  const params = oauth.validateAuthResponse(server, clientOf(backend), returned, state);
  const attempt = async (auth_: oauth.ClientAuth, verifier: string) =>
    oauth.processAuthorizationCodeResponse(
      server,
      clientOf(backend),
      await oauth.authorizationCodeGrantRequest(server, clientOf(backend), auth_, params, callback, verifier, insecure),
    );
  await expect(attempt(oauth.ClientSecretBasic("wrong"), "x".repeat(43))).rejects.toMatchObject({
    name: "WWWAuthenticateChallengeError",
  });
  await expect(attempt(secretOf(backend), "x".repeat(43))).rejects.toMatchObject({ error: "invalid_grant" });
});

test("introspection and revocation", async () => {
  const { tokens, user } = await exchange(backend);
  const look = async (token: string) =>
    oauth.processIntrospectionResponse(
      server,
      clientOf(backend),
      await oauth.introspectionRequest(server, clientOf(backend), secretOf(backend), token, insecure),
    );
  const end = async (token: string) =>
    oauth.processRevocationResponse(
      await oauth.revocationRequest(server, clientOf(backend), secretOf(backend), token, insecure),
    );
  expect(await look(tokens.access_token)).toMatchObject({ active: true, sub: user.id });
  expect(await look(tokens.refresh_token ?? "")).toMatchObject({ active: true });
  await end(tokens.access_token);
  expect(await look(tokens.access_token)).toEqual({ active: false });
  await end(tokens.refresh_token ?? "");
  expect(await look(tokens.refresh_token ?? "")).toEqual({ active: false });
});

test("client credentials", async () => {
  const tokens = await oauth.processClientCredentialsResponse(
    server,
    clientOf(backend),
    await oauth.clientCredentialsGrantRequest(server, clientOf(backend), secretOf(backend), {}, insecure),
  );
  const request = new Request("https://nexus.topolo.app/", {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(await oauth.validateJwtAccessToken(server, request, "srv_nexus", insecure)).toMatchObject({
    sub: "backend-one",
    client_id: "backend-one",
  });
});

test("device authorization", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const begun = await oauth.processDeviceAuthorizationResponse(
    server,
    clientOf(cli),
    await oauth.deviceAuthorizationRequest(server, clientOf(cli), oauth.None(), { scope: "openid" }, insecure),
  );
  const poll = async () =>
    oauth.processDeviceCodeResponse(
      server,
      clientOf(cli),
      await oauth.deviceCodeGrantRequest(server, clientOf(cli), oauth.None(), begun.device_code, insecure),
    );
  await expect(poll()).rejects.toMatchObject({ error: "authorization_pending" });
  const decided = await auth.call("POST", "/api/device/decide", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { userCode: begun.user_code, decision: "allow" },
  });
  expect(decided.status).toBe(200);
  const tokens = await poll();
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(user.id);
  await expect(poll()).rejects.toMatchObject({ error: "invalid_grant" });
});

test("a third party's app: the answer names the scopes that were granted, introspection tells no more", async () => {
  await addThirdParty(auth, "srv_partner", ["srv_nexus"]);
  const scopes = ["srv_nexus.ai:invoke", "srv_nexus.usage:read"];
  const partner = await addClient(auth, {
    clientId: "partner",
    serviceId: "srv_partner",
    type: "confidential",
    scopes,
  });
  auth.clock.advance(1_100);
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const granted = async (ticked: readonly string[]) => {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const address = new URL(server.authorization_endpoint ?? "");
    address.search = new URLSearchParams({
      client_id: partner.clientId,
      redirect_uri: partner.redirectUri,
      response_type: "code",
      scope: `openid ${scopes.join(" ")}`,
      prompt: "consent",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
    }).toString();
    const returned = await allowAt(auth, address, cookie, ticked);
    const params = oauth.validateAuthResponse(server, clientOf(partner), returned, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      clientOf(partner),
      secretOf(partner),
      params,
      partner.redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, clientOf(partner), response);
    expect(tokens.refresh_token).toBeUndefined();
    const asked = await oauth.introspectionRequest(
      server,
      clientOf(partner),
      secretOf(partner),
      tokens.access_token,
      insecure,
    );
    return { tokens, told: await oauth.processIntrospectionResponse(server, clientOf(partner), asked) };
  };
  const part = await granted(["srv_nexus.ai:invoke"]);
  expect(part.tokens.scope).toBe("openid srv_nexus.ai:invoke");
  expect(part.told).toMatchObject({ active: true, scope: "openid srv_nexus.ai:invoke", org_id: "org_topolo" });
  const nothing = await granted([]);
  expect(nothing.tokens.scope).toBe("openid");
  expect(nothing.told).toMatchObject({ active: true, sub: user.id, scope: "openid" });
  for (const field of ["org_id", "role", "username"]) expect(nothing.told).not.toHaveProperty(field);
});
