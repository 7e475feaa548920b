import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth } from "../../test/auth-server.ts";
import { addClient, callback } from "../../test/oauth-client.ts";

// Tokens bound to a key (DPoP), as two foreign libraries ask for them, renew them and present them.

let auth: TestAuth;
const clientId = "bound-one";
const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  auth = await startIssuingAuth();
  await addClient(auth, { clientId, keyBound: true });
});
afterAll(() => auth.close());

const signedIn = async () => {
  const user = await auth.addUser({ role: "owner" });
  return { user, ...(await auth.login(user)) };
};

const returnTo = async (address: URL, cookie: string): Promise<URL> => {
  const redirect = await fetch(address, { redirect: "manual", headers: { cookie } });
  return new URL(redirect.headers.get("location") ?? "");
};

test("oauth4webapi: code, user info, refresh", async () => {
  const issuer = new URL(auth.url);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  expect(server.dpop_signing_alg_values_supported).toContain("ES256");
  const client: oauth.Client = { client_id: clientId, id_token_signed_response_alg: "ES256" };
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const { user, cookie } = await signedIn();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const address = new URL(server.authorization_endpoint ?? "");
  address.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  }).toString();
  const params = oauth.validateAuthResponse(server, client, await returnTo(address, cookie), state);
  const options = { ...insecure, DPoP };
  const none = oauth.None();
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(server, client, none, params, callback, verifier, options),
    { requireIdToken: true },
  );
  expect(tokens.token_type).toBe("dpop");
  const info = await oauth.userInfoRequest(server, client, tokens.access_token, options);
  expect(await oauth.processUserInfoResponse(server, client, user.id, info)).toMatchObject({ email: user.email });
  const renewed = await oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, none, tokens.refresh_token ?? "", options),
  );
  expect(renewed.token_type).toBe("dpop");
  await expect(
    oauth.userInfoRequest(server, client, renewed.access_token, insecure).then(async (answer) => {
      await oauth.processUserInfoResponse(server, client, user.id, answer);
    }),
  ).rejects.toThrow();
});

test("openid-client: code, user info, refresh", async () => {
  const config = await openid.discovery(
    new URL(auth.url),
    clientId,
    { id_token_signed_response_alg: "ES256" },
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  );
  const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair("ES256"));
  const { user, cookie } = await signedIn();
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid email",
    dpop_jkt: await DPoP.calculateThumbprint(),
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const returned = await returnTo(address, cookie);
  const tokens = await openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState }, undefined, {
    DPoP,
  });
  expect(tokens.token_type).toBe("dpop");
  expect(await openid.fetchUserInfo(config, tokens.access_token, user.id, { DPoP })).toMatchObject({ sub: user.id });
  const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "", undefined, { DPoP });
  await expect(openid.fetchUserInfo(config, again.access_token, user.id)).rejects.toThrow();
  await expect(openid.refreshTokenGrant(config, again.refresh_token ?? "")).rejects.toThrow();
});
