import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { codeOf, enrolled, nexusServiceHeader, pendingOf, wrongCode } from "../../../test/second-factor.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

let auth: TestAuth;
let ceremonies: ReturnType<typeof passkeyCeremonies>;

beforeAll(async () => {
  auth = await startTestAuth();
  ceremonies = passkeyCeremonies(auth);
});
afterAll(() => auth.close());

const attempt = (email: string, password: string) =>
  auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });

test("a locked-out password blocks neither passkeys nor live sessions nor a reset [X6]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(token, authenticator);
  for (let count = 0; count < 12; count += 1) await attempt(user.email, "wrong sentence");
  expect((await attempt(user.email, user.password)).status).toBe(429);
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(200);
  expect((await auth.call("POST", "/password/forgot", { body: { email: user.email } })).status).toBe(202);
});

test("locked codes block no passkey, neither as second factor nor as the only one", async () => {
  const { user, secret } = await enrolled(auth);
  const signedIn = await auth.call("POST", "/login/mfa", {
    headers: nexusServiceHeader,
    body: { mfaToken: await pendingOf(auth, user), method: "totp", code: codeOf(auth, secret) },
  });
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(textOf(signedIn.body, "accessToken"), authenticator);
  for (let round = 0; round < 2; round += 1) {
    const mfaToken = await pendingOf(auth, user);
    for (let count = 0; count < 5; count += 1)
      await auth.call("POST", "/login/mfa", {
        headers: nexusServiceHeader,
        body: { mfaToken, method: "totp", code: wrongCode(auth, secret) },
      });
  }
  const mfaToken = await pendingOf(auth, user);
  const blocked = await auth.call("POST", "/login/mfa", {
    headers: nexusServiceHeader,
    body: { mfaToken, method: "totp", code: codeOf(auth, secret, 1) },
  });
  expect(blocked).toMatchObject({ status: 429, body: { error: { code: "too_many_attempts" } } });
  const { challengeId, options } = await ceremonies.signInOptions({ mfaToken });
  const second = await ceremonies.verify({ challengeId, response: authenticator.get(options), mfaToken });
  expect(second).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  expect((await ceremonies.signIn(authenticator)).status).toBe(200);
});

test("a passkey with user verification counts as both factors", async () => {
  const { user, secret } = await enrolled(auth);
  const signedIn = await auth.call("POST", "/login/mfa", {
    headers: nexusServiceHeader,
    body: { mfaToken: await pendingOf(auth, user), method: "totp", code: codeOf(auth, secret) },
  });
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(textOf(signedIn.body, "accessToken"), authenticator);
  expect((await ceremonies.signIn(authenticator)).status).toBe(200);
  expect(await attempt(user.email, user.password)).toMatchObject({
    status: 202,
    body: { methods: ["totp", "passkey", "recovery_code"] },
  });
});

test("step-up: a passkey of one's own renews the session", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(token, authenticator);
  auth.clock.advance(9 * 60_000);
  const asked = await auth.call("POST", "/api/me/reauthenticate/options", {
    bearer: token,
    headers: nexusServiceHeader,
    body: {},
  });
  const options = asked.body["options"] as Parameters<typeof authenticator.get>[0];
  const done = await auth.call("POST", "/api/me/reauthenticate", {
    bearer: token,
    headers: nexusServiceHeader,
    body: { challengeId: asked.body["challengeId"], response: authenticator.get(options) },
  });
  expect(done.status).toBe(200);
  auth.clock.advance(9 * 60_000);
  expect((await auth.call("POST", "/api/me/mfa/totp", { bearer: textOf(done.body, "accessToken") })).status).toBe(200);
});

test("sign-in, second factor, reset and registration are each limited by network address", async () => {
  const strict = await startTestAuth({ limits: { perAddressPerMinute: 4 } });
  try {
    const posts = [
      ["/login", { email: "a@example.com", password: "wrong sentence" }],
      ["/register", { email: "a@example.com", password: "a very plain test sentence" }],
      ["/password/forgot", { email: "a@example.com" }],
      ["/password/reset", { token: "A".repeat(43), password: "a very plain test sentence" }],
      ["/email/verify", { token: "A".repeat(43) }],
    ] as const;
    for (const [path, body] of posts) {
      const statuses: number[] = [];
      for (let count = 0; count < 6; count += 1) {
        const headers = {
          ...nexusServiceHeader,
          "x-forwarded-for": `203.0.113.${count}`,
          forwarded: `for=203.0.113.${count}`,
        };
        statuses.push((await strict.call("POST", path, { body, headers })).status);
      }
      expect(statuses.slice(0, 4), path).not.toContain(429);
      expect(statuses.slice(4), path).toEqual([429, 429]);
    }
  } finally {
    await strict.close();
  }
});
