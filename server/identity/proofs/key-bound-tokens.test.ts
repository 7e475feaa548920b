import { exportJWK } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { addClient, getCode, tokenPath, type TestClient } from "../../../test/oauth-client.ts";
import { createProver, type Prover } from "../../../test/prover.ts";

// Tokens that are bound to a key (DPoP, RFC 9449): whoever steals one, or a proof with it, has nothing.

const issuer = "http://localhost:3001";
const tokenUrl = issuer + tokenPath;
const validateUrl = `${issuer}/validate`;
let auth: TestAuth;
let web: TestClient;
let strict: TestClient;
let backend: TestClient;
let user: TestUser;
let holder: Prover;
let thief: Prover;

beforeAll(async () => {
  auth = await startTestAuth();
  web = await addClient(auth, { clientId: "bound-web" });
  strict = await addClient(auth, { clientId: "bound-only", keyBound: true });
  backend = await addClient(auth, { clientId: "bound-backend", type: "confidential" });
  user = await auth.addUser({ role: "owner" });
  [holder, thief] = [await createProver(), await createProver()];
});
afterAll(() => auth.close());

const post = (path: string, form: Readonly<Record<string, string>>, proof?: string, basic?: TestClient) =>
  auth.call("POST", path, {
    body: new URLSearchParams(form).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(proof === undefined ? {} : { dpop: proof }),
      ...(basic === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${basic.clientId}:${basic.secret ?? ""}`).toString("base64")}` }),
    },
  });

const exchange = async (client: TestClient, prover: Prover | undefined): Promise<Called> => {
  const { cookie } = await auth.login(user);
  const { code, verifier } = await getCode(auth, client, cookie);
  const form = {
    grant_type: "authorization_code",
    client_id: client.clientId,
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  };
  return post(tokenPath, form, await prover?.prove({ method: "POST", url: tokenUrl }));
};

const refresh = async (client: TestClient, token: string, prover: Prover | undefined): Promise<Called> =>
  post(
    tokenPath,
    { grant_type: "refresh_token", client_id: client.clientId, refresh_token: token },
    await prover?.prove({ method: "POST", url: tokenUrl }),
  );

const present = (path: string, token: string, proof?: string, scheme = "DPoP", method = "GET"): Promise<Called> =>
  auth.call(method, path, {
    headers: { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) },
  });

const boundToken = async (): Promise<string> => textOf((await exchange(web, holder)).body, "access_token");

describe("what a client gets", () => {
  test("with a proof its tokens are bound to the key, and say so; the refresh token is bound as well", async () => {
    const { status, body } = await exchange(web, holder);
    expect([status, body["token_type"]]).toEqual([200, "DPoP"]);
    const token = textOf(body, "access_token");
    const proof = await holder.prove({ url: validateUrl, token });
    expect(await present("/validate", token, proof)).toMatchObject({
      status: 200,
      body: { valid: true, proofKey: holder.thumbprint, user: { id: user.id } },
    });
    const refreshToken = textOf(body, "refresh_token");
    for (const prover of [undefined, thief])
      expect(await refresh(web, refreshToken, prover)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const renewed = await refresh(web, refreshToken, holder);
    expect([renewed.status, renewed.body["token_type"]]).toEqual([200, "DPoP"]);
  });

  test("without a proof nothing changes, unless the client's registration wants one", async () => {
    const plain = await exchange(web, undefined);
    expect([plain.status, plain.body["token_type"]]).toEqual([200, "Bearer"]);
    const token = textOf(plain.body, "access_token");
    expect((await auth.call("GET", "/validate", { bearer: token })).body).toMatchObject({ proofKey: null });
    expect((await exchange(strict, undefined)).status).toBe(400);
    expect((await exchange(strict, holder)).body).toMatchObject({ token_type: "DPoP" });
  });

  test("a client's own token is bound as well", async () => {
    const proof = await holder.prove({ method: "POST", url: tokenUrl });
    const { body } = await post(tokenPath, { grant_type: "client_credentials" }, proof, backend);
    const token = textOf(body, "access_token");
    expect((await auth.call("GET", "/validate", { bearer: token })).body).toMatchObject({ error: "proof_missing" });
    const shown = await holder.prove({ url: validateUrl, token });
    expect((await present("/validate", token, shown)).body).toMatchObject({ subjectType: "service" });
  });

  test("a nonce is offered, and asked for where a proof is old", async () => {
    const { headers } = await exchange(web, holder);
    const nonce = headers.get("dpop-nonce");
    expect(nonce).toMatch(/^[\w-]{43}$/);
    const old = { iat: Math.floor(Date.now() / 1000) - 3_600 };
    const form = { grant_type: "refresh_token", client_id: web.clientId, refresh_token: "none" };
    const stale = await post(tokenPath, form, await holder.prove({ method: "POST", url: tokenUrl, claims: old }));
    expect([stale.status, stale.body["error"]]).toEqual([400, "use_dpop_nonce"]);
    const claims = { ...old, nonce: stale.headers.get("dpop-nonce") };
    const again = await post(tokenPath, form, await holder.prove({ method: "POST", url: tokenUrl, claims }));
    expect(again.body["error"]).toBe("invalid_grant");
  });

  test("the metadata name the algorithms", async () => {
    const { body } = await auth.call("GET", "/.well-known/openid-configuration");
    expect(body["dpop_signing_alg_values_supported"]).toEqual(["ES256", "Ed25519", "EdDSA"]);
  });
});

describe("a token that was stolen", () => {
  const day = 86_400;
  const now = (): number => Math.floor(auth.clock.now() / 1000);
  interface Forged {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly header?: Readonly<Record<string, unknown>>;
    readonly by?: "thief";
    readonly method?: string;
    readonly url?: string;
    readonly token?: string;
    readonly key?: Uint8Array;
  }
  const forged: readonly (readonly [string, () => Forged | Promise<Forged>])[] = [
    ["another key", () => ({ by: "thief" })],
    ["another key that claims to be the holder's", async () => ({ by: "thief", header: { jwk: holder.jwk } })],
    ["another method", () => ({ method: "POST" })],
    ["another path", () => ({ url: `${issuer}/oauth/userinfo` })],
    ["another origin", () => ({ url: "https://evil.example/validate" })],
    ["an address that only begins alike", () => ({ url: `${validateUrl}/more` })],
    ["another token", () => ({ token: "another" })],
    ["no token", () => ({ claims: { ath: undefined } })],
    ["no id", () => ({ claims: { jti: undefined } })],
    ["an id without end", () => ({ claims: { jti: "x".repeat(201) } })],
    ["no time", () => ({ claims: { iat: undefined } })],
    ["a time long ago", () => ({ claims: { iat: now() - 120 } })],
    ["a time to come", () => ({ claims: { iat: now() + 120 } })],
    ["an end that has passed", () => ({ claims: { exp: now() - day } })],
    ["no method", () => ({ claims: { htm: undefined } })],
    ["no address", () => ({ claims: { htu: undefined } })],
    ["the type of an access token", () => ({ header: { typ: "at+jwt" } })],
    ["no type", () => ({ header: { typ: undefined } })],
    ["no key in its header", () => ({ header: { jwk: undefined } })],
    ["a private key in its header", async () => ({ header: { jwk: await exportJWK(holder.privateKey) } })],
    ["a shared key", () => ({ header: { alg: "HS256", jwk: { kty: "oct", k: "AAAA" } }, key: new Uint8Array(32) })],
  ];

  test.each(forged)("is refused with a proof of %s", async (_, make) => {
    const token = await boundToken();
    const { by, ...wanted } = await make();
    const prover = by === "thief" ? thief : holder;
    const proof = await prover.prove({ url: validateUrl, token, ...wanted });
    expect(await present("/validate", token, proof)).toMatchObject({ status: 401, body: { error: "proof_invalid" } });
    const good = await holder.prove({ url: validateUrl, token });
    expect((await present("/validate", token, good)).status).toBe(200);
  });

  test("is refused as a bearer, without a proof and with several, at every door of Auth", async () => {
    const token = await boundToken();
    expect(await auth.call("GET", "/validate", { bearer: token })).toMatchObject({
      status: 401,
      body: { error: "proof_missing" },
    });
    const proof = await holder.prove({ url: validateUrl, token });
    expect((await present("/validate", token, proof, "Bearer")).status).toBe(401);
    expect((await present("/validate", token)).status).toBe(401);
    expect((await present("/validate", token, `${proof}, ${proof}`)).status).toBe(401);
    for (const path of ["/oauth/userinfo", "/api/me", "/api/organizations", "/api/app-switcher/services"])
      expect((await auth.call("GET", path, { bearer: token })).status, path).toBe(401);
  });

  test("works at Auth's own routes with a proof of each, and buys no token without a key", async () => {
    const token = await boundToken();
    for (const path of ["/oauth/userinfo", "/api/me"]) {
      const proof = await holder.prove({ url: issuer + path, token });
      expect((await present(path, token, proof)).status, path).toBe(200);
    }
    const path = "/api/me/active-organization";
    const answer = await auth.call("POST", path, {
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await holder.prove({ method: "POST", url: issuer + path, token }),
        "x-service-id": "srv_roadmapper",
      },
      body: { organizationId: "org_topolo" },
    });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  });

  test("is refused with a proof that was shown before, and of twenty at once one counts", async () => {
    const token = await boundToken();
    const proof = await holder.prove({ url: validateUrl, token });
    expect((await present("/validate", token, proof)).status).toBe(200);
    expect(await present("/validate", token, proof)).toMatchObject({ status: 401, body: { error: "proof_replayed" } });
    const another = await holder.prove({ url: validateUrl, token });
    const answers = await Promise.all(Array.from({ length: 20 }, () => present("/validate", token, another)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("a token that is bound to no key is no better by a proof", async () => {
    const { body } = await exchange(web, undefined);
    const token = textOf(body, "access_token");
    const proof = await thief.prove({ url: validateUrl, token });
    expect(await present("/validate", token, proof)).toMatchObject({ status: 401, body: { error: "proof_invalid" } });
  });

  test("introspection tells the key, and needs no proof of whoever asks", async () => {
    const token = await boundToken();
    const { body } = await post("/oauth/introspect", { token }, undefined, backend);
    expect(body).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: holder.thumbprint } });
  });
});
