import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
});
afterAll(() => auth.close());

const verifier = "v".repeat(43);
const challenge = createHash("sha256").update(verifier).digest("base64url");

test("D2 authorize and exchange", async () => {
  const disc = await auth.call("GET", "/.well-known/openid-configuration");
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const q = new URLSearchParams({
    client_id: "nexus-dashboard",
    response_type: "code",
    redirect_uri: "http://localhost:3000/api/auth/callback/topolo",
    scope: "openid profile email",
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "abc",
    nonce: "n1",
  });
  const r = await auth.call("GET", `/sso/authorize?${q}`, { cookie });
  const code = new URL(r.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const t = await auth.call("POST", "/sso/exchange", {
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: "nexus-dashboard",
      code,
      redirect_uri: "http://localhost:3000/api/auth/callback/topolo",
      code_verifier: verifier,
    }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  const v = await auth.call("GET", "/validate", { bearer: String(t.body.access_token) });
  expect(v.status).toBe(200);
});
