import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { codeOf, enrolled, nexusServiceHeader, wrongCode } from "../../../test/second-factor.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });

const signedIn = async () => {
  const user = await auth.addUser({ role: "member" });
  return { user, ...(await auth.login(user)) };
};

test("a confirmed authenticator turns the second factor on and gives ten recovery codes [D1]", async () => {
  const { user, token } = await signedIn();
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: token });
  const secret = textOf(started.body, "secret");
  const url = new URL(textOf(started.body, "otpauthUrl"));
  expect(url.protocol).toBe("otpauth:");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ secret, issuer: "Topolo", digits: "6", period: "30" });
  expect(decodeURIComponent(url.pathname)).toContain(user.email);
  expect(await auth.call("GET", "/api/me/mfa", { bearer: token })).toMatchObject({
    body: { required: false, totp: null, passkeys: 0, recoveryCodesLeft: 0 },
  });
  const confirm = (code: string) =>
    auth.call("POST", `/api/me/mfa/totp/${textOf(started.body, "id")}/confirm`, { bearer: token, body: { code } });
  expect(await confirm(wrongCode(auth, secret))).toMatchObject(codeIs("second_factor_invalid", 401));
  const confirmed = await confirm(codeOf(auth, secret));
  expect(confirmed.status).toBe(200);
  expect(new Set(confirmed.body["recoveryCodes"] as string[]).size).toBe(10);
  expect(await auth.call("GET", "/api/me", { bearer: token })).toMatchObject({
    body: {
      user: { principalServices: [], principalType: "human", launcherEligible: true, emailVerified: true },
      secondFactor: { required: true, totp: { confirmedAt: expect.any(String) }, passkeys: 0, recoveryCodesLeft: 10 },
    },
  });
  expect((await auth.mails.to(user.email, { about: "authenticator app was added" })).text).toContain(
    "authenticator app was added",
  );
  expect(await confirm(codeOf(auth, secret, 1))).toMatchObject(codeIs("factor_not_found", 404));
});

test("factors change only within ten minutes of a sign-in or step-up", async () => {
  const { token, secret } = await enrolled(auth);
  auth.clock.advance(8.5 * 60_000);
  const writes = [
    ["POST", "/api/me/mfa/totp", undefined],
    ["POST", "/api/me/mfa/totp/otp_1/confirm", { code: "123456" }],
    ["DELETE", "/api/me/mfa/totp", undefined],
    ["POST", "/api/me/mfa/recovery-codes", undefined],
    ["PUT", "/api/me/mfa/required", { required: false }],
  ] as const;
  const { token: stale } = await signedIn();
  auth.clock.advance(9.9 * 60_000);
  const { token: fresh } = await signedIn();
  auth.clock.advance(9_000);
  for (const [method, path, body] of writes)
    expect(await auth.call(method, path, { bearer: stale, ...(body ? { body } : {}) })).toMatchObject(
      codeIs("reauthentication_required", 403),
    );
  expect((await auth.call("POST", "/api/me/mfa/totp", { bearer: fresh })).status).toBe(200);
  expect(secret).not.toBe("");
  expect(token).not.toBe("");
});

test("a step-up renews auth_time and the cookie's value; the previous value is refused", async () => {
  const { user, token, cookie } = await signedIn();
  auth.clock.advance(9 * 60_000);
  const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1" };
  const stepUp = (body: Record<string, unknown>) =>
    auth.call("POST", "/api/me/reauthenticate", { cookie, headers: dashboard, body });
  expect(await stepUp({ password: "something else" })).toMatchObject(codeIs("invalid_credentials", 401));
  const done = await stepUp({ password: user.password });
  expect(done).toMatchObject({ status: 200, body: { accessToken: expect.any(String) } });
  expect(done.cookie).toMatch(/^topolo_session=/);
  expect(done.cookie).not.toBe(cookie);
  expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(401);
  // A tab that still sends the old value is refused, and does not take the new one from the browser.
  const slower = await auth.call("POST", "/refresh", { cookie, headers: dashboard });
  expect(slower).toMatchObject(codeIs("session_missing", 401));
  expect(slower.headers.getSetCookie()).toEqual([]);
  auth.clock.advance(8 * 60_000);
  const header = { cookie: done.cookie ?? "", headers: dashboard };
  expect((await auth.call("POST", "/api/me/mfa/totp", header)).status).toBe(200);
  expect((await auth.call("POST", "/refresh", header)).status).toBe(200);
  const { rows } = await auth.pool.query(
    "select outcome, action from auth.audit_events where actor_id = $1 and action in ('session.step-up', 'user.password-shown') order by id",
    [user.id],
  );
  expect(rows).toEqual([
    { outcome: "failure", action: "user.password-shown" },
    { outcome: "success", action: "session.step-up" },
  ]);
  expect(token).not.toBe("");
});

test("a step-up by code is locked after five wrong ones; a reused code is refused", async () => {
  const { user, token, secret } = await enrolled(auth);
  const stepUp = (code: string) =>
    auth.call("POST", "/api/me/reauthenticate", {
      bearer: token,
      headers: nexusServiceHeader,
      body: { password: user.password, method: "totp", code },
    });
  const code = codeOf(auth, secret);
  expect(await stepUp(code)).toMatchObject({ status: 200 });
  expect(await stepUp(code)).toMatchObject(codeIs("second_factor_invalid", 401));
  for (let count = 0; count < 4; count += 1)
    expect(await stepUp(wrongCode(auth, secret))).toMatchObject(codeIs("second_factor_invalid", 401));
  expect(await stepUp(codeOf(auth, secret, 1))).toMatchObject(codeIs("too_many_attempts", 429));
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(200);
});

test("a bearer's step-up leaves the cookie as it was", async () => {
  const { user, token, cookie } = await signedIn();
  const done = await auth.call("POST", "/api/me/reauthenticate", {
    bearer: token,
    headers: nexusServiceHeader,
    body: { password: user.password },
  });
  expect(done.status).toBe(200);
  expect(done.headers.getSetCookie()).toEqual([]);
  expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(200);
});

test("a confirmed new authenticator replaces the old one; recovery codes stay", async () => {
  const { user, token, secret } = await enrolled(auth);
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: token });
  const fresh = textOf(started.body, "secret");
  const stepUp = (code: string) =>
    auth.call("POST", "/api/me/reauthenticate", {
      bearer: token,
      headers: nexusServiceHeader,
      body: { password: user.password, code },
    });
  const renewed = await stepUp(codeOf(auth, secret));
  expect(renewed.status).toBe(200);
  const path = `/api/me/mfa/totp/${textOf(started.body, "id")}/confirm`;
  const bearer = textOf(renewed.body, "accessToken");
  const confirmed = await auth.call("POST", path, { bearer, body: { code: codeOf(auth, fresh) } });
  expect(confirmed).toMatchObject({ status: 200, body: { recoveryCodes: null } });
  auth.clock.advance(60_000);
  expect(await stepUp(codeOf(auth, secret))).toMatchObject(codeIs("second_factor_invalid", 401));
  expect((await stepUp(codeOf(auth, fresh))).status).toBe(200);
});

test("recovery codes are replaced as a set, and only with a second factor", async () => {
  const { user, token, recoveryCodes } = await enrolled(auth);
  const made = await auth.call("POST", "/api/me/mfa/recovery-codes", { bearer: token });
  expect(made.body["recoveryCodes"]).toHaveLength(10);
  const stepUp = (code: string) =>
    auth.call("POST", "/api/me/reauthenticate", {
      bearer: token,
      headers: nexusServiceHeader,
      body: { password: user.password, method: "recovery_code", code },
    });
  expect(await stepUp(recoveryCodes[0] ?? "")).toMatchObject(codeIs("second_factor_invalid", 401));
  expect((await stepUp((made.body["recoveryCodes"] as string[])[0] ?? "")).status).toBe(200);
  const { token: plain } = await signedIn();
  expect(await auth.call("POST", "/api/me/mfa/recovery-codes", { bearer: plain })).toMatchObject(
    codeIs("factor_not_found", 404),
  );
});

test("the last authenticator cannot be removed while a second factor is required", async () => {
  const { user, token } = await enrolled(auth);
  expect(await auth.call("DELETE", "/api/me/mfa/totp", { bearer: token })).toMatchObject(codeIs("last_factor", 409));
  const off = await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: false } });
  expect(off).toMatchObject({ status: 200, body: { required: false, recoveryCodesLeft: 10 } });
  expect((await auth.login(user)).token).not.toBe("");
  expect((await auth.call("DELETE", "/api/me/mfa/totp", { bearer: token })).status).toBe(200);
  expect(await auth.call("GET", "/api/me/mfa", { bearer: token })).toMatchObject({
    body: { required: false, totp: null, recoveryCodesLeft: 0 },
  });
  expect(await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: true } })).toMatchObject(
    codeIs("factor_not_found", 404),
  );
});

test("nobody confirms or sees another person's authenticator", async () => {
  const ann = await signedIn();
  const eve = await signedIn();
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: ann.token });
  const path = `/api/me/mfa/totp/${textOf(started.body, "id")}/confirm`;
  expect(
    await auth.call("POST", path, { bearer: eve.token, body: { code: codeOf(auth, textOf(started.body, "secret")) } }),
  ).toMatchObject(codeIs("factor_not_found", 404));
  const extra = { required: true, userId: ann.user.id };
  expect((await auth.call("PUT", "/api/me/mfa/required", { bearer: eve.token, body: extra })).status).toBe(400);
});
