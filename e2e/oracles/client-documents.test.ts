import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startIssuingAuth, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import { startDocumentServer, type DocumentServer } from "../../test/document-server.ts";
import { allowAt } from "../../test/oauth-browser.ts";

// Two foreign libraries sign in with an id that is the address of a document, and nobody registers them.

const scope = "openid email offline_access srv_nexus.usage:read";
let auth: TestAuth;
let site: DocumentServer;
let user: TestUser;
let cookie: string;

beforeAll(async () => {
  site = await startDocumentServer();
  auth = await startIssuingAuth({ localAddresses: true, clientAllow: [site.host] });
  user = await auth.addUser({ role: "owner" });
  ({ cookie } = await auth.login(user));
  const answer = await auth.call("PUT", "/api/organizations/org_topolo/unregistered-apps", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { policy: "listed", hosts: [site.host] },
  });
  expect(answer.status).toBe(200);
});
afterAll(async () => {
  site.close();
  await auth.close();
});

const redirectUri = (): string => `${site.origin}/callback`;

const permissionsOf = async (bearer: string) =>
  (await auth.call("GET", "/validate", { bearer, headers: { "x-service-id": "srv_nexus" } })).body["permissions"];

test("openid-client: the whole way without a secret", async () => {
  const id = site.describe("/openid-client.json");
  const config = await openid.discovery(
    new URL(auth.url),
    id,
    { id_token_signed_response_alg: "ES256" },
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  );
  expect(config.serverMetadata()["client_id_metadata_document_supported"]).toBe(true);
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri(),
    scope,
    prompt: "consent",
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const returned = await allowAt(auth, address, cookie, ["email", "offline_access", "srv_nexus.usage:read"]);
  const tokens = await openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState });
  expect(tokens.claims()).toMatchObject({ sub: user.id, aud: id });
  expect(await openid.fetchUserInfo(config, tokens.access_token, user.id)).toMatchObject({ email: user.email });
  expect(await permissionsOf(tokens.access_token)).toEqual(["srv_nexus.usage:read"]);
  const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "");
  await openid.tokenRevocation(config, again.access_token);
  await expect(openid.fetchUserInfo(config, again.access_token, user.id)).rejects.toThrow();
});

test("oauth4webapi: a pushed request, signed with the key of the document", async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const id = site.describe("/oauth4webapi.json", {
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ kty, crv, x, y, kid: "one" }] },
  });
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(auth.url);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const client: oauth.Client = { client_id: id, id_token_signed_response_alg: "ES256" };
  const shown = oauth.PrivateKeyJwt({ key: privateKey, kid: "one" });
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const wanted = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri(),
    response_type: "code",
    scope,
    prompt: "consent",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  });
  const pushed = await oauth.processPushedAuthorizationResponse(
    server,
    client,
    await oauth.pushedAuthorizationRequest(server, client, shown, wanted, insecure),
  );
  const address = new URL(server.authorization_endpoint ?? "");
  address.search = new URLSearchParams({ client_id: id, request_uri: pushed.request_uri }).toString();
  const returned = await allowAt(auth, address, cookie, ["srv_nexus.usage:read"]);
  const params = oauth.validateAuthResponse(server, client, returned, state);
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(server, client, shown, params, redirectUri(), verifier, insecure),
    { requireIdToken: true },
  );
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(user.id);
  expect(tokens.refresh_token).toBeUndefined();
  const looked = await oauth.processIntrospectionResponse(
    server,
    client,
    await oauth.introspectionRequest(server, client, shown, tokens.access_token, insecure),
  );
  expect(looked).toMatchObject({ active: true, sub: user.id, scope: "openid srv_nexus.usage:read" });
});
