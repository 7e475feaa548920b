import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { addClient, getCode, tokenPath, type TestClient } from "../../test/oauth-client.ts";
import { createProver, type Prover } from "../../test/prover.ts";

// Tokens bound to a key at the gateway, which reuses what Auth says of others for calls of models.

const gatewayUrl = "http://localhost:3000";
const chatPath = "/v1/chat/completions";
let auth: TestAuth;
let nexus: ConsumingGateway;
let web: TestClient;
let cookie: string;
let holder: Prover;
/** What became of requests with such tokens. */
const outcomes: string[] = [];

beforeAll(async () => {
  auth = await startTestAuth();
  web = await addClient(auth, { clientId: "bound-web" });
  holder = await createProver();
  ({ cookie } = await auth.login(await auth.addUser({ role: "owner" })));
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  nexus = await openConsumingGateway({
    authUrl: auth.url,
    clientSecret,
    cacheMs: 5_000,
    onProof: (outcome) => outcomes.push(outcome),
  });
}, 60_000);
afterAll(async () => {
  await nexus.close();
  await auth.close();
});

const boundToken = async (): Promise<string> => {
  const { code, verifier } = await getCode(auth, web, cookie);
  const { body } = await auth.call("POST", tokenPath, {
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: web.clientId,
      code,
      redirect_uri: web.redirectUri,
      code_verifier: verifier,
    }).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      dpop: await holder.prove({ method: "POST", url: `http://localhost:3001${tokenPath}` }),
    },
  });
  return textOf(body, "access_token");
};

const shown = async (token: string, path: string, method: string) => ({
  authorization: `DPoP ${token}`,
  dpop: await holder.prove({ method, url: gatewayUrl + path, token }),
});

test("each request is let through by a proof of its own, and by none of another", async () => {
  const token = await boundToken();
  const first = await shown(token, chatPath, "POST");
  expect((await nexus.chat(first)).status).toBe(200);
  expect((await nexus.chat(first)).status).toBe(401);
  expect((await nexus.chat(await shown(token, chatPath, "POST"))).status).toBe(200);
  const elsewhere = await shown(token, "/api/operations", "GET");
  expect((await nexus.chat(elsewhere)).status).toBe(401);
  expect((await nexus.ask("GET", "/api/operations?limit=1", elsewhere)).status).toBe(200);
});

test("what became of each request is counted, with the reason", async () => {
  const token = await boundToken();
  outcomes.length = 0;
  const once = await shown(token, chatPath, "POST");
  await nexus.chat(once);
  await nexus.chat(once);
  await nexus.chat(await shown(token, "/api/operations", "GET"));
  await nexus.chat({ authorization: `Bearer ${token}` });
  await nexus.chat(await shown(`${token}x`, chatPath, "POST"));
  expect(outcomes).toEqual(["accepted", "proof_replayed", "proof_invalid", "proof_missing", "token_refused"]);
});

test("a stolen token opens nothing as a bearer, nor in any other place, although its owner has just called", async () => {
  const token = await boundToken();
  expect((await nexus.chat(await shown(token, chatPath, "POST"))).status).toBe(200);
  const bare = `DPoP ${token}`;
  const proof = await holder.prove({ method: "POST", url: gatewayUrl + chatPath, token });
  const attempts: readonly Readonly<Record<string, string>>[] = [
    { authorization: `Bearer ${token}` },
    { "x-api-key": token },
    { authorization: bare },
    { authorization: bare, dpop: "" },
    { authorization: bare, dpop: `${proof}, ${proof}` },
    { authorization: `Bearer ${token}`, dpop: proof },
    { "x-nexus-service-token": token, "x-nexus-organization-id": "org_topolo" },
  ];
  for (const headers of attempts) {
    const { status } = await nexus.chat(headers);
    expect(status, JSON.stringify(Object.keys(headers))).toBe(401);
  }
  expect((await nexus.chat({ authorization: bare, dpop: proof })).status).toBe(200);
});

test("a token that is bound to no key goes on as before, and no proof makes it another", async () => {
  const { token } = await auth.login(await auth.addUser({ role: "owner" }));
  expect((await nexus.chat({ authorization: `Bearer ${token}` })).status).toBe(200);
  expect((await nexus.chat(await shown(token, chatPath, "POST"))).status).toBe(401);
});
