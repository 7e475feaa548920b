import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { codeOf, enrolled, nexusServiceHeader, pendingOf, wrongCode } from "../../../test/second-factor.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const finish = (mfaToken: string | undefined, code: string, method = "totp", extra: Record<string, string> = {}) =>
  auth.call("POST", "/login/mfa", { body: { mfaToken, method, code }, headers: { ...nexusServiceHeader, ...extra } });

const codeIs = (code: string, status = 401) => ({ status, body: { error: { code } } });

test("where a second factor is required the password alone gives 202, no cookie and no session [X30, D1]", async () => {
  const { user, secret } = await enrolled(auth);
  const asked = await auth.call("POST", "/login", {
    body: { email: user.email, password: user.password },
    headers: nexusServiceHeader,
  });
  expect(asked).toMatchObject({
    status: 202,
    body: {
      status: "mfa_required",
      mfaToken: expect.stringMatching(/^[\w-]{43}$/),
      methods: ["totp", "recovery_code"],
    },
  });
  expect(asked.body).not.toHaveProperty("accessToken");
  expect(asked.headers.getSetCookie()).toEqual([]);
  const { rows } = await auth.pool.query("select id from auth.sessions where user_id = $1 and created_at > $2", [
    user.id,
    new Date(auth.clock.now() - 30_000),
  ]);
  expect(rows).toEqual([]);
  const signedIn = await finish(textOf(asked.body, "mfaToken"), codeOf(auth, secret));
  expect(signedIn).toMatchObject({ status: 200, body: { tokenType: "Bearer", user: { id: user.id } } });
  expect(signedIn.cookie).toMatch(/^topolo_session=/);
  const { rows: sessions } = await auth.pool.query("select amr from auth.sessions where id = $1", [
    signedIn.body["sessionId"],
  ]);
  expect(sessions).toEqual([{ amr: ["pwd", "otp", "mfa"] }]);
});

test("a pending sign-in is refused at /validate, at /refresh and at every route for signed-in people", async () => {
  const { user } = await enrolled(auth);
  const token = await pendingOf(auth, user);
  expect(await auth.call("GET", "/validate", { bearer: token, headers: nexusServiceHeader })).toMatchObject({
    status: 401,
    body: { valid: false },
  });
  const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1" };
  for (const cookie of [`topolo_session=${token}`, `topolo_pending=${token}`]) {
    expect(await auth.call("POST", "/refresh", { cookie, headers: dashboard })).toMatchObject(
      codeIs("session_missing"),
    );
    expect(await auth.call("GET", "/api/me", { cookie })).toMatchObject(codeIs("unauthenticated"));
  }
  expect(await auth.call("GET", "/api/me", { bearer: token })).toMatchObject(codeIs("unauthenticated"));
});

test("a TOTP code works once, and no older one works after it", async () => {
  const { user, secret } = await enrolled(auth);
  const older = codeOf(auth, secret, -1);
  const code = codeOf(auth, secret);
  expect((await finish(await pendingOf(auth, user), code)).status).toBe(200);
  expect(await finish(await pendingOf(auth, user), code)).toMatchObject(codeIs("second_factor_invalid"));
  expect(await finish(await pendingOf(auth, user), older)).toMatchObject(codeIs("second_factor_invalid"));
  expect((await finish(await pendingOf(auth, user), codeOf(auth, secret, 1))).status).toBe(200);
});

test("a code one step away from the current one is accepted, two steps are not", async () => {
  const { user, secret } = await enrolled(auth);
  expect(await finish(await pendingOf(auth, user), codeOf(auth, secret, 2))).toMatchObject(
    codeIs("second_factor_invalid"),
  );
  expect(await finish(await pendingOf(auth, user), codeOf(auth, secret, -2))).toMatchObject(
    codeIs("second_factor_invalid"),
  );
  expect((await finish(await pendingOf(auth, user), codeOf(auth, secret, -1))).status).toBe(200);
});

test("after five wrong codes even the right one is refused", async () => {
  const { user, secret } = await enrolled(auth);
  const token = await pendingOf(auth, user);
  for (let count = 0; count < 5; count += 1)
    expect(await finish(token, wrongCode(auth, secret))).toMatchObject(codeIs("second_factor_invalid"));
  expect(await finish(token, wrongCode(auth, secret))).toMatchObject(codeIs("second_factor_expired"));
  expect(await finish(token, codeOf(auth, secret))).toMatchObject(codeIs("second_factor_expired"));
  const { rows } = await auth.pool.query(
    "select details from auth.audit_events where target = $1 and action = 'session.start' and outcome = 'failure'",
    [user.id],
  );
  expect(rows).toHaveLength(5);
});

test("wrong codes count across all sign-ins of a person, and lock only codes", async () => {
  const { user, secret, token } = await enrolled(auth);
  for (let sign = 0; sign < 2; sign += 1) {
    const pending = await pendingOf(auth, user);
    for (let count = 0; count < 5; count += 1) await finish(pending, wrongCode(auth, secret));
  }
  expect(await finish(await pendingOf(auth, user), codeOf(auth, secret))).toMatchObject(
    codeIs("too_many_attempts", 429),
  );
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(200);
  auth.clock.advance(16 * 60_000);
  expect((await finish(await pendingOf(auth, user), codeOf(auth, secret))).status).toBe(200);
});

test("a pending sign-in lasts ten minutes, works once and only for its app", async () => {
  const { user, secret } = await enrolled(auth);
  const late = await pendingOf(auth, user);
  auth.clock.advance(10 * 60_000 + 1_000);
  expect(await finish(late, codeOf(auth, secret))).toMatchObject(codeIs("second_factor_expired"));
  const once = await pendingOf(auth, user);
  expect((await finish(once, codeOf(auth, secret))).status).toBe(200);
  auth.clock.advance(60_000);
  expect(await finish(once, codeOf(auth, secret))).toMatchObject(codeIs("second_factor_expired"));
  const other = await pendingOf(auth, user);
  expect(await finish(other, codeOf(auth, secret), "totp", { "x-service-id": "srv_showcase" })).toMatchObject(
    codeIs("second_factor_expired"),
  );
  expect(await finish("A".repeat(43), codeOf(auth, secret))).toMatchObject(codeIs("second_factor_expired"));
});

test("of twenty parallel uses of one recovery code one signs in", async () => {
  const { user, recoveryCodes } = await enrolled(auth);
  const tokens: string[] = [];
  for (let count = 0; count < 2; count += 1) tokens.push(await pendingOf(auth, user));
  const code = recoveryCodes[3] ?? "";
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => finish(tokens[index % 2], code, "recovery_code")),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const { rows } = await auth.pool.query(
    "select count(*)::int as used from auth.recovery_codes where user_id = $1 and used_at is not null",
    [user.id],
  );
  expect(rows).toEqual([{ used: 1 }]);
});

test("of twenty parallel step-ups with one TOTP code one succeeds", async () => {
  const { user, secret, token } = await enrolled(auth);
  const body = { password: user.password, code: codeOf(auth, secret) };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      auth.call("POST", "/api/me/reauthenticate", { bearer: token, headers: nexusServiceHeader, body }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("a recovery code signs in once, in any spelling, and the owner is notified", async () => {
  const { user, recoveryCodes } = await enrolled(auth);
  expect(recoveryCodes).toHaveLength(10);
  const [first = "", second = ""] = recoveryCodes;
  await auth.mails.settled();
  const mails = auth.mails.all.filter(({ to }) => to === user.email).length;
  expect(
    (await finish(await pendingOf(auth, user), first.toUpperCase().replaceAll("-", " "), "recovery_code")).status,
  ).toBe(200);
  expect((await auth.mails.to(user.email, { after: mails, about: "recovery code was used" })).text).toContain(
    "recovery code was used",
  );
  expect(await finish(await pendingOf(auth, user), first, "recovery_code")).toMatchObject(
    codeIs("second_factor_invalid"),
  );
  const foreign = await enrolled(auth);
  expect(await finish(await pendingOf(auth, user), foreign.recoveryCodes[0] ?? "", "recovery_code")).toMatchObject(
    codeIs("second_factor_invalid"),
  );
  expect((await finish(await pendingOf(auth, user), second, "recovery_code")).status).toBe(200);
});

test("no recovery code, seed or token of a pending sign-in is stored in the clear", async () => {
  const { user, secret, recoveryCodes } = await enrolled(auth);
  const mfaToken = await pendingOf(auth, user);
  await auth.mails.settled();
  const tables = [
    "totp_credentials",
    "recovery_codes",
    "verification_tokens",
    "audit_events",
    "mail_outbox",
    "rate_limits",
  ];
  for (const table of tables) {
    const { rows } = await auth.pool.query<{ text: string }>(`select t::text as text from auth.${table} t`);
    const all = rows.map(({ text }) => text).join("\n");
    for (const raw of [secret, mfaToken, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll("-", ""))])
      expect(all.includes(raw), table).toBe(false);
  }
});

test("a seed is encrypted for its row: copied to another person's row it does not decrypt", async () => {
  const ann = await enrolled(auth);
  const eve = await enrolled(auth);
  await auth.pool.query(
    "update auth.totp_credentials set secret_sealed = (select secret_sealed from auth.totp_credentials where user_id = $1) where user_id = $2",
    [eve.user.id, ann.user.id],
  );
  expect((await finish(await pendingOf(auth, ann.user), codeOf(auth, eve.secret))).status).toBe(500);
});

test("after a redirect a cookie carries the pending sign-in; writes need the header, and it is cleared at the end", async () => {
  const { user, secret } = await enrolled(auth);
  const token = await pendingOf(auth, user);
  const cookie = `topolo_pending=${token}`;
  expect(await auth.call("GET", "/sign-in/pending", { cookie })).toMatchObject({
    status: 200,
    body: { methods: ["totp", "recovery_code"], expiresAt: expect.any(String) },
  });
  expect(await auth.call("GET", "/sign-in/pending")).toMatchObject(codeIs("second_factor_expired"));
  const send = (headers: Record<string, string>) =>
    auth.call("POST", "/login/mfa", { cookie, headers, body: { method: "totp", code: codeOf(auth, secret) } });
  expect(await send(nexusServiceHeader)).toMatchObject(codeIs("csrf_header_missing", 403));
  const done = await send({ ...nexusServiceHeader, "x-topolo-auth": "1" });
  expect(done.status).toBe(200);
  expect(done.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^topolo_session=/),
    expect.stringMatching(/^topolo_pending=; Max-Age=0/),
  ]);
});

test("an account suspended during the second step is not signed in", async () => {
  const { user, secret } = await enrolled(auth);
  const token = await pendingOf(auth, user);
  await auth.pool.query("update auth.users set status = 'locked' where id = $1", [user.id]);
  expect(await finish(token, codeOf(auth, secret))).toMatchObject(codeIs("account_suspended", 403));
});

test("the sign-in page learns what it can offer [D1]", async () => {
  expect(await auth.call("GET", "/sign-in/options")).toMatchObject({
    status: 200,
    body: { registration: true, turnstileSiteKey: null, providers: [], passkeys: true },
  });
});
