import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";

// A provider whose id_tokens the test writes itself.

const clientSecret = "a secret of this suite alone, long enough";
let issuer: Server;
let issuerUrl: string;
let idToken = "";
let auth: TestAuth;
let own: CryptoKey;
let foreign: CryptoKey;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  own = pair.privateKey;
  foreign = (await generateKeyPair("RS256")).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  issuer = createServer((request, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      "/.well-known/openid-configuration": {
        issuer: issuerUrl,
        authorization_endpoint: `${issuerUrl}/authorize`,
        token_endpoint: `${issuerUrl}/token`,
        jwks_uri: `${issuerUrl}/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
      },
      "/jwks": { keys: [jwk] },
      "/token": { access_token: "token", token_type: "Bearer", expires_in: 60, id_token: idToken },
    };
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  issuer.listen(0, "localhost");
  await once(issuer, "listening");
  issuerUrl = `http://localhost:${(issuer.address() as AddressInfo).port}`;
  auth = await startTestAuth({ federated: { google: { clientId: "topolo", clientSecret, issuer: issuerUrl } } });
});
afterAll(async () => {
  await auth.close();
  issuer.closeAllConnections();
  issuer.close();
});

type Write = (claims: JWTPayload) => Promise<string> | string;

const signed =
  (key: CryptoKey, changes: JWTPayload = {}): Write =>
  (claims) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);

const signInWith = async (email: string, write: Write): Promise<string> => {
  const browser = federatedBrowser(auth);
  const { url, cookie } = await browser.start("google");
  const asked = new URL(url).searchParams;
  const now = Math.floor(Date.now() / 1000);
  idToken = await write({
    iss: issuerUrl,
    sub: email,
    aud: "topolo",
    nonce: asked.get("nonce"),
    iat: now,
    exp: now + 60,
    email,
    email_verified: true,
  });
  const back = new URL("http://localhost:3001/federated/google/callback");
  back.search = new URLSearchParams({ code: "code", state: asked.get("state") ?? "" }).toString();
  return placeOf(await browser.finish(back, cookie));
};

test("a provider's id_token as it should be signs in [D1]", async () => {
  expect(await signInWith("good@example.net", signed(own))).toBe("303 /");
});

test("an azp that names this client, and the clock of a provider that is a little fast, are accepted", async () => {
  const soon = Math.floor(Date.now() / 1000) + 30;
  expect(await signInWith("azp@example.net", signed(own, { azp: "topolo", iat: soon }))).toBe("303 /");
});

test.each<[string, () => Write]>([
  ["signed by somebody else", () => signed(foreign)],
  [
    "signed with the client's secret",
    () => (claims) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(clientSecret)),
  ],
  ["not signed", () => (claims) => new UnsecuredJWT(claims).encode()],
  [
    "whose claims were changed",
    () => async (claims) => {
      const [head, , signature] = (await signed(own)(claims)).split(".");
      const body = Buffer.from(JSON.stringify({ ...claims, sub: "another" })).toString("base64url");
      return [head, body, signature].join(".");
    },
  ],
  ["of another issuer", () => signed(own, { iss: "https://evil.example" })],
  ["for another client", () => signed(own, { aud: "another" })],
  ["for several clients without saying which", () => signed(own, { aud: ["topolo", "another"] })],
  ["with another nonce", () => signed(own, { nonce: "another" })],
  ["that is too old", () => signed(own, { exp: 1_000_000_000 })],
  ["without a subject", () => signed(own, { sub: undefined })],
  ["whose azp names another client", () => signed(own, { azp: "another" })],
  ["whose azp is empty", () => signed(own, { azp: "" })],
  ["with an empty subject", () => signed(own, { sub: "" })],
  ["with a blank subject", () => signed(own, { sub: "  " })],
  ["with a NUL in its subject", () => signed(own, { sub: "a\0b" })],
  ["with a subject that is too long", () => signed(own, { sub: "x".repeat(256) })],
  ["issued in the future", () => signed(own, { iat: Math.floor(Date.now() / 1000) + 3_600 })],
  ["without a time of issue", () => signed(own, { iat: undefined })],
  ["that is none", () => () => "not.a.token"],
])("JWT: an id_token %s signs nobody in", async (name, write) => {
  const email = `${name.replaceAll(/[^a-z]/g, "-")}@example.net`;
  expect(await signInWith(email, write())).toMatch(/^303 \/sign-in\?error=(federated_failed|provider_unavailable)$/);
  const { rowCount } = await auth.pool.query("select from auth.users where email = $1", [email]);
  expect(rowCount).toBe(0);
});
