import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { addClient, authorizePath, callback, locationOf, pkce, tokenPath } from "../../../test/oauth-client.ts";
import { ManifestClient } from "../catalogue/manifest-client.ts";

// Clients that sign for themselves (RFC 7523) and push what they ask for (RFC 9126), and who would pass for them.

const issuer = "http://localhost:3001";
const clientId = "keyed-one";
const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
let auth: TestAuth;
let privateKey: CryptoKey;
let otherKey: CryptoKey;
let publicJwk: JWK;
let keyServer: Server;
let keysUrl: string;
let asked: string[] = [];

beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  privateKey = pair.privateKey;
  otherKey = (await generateKeyPair("ES256")).privateKey;
  publicJwk = await exportJWK(pair.publicKey);
  keyServer = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    if (path === "/moved") response.writeHead(302, { location: "/keys" }).end();
    else if (path === "/big") response.end(JSON.stringify({ keys: [publicJwk], padding: "x".repeat(100_000) }));
    else response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [publicJwk] }));
  }).listen(0, "localhost");
  await once(keyServer, "listening");
  const address = keyServer.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  keysUrl = `http://localhost:${address.port}`;
  auth = await startTestAuth({ clientAllow: [`localhost:${address.port}`] });
  await addClient(auth, { clientId, keys: { jwks: { keys: [publicJwk] } } });
  await addClient(auth, { clientId: "keyed-two", keys: { jwks: { keys: [publicJwk] } } });
  await addClient(auth, { clientId: "pushing", pushedOnly: true });
});
afterAll(async () => {
  keyServer.closeAllConnections();
  keyServer.close();
  await auth.close();
});

interface Forged {
  readonly claims?: JWTPayload;
  readonly key?: CryptoKey | Uint8Array;
  readonly alg?: string;
  readonly client?: string;
}

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

const assertion = ({ claims = {}, key = privateKey, alg = "ES256", client = clientId }: Forged = {}): Promise<string> =>
  new SignJWT({
    iss: client,
    sub: client,
    aud: issuer,
    jti: crypto.randomUUID(),
    exp: inSeconds(60),
    ...claims,
  })
    .setProtectedHeader({ alg })
    .sign(key);

const post = (path: string, form: Readonly<Record<string, string>>): Promise<Called> =>
  auth.call("POST", path, {
    body: new URLSearchParams(form).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

const ownToken = (signed: string, form: Readonly<Record<string, string>> = {}): Promise<Called> =>
  post(tokenPath, { grant_type: "client_credentials", client_assertion: signed, client_assertion_type: type, ...form });

const introspect = (token: string, signed: string): Promise<Called> =>
  post("/oauth/introspect", { token, client_assertion: signed, client_assertion_type: type });

describe("private_key_jwt", () => {
  test("a client without a secret gets its token and looks at it by its own signature", async () => {
    const { status, body } = await ownToken(await assertion());
    expect(status).toBe(200);
    const looked = await introspect(textOf(body, "access_token"), await assertion());
    expect(looked).toMatchObject({ status: 200, body: { active: true, sub: clientId } });
  });

  const forged: readonly (readonly [string, () => Promise<string>])[] = [
    ["another key", () => assertion({ key: otherKey })],
    ["a shared secret", () => assertion({ key: new Uint8Array(32), alg: "HS256" })],
    ["another audience", () => assertion({ claims: { aud: "https://elsewhere.example" } })],
    ["another subject", () => assertion({ claims: { sub: "keyed-two" } })],
    ["no expiry", () => assertion({ claims: { exp: undefined } })],
    ["an expiry that has passed", () => assertion({ claims: { exp: inSeconds(-120) } })],
    ["no id", () => assertion({ claims: { jti: undefined } })],
    ["no signature", async () => `${(await assertion()).split(".").slice(0, 2).join(".")}.`],
  ];

  test.each(forged)("an assertion with %s is refused at the token endpoint and at introspection", async (_, forge) => {
    const { body } = await ownToken(await assertion());
    const refused = await ownToken(await forge());
    expect([refused.status, refused.body.error]).toEqual([401, "invalid_client"]);
    const looked = await introspect(textOf(body, "access_token"), await forge());
    expect(looked.status).toBe(401);
  });

  test("an assertion counts once, whichever endpoint it is shown to, and of twenty at once one", async () => {
    const { body } = await ownToken(await assertion());
    const token = textOf(body, "access_token");
    const first = await assertion();
    expect((await ownToken(first)).status).toBe(200);
    expect((await ownToken(first)).status).toBe(401);
    expect((await introspect(token, first)).status).toBe(401);
    const second = await assertion();
    expect((await introspect(token, second)).status).toBe(200);
    expect((await ownToken(second)).status).toBe(401);
    const third = await assertion();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ownToken(third)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("a secret, a name alone and another client's id do not stand in for the signature", async () => {
    await expect(auth.server.createServiceClientSecret(clientId)).rejects.toThrow();
    const bare = await post(tokenPath, { grant_type: "client_credentials", client_id: clientId });
    expect([bare.status, bare.body.error]).toEqual([401, "invalid_client"]);
    const { body } = await ownToken(await assertion());
    const token = textOf(body, "access_token");
    expect((await post("/oauth/introspect", { token, client_id: clientId })).status).toBe(401);
    expect((await post("/oauth/revoke", { token, client_id: clientId })).status).toBe(401);
    expect((await ownToken(await assertion(), { client_id: "keyed-two" })).status).toBe(400);
  });
});

describe("the address of a client's keys", () => {
  const withKeysAt = async (name: string, jwksUri: string): Promise<Called> => {
    await addClient(auth, { clientId: name, keys: { jwksUri } });
    const answer = await ownToken(await assertion({ client: name }));
    const looked = await introspect("a.b.c", await assertion({ client: name }));
    expect(looked.status).toBe(answer.status === 200 ? 200 : 401);
    return answer;
  };

  test("is asked where the operator allows it", async () => {
    expect((await withKeysAt("keys-good", `${keysUrl}/keys`)).status).toBe(200);
  });

  test("is not followed to another one, and not read without end", async () => {
    asked = [];
    expect((await withKeysAt("keys-moved", `${keysUrl}/moved`)).status).toBe(401);
    expect(asked).not.toContain("/keys");
    expect((await withKeysAt("keys-big", `${keysUrl}/big`)).status).toBe(401);
  });

  test.each([
    "http://localhost:1/keys",
    "http://127.0.0.1/keys",
    "https://127.0.0.1/keys",
    "https://[::1]/keys",
    "https://[::ffff:127.0.0.1]/keys",
    "https://10.0.0.1/keys",
    "https://169.254.169.254/latest/meta-data",
    "https://192.168.1.1/keys",
    "https://localhost/keys",
    "https://keys.example.com:8443/keys",
  ])("%s is never asked", async (address) => {
    const name = `keys-${Buffer.from(address).toString("hex").slice(-40)}`;
    const answer = await withKeysAt(name, address);
    expect([answer.status, answer.body.error]).toEqual([401, "invalid_client"]);
  });
});

describe("pushed requests", () => {
  const wanted = (challenge: string): Record<string, string> => ({
    client_id: "pushing",
    response_type: "code",
    redirect_uri: callback,
    scope: "openid",
    state: "state-1",
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  const follow = (uri: string, cookie: string, client = "pushing"): Promise<Called> =>
    auth.call("GET", `/sso/authorize?${new URLSearchParams({ client_id: client, request_uri: uri })}`, { cookie });
  const signIn = async (): Promise<string> => (await auth.login(await auth.addUser({ role: "owner" }))).cookie;

  test("a client that pushes begins in no other way", async () => {
    const client = { clientId: "pushing", secret: undefined, redirectUri: callback };
    const answer = await auth.call("GET", authorizePath(client, pkce().challenge), { cookie: await signIn() });
    expect(locationOf(answer).searchParams.get("code")).toBeNull();
    expect(locationOf(answer).searchParams.get("error")).toBe("invalid_request");
  });

  test("a pushed request is the client's own and counts once, whatever the browser adds", async () => {
    const cookie = await signIn();
    const { status, body } = await post("/oauth/par", wanted(pkce().challenge));
    expect(status).toBe(201);
    const uri = textOf(body, "request_uri");
    expect(locationOf(await follow(uri, cookie, "keyed-one")).searchParams.get("code")).toBeNull();
    const query = new URLSearchParams({
      client_id: "pushing",
      request_uri: uri,
      redirect_uri: "https://evil.example/",
      scope: "openid email offline_access",
    });
    const answer = await auth.call("GET", `/sso/authorize?${query}`, { cookie });
    expect(answer.headers.get("location") ?? "").not.toContain("evil.example");
    const again = await post("/oauth/par", wanted(pkce().challenge));
    const second = textOf(again.body, "request_uri");
    const good = await follow(second, cookie);
    expect(locationOf(good).searchParams.get("code")).toMatch(/^.{20,}$/);
    expect(locationOf(await follow(second, cookie)).searchParams.get("code")).toBeNull();
  });

  test("an unregistered redirect address is refused before anybody's browser has seen it", async () => {
    const evil = { ...wanted(pkce().challenge), redirect_uri: "https://evil.example/" };
    expect((await post("/oauth/par", evil)).status).toBe(400);
  });
});

describe("registration", () => {
  const client = {
    client_id: "someone-web",
    type: "confidential",
    redirect_uris: ["https://someone.example/cb"],
    post_logout_redirect_uris: [],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: "private_key_jwt",
  };
  const accepts = (changes: object): boolean => ManifestClient.safeParse({ ...client, ...changes }).success;

  test("no client registers itself", async () => {
    for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
      expect((await auth.call("GET", path)).body).not.toHaveProperty("registration_endpoint");
    for (const path of ["/reg", "/oauth/register", "/oauth/reg"])
      expect((await auth.call("POST", path, { body: { redirect_uris: [callback] } })).status).toBe(404);
    const client = { clientId: "https://someone.example/client.json", secret: undefined, redirectUri: callback };
    expect((await auth.call("GET", authorizePath(client, pkce().challenge))).status).toBe(400);
  });

  test("keys come from one place, are public, and belong to a confidential client with private_key_jwt", () => {
    const jwks = { keys: [publicJwk] };
    const uri = "https://someone.example/jwks";
    expect(accepts({ jwks })).toBe(true);
    expect(accepts({ jwks_uri: uri })).toBe(true);
    expect(accepts({})).toBe(false);
    expect(accepts({ jwks, jwks_uri: uri })).toBe(false);
    expect(accepts({ jwks, token_endpoint_auth_method: "client_secret_basic" })).toBe(false);
    expect(accepts({ jwks, type: "public" })).toBe(false);
    expect(accepts({ jwks: { keys: [{ ...publicJwk, d: "secret" }] } })).toBe(false);
    expect(accepts({ jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } })).toBe(false);
    for (const address of ["http://10.0.0.1/jwks", "file:///etc/passwd", "data:application/json,{}"])
      expect(accepts({ jwks_uri: address })).toBe(false);
  });
});
