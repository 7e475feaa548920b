import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth } from "../../test/auth-server.ts";
import { addClient, callback } from "../../test/oauth-client.ts";

// Clients without a secret: they sign for themselves and push what they ask for, as two foreign libraries do it.

let auth: TestAuth;
let key: CryptoKey;
const clientId = "keyed-one";
const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  auth = await startIssuingAuth();
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  key = pair.privateKey;
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), key_ops: undefined, ext: undefined };
  await addClient(auth, { clientId, keys: { jwks: { keys: [{ ...jwk, kid: "one" }] } }, pushedOnly: true });
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

test("openid-client: a pushed request, private_key_jwt at every endpoint [D2]", async () => {
  const config = await openid.discovery(
    new URL(auth.url),
    clientId,
    { id_token_signed_response_alg: "ES256" },
    openid.PrivateKeyJwt(key),
    { execute: [openid.allowInsecureRequests] },
  );
  const { user, cookie } = await signedIn();
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const address = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: callback,
    scope: "openid email",
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  expect([...address.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
  const returned = await returnTo(address, cookie);
  const tokens = await openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState });
  expect(tokens.claims()).toMatchObject({ sub: user.id, aud: clientId });
  expect(await openid.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, sub: user.id });
  const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
  await openid.tokenRevocation(config, again.access_token);
  expect(await openid.tokenIntrospection(config, again.access_token)).toEqual({ active: false });
  const own = await openid.clientCredentialsGrant(config);
  expect(await openid.tokenIntrospection(config, own.access_token)).toMatchObject({ active: true, sub: clientId });
});

test("oauth4webapi: a pushed request and private_key_jwt, by the metadata [D2]", async () => {
  const issuer = new URL(auth.url);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  expect(server.token_endpoint_auth_methods_supported).toContain("private_key_jwt");
  const client: oauth.Client = { client_id: clientId, id_token_signed_response_alg: "ES256" };
  const shown = oauth.PrivateKeyJwt({ key, kid: "one" });
  const { user, cookie } = await signedIn();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const wanted = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  });
  const pushed = await oauth.processPushedAuthorizationResponse(
    server,
    client,
    await oauth.pushedAuthorizationRequest(server, client, shown, wanted, insecure),
  );
  expect(pushed.expires_in).toBeLessThanOrEqual(60);
  const address = new URL(server.authorization_endpoint ?? "");
  address.search = new URLSearchParams({ client_id: clientId, request_uri: pushed.request_uri }).toString();
  const params = oauth.validateAuthResponse(server, client, await returnTo(address, cookie), state);
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(server, client, shown, params, callback, verifier, insecure),
    { requireIdToken: true },
  );
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(user.id);
});
