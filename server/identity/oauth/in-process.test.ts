import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { addClient, authorizePath, locationOf, pkce, type TestClient } from "../../../test/oauth-client.ts";

// The same protocol for callers in this process, and behind TLS that ends in front of us.

let auth: TestAuth;
let secure: TestAuth;
let service: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  secure = await startTestAuth({ publicUrl: "https://auth.topolo.app" });
  service = await addClient(auth, { clientId: "backend-one", type: "confidential" });
  await addClient(secure, { clientId: "web-one" });
});
afterAll(async () => {
  await auth.close();
  await secure.close();
});

test("a service in this process gets its token and its metadata", async () => {
  const metadata = await auth.server.fetch(new Request(`${auth.url}/.well-known/openid-configuration`));
  expect(await metadata.json()).toMatchObject({ issuer: "http://localhost:3001" });
  const answer = await auth.server.fetch(
    new Request(`${auth.url}/sso/exchange`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${service.clientId}:${service.secret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    }),
  );
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ token_type: "Bearer", expires_in: 600 });
});

test("behind TLS the engine's cookies are secure without any forwarded header [RFC 9700 §4.13]", async () => {
  const web: TestClient = {
    clientId: "web-one",
    secret: undefined,
    redirectUri: "https://roadmapper.topolo.app/auth/callback",
  };
  const answer = await secure.call("GET", authorizePath(web, pkce().challenge));
  expect(locationOf(answer).pathname).toMatch(/^\/interaction\//);
  const cookies = answer.headers.getSetCookie();
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies) expect(cookie).toMatch(/; samesite=lax.*; secure|; secure.*; samesite=lax/i);
  for (const cookie of cookies) expect(cookie).toMatch(/httponly/i);
  const { body } = await secure.call("GET", "/.well-known/openid-configuration");
  expect(body).toMatchObject({ token_endpoint: "https://auth.topolo.app/sso/exchange" });
});

test("form_post answers run the engine's one script and nothing else", async () => {
  const web = await addClient(auth, { clientId: "web-posting" });
  const { cookie } = await auth.login(await auth.addUser({ role: "owner" }));
  const path = authorizePath(web, pkce().challenge, { response_mode: "form_post" });
  const answer = await fetch(auth.url + path, { headers: { cookie }, redirect: "manual" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
  expect(answer.headers.get("content-security-policy")).toMatch(/script-src [^;]*'sha256-/);
  const page = await answer.text();
  expect(page).toContain('name="iss" value="http://localhost:3001"');
});

test("an error that the engine reports itself is a page that links nowhere else", async () => {
  const answer = await fetch(`${auth.url}/sso/authorize?client_id=%3Cscript%3E&response_type=code`, {
    redirect: "manual",
    headers: { accept: "text/html" },
  });
  expect(answer.status).toBe(400);
  const page = await answer.text();
  expect(page).toContain("Sign-in cannot continue");
  expect(page).not.toContain("<script>");
});
