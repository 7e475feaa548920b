import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { codeOf, enrolled, nexusServiceHeader } from "../../../test/second-factor.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1" };
const fresh = "an entirely new sentence";

const forgot = (email: string) => auth.call("POST", "/password/forgot", { body: { email } });
const reset = (token: string, password = fresh) => auth.call("POST", "/password/reset", { body: { token, password } });
const login = (email: string, password: string) =>
  auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });
const validate = (bearer: string) => auth.call("GET", "/validate", { bearer });

const resetToken = async ({ email }: TestUser): Promise<string> => {
  await auth.mails.settled();
  const after = auth.mails.all.filter(({ to }) => to === email).length;
  await forgot(email);
  return secretIn(await auth.mails.to(email, { after, about: "#token=" }));
};

test("a reset link sets a new password once and ends every session [A4]", async () => {
  const user = await auth.addUser({ role: "member" });
  const one = await auth.login(user);
  const two = await auth.login(user);
  const token = await resetToken(user);
  expect(await reset(token)).toMatchObject({ status: 200, body: { reset: true } });
  for (const session of [one, two]) {
    expect(await validate(session.token)).toMatchObject({ status: 401, body: { error: "session_revoked" } });
    expect(await auth.call("POST", "/refresh", { cookie: session.cookie, headers: dashboard })).toMatchObject(
      codeIs("session_missing", 401),
    );
  }
  expect(await login(user.email, user.password)).toMatchObject(codeIs("invalid_credentials", 401));
  expect((await login(user.email, fresh)).status).toBe(200);
  expect(await reset(token, "yet another sentence")).toMatchObject(codeIs("link_invalid", 400));
  const { rows } = await auth.pool.query(
    "select details from auth.audit_events where action = 'user.password-reset' and target = $1",
    [user.id],
  );
  expect(rows).toMatchObject([{ details: { firstVerified: false } }]);
  const ended = (rows[0] as { details: { endedSessions: string[] } }).details.endedSessions;
  expect(ended.sort()).toEqual([one.sessionId, two.sessionId].sort());
});

test("of twenty parallel resets with one token one succeeds", async () => {
  const user = await auth.addUser({ role: "member" });
  const token = await resetToken(user);
  const passwords = Array.from({ length: 20 }, (_, index) => `a sentence of number ${index}`);
  const answers = await Promise.all(passwords.map((password) => reset(token, password)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  const winner = passwords[answers.findIndex(({ status }) => status === 200)] ?? "";
  expect((await login(user.email, winner)).status).toBe(200);
});

test("a reset does not skip the second factor, and ends pending sign-ins", async () => {
  const { user, secret } = await enrolled(auth);
  const waiting = await login(user.email, user.password);
  const token = await resetToken(user);
  expect((await reset(token)).status).toBe(200);
  const late = await auth.call("POST", "/login/mfa", {
    headers: nexusServiceHeader,
    body: { mfaToken: textOf(waiting.body, "mfaToken"), method: "totp", code: codeOf(auth, secret) },
  });
  expect(late).toMatchObject(codeIs("second_factor_expired", 401));
  expect(await login(user.email, fresh)).toMatchObject({ status: 202, body: { status: "mfa_required" } });
});

test("a poisoned Host or X-Forwarded-Host does not reach the mail", async () => {
  const user = await auth.addUser({ role: "member" });
  const { port } = new URL(auth.url);
  const body = JSON.stringify({ email: user.email });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      {
        host: "localhost",
        port,
        path: "/password/forgot",
        method: "POST",
        headers: {
          host: "evil.example",
          "x-forwarded-host": "evil.example",
          "x-forwarded-proto": "http",
          forwarded: "host=evil.example",
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    ).once("error", reject);
    sent.end(body);
  });
  expect(status).toBe(202);
  const { text, html } = await auth.mails.to(user.email);
  for (const part of [text, html]) {
    expect(part).not.toContain("evil.example");
    expect(part).toContain("http://localhost:3001/reset-password#token=");
  }
});

test("the link's secret is in the URL fragment, and not stored in the clear", async () => {
  const user = await auth.addUser({ role: "member" });
  const token = await resetToken(user);
  const { text } = await auth.mails.to(user.email);
  expect(text).not.toMatch(/\?token=/);
  await auth.mails.settled();
  for (const table of ["verification_tokens", "mail_outbox", "audit_events"]) {
    const { rows } = await auth.pool.query<{ text: string }>(`select t::text as text from auth.${table} t`);
    expect(rows.some(({ text: row }) => row.includes(token))).toBe(false);
  }
});

test("a link does not work after an hour, a newer password or a change of address", async () => {
  const late = await auth.addUser();
  const old = await resetToken(late);
  auth.clock.advance(3_600_000 + 1_000);
  expect(await reset(old)).toMatchObject(codeIs("link_invalid", 400));
  const twice = await auth.addUser();
  const first = await resetToken(twice);
  const second = await resetToken(twice);
  expect((await reset(second)).status).toBe(200);
  expect(await reset(first, "a third sentence entirely")).toMatchObject(codeIs("link_invalid", 400));
  const moved = await auth.addUser();
  const before = await resetToken(moved);
  await auth.pool.query("update auth.users set email = $2 where id = $1", [moved.id, `moved-${moved.email}`]);
  expect(await reset(before)).toMatchObject(codeIs("link_invalid", 400));
});

test("a reset request answers known and unknown addresses alike, after the same statements", async () => {
  const rowsOf = async () => {
    const { rows } = await auth.pool.query(
      `select (select count(*)::int from auth.verification_tokens where purpose = 'reset') as links,
         (select count(*)::int from auth.mail_outbox) as mails,
         (select count(*)::int from auth.audit_events where action = 'user.password-reset-asked') as events`,
    );
    return rows[0] as { links: number; mails: number; events: number };
  };
  const cost = async (email: string) => {
    const before = await rowsOf();
    const startedAt = performance.now();
    const { status, body, headers } = await forgot(email);
    const ms = performance.now() - startedAt;
    const after = await rowsOf();
    const written = {
      links: after.links - before.links,
      mails: after.mails - before.mails,
      events: after.events - before.events,
    };
    return { answer: { status, body, names: [...headers.keys()].sort(), written }, ms };
  };
  await cost("warm-up@example.com");
  const pairs: Record<"known" | "unknown", Awaited<ReturnType<typeof cost>>>[] = [];
  for (let pair = 0; pair < 6; pair += 1)
    pairs.push({ known: await cost((await auth.addUser()).email), unknown: await cost(`x${pair}@example.com`) });
  for (const { known, unknown } of pairs) {
    expect(known.answer).toMatchObject({
      status: 202,
      body: { accepted: true },
      written: { links: 1, mails: 1, events: 1 },
    });
    expect(unknown.answer).toEqual(known.answer);
  }
  const fastest = (kind: "known" | "unknown") => Math.min(...pairs.map((pair) => pair[kind].ms));
  expect(fastest("unknown")).toBeGreaterThan(fastest("known") / 5);
  expect(fastest("known")).toBeGreaterThan(fastest("unknown") / 5);
  await auth.mails.settled();
  expect(auth.mails.all.some(({ to }) => /^x\d@/.test(to))).toBe(false);
});

test("an address gets five reset mails an hour, and the answer does not say so", async () => {
  const user = await auth.addUser();
  const answers = [];
  for (let count = 0; count < 7; count += 1) answers.push((await forgot(user.email)).status);
  expect(new Set(answers)).toEqual(new Set([202]));
  await auth.mails.settled();
  expect(auth.mails.all.filter(({ to }) => to === user.email)).toHaveLength(5);
});

test("password change: other sessions end, this one goes on under a new cookie value", async () => {
  const user = await auth.addUser({ role: "member" });
  const other = await auth.login(user);
  const own = await auth.login(user);
  const change = (currentPassword: string, newPassword: string) =>
    auth.call("POST", "/api/me/password", {
      cookie: own.cookie,
      headers: dashboard,
      body: { currentPassword, newPassword },
    });
  expect(await change("not the password", fresh)).toMatchObject(codeIs("invalid_credentials", 401));
  expect(await change(user.password, "password1")).toMatchObject(codeIs("invalid_request", 400));
  const changed = await change(user.password, fresh);
  expect(changed).toMatchObject({ status: 200, body: { sessionId: own.sessionId, accessToken: expect.any(String) } });
  expect(await validate(other.token)).toMatchObject({ status: 401 });
  expect(await auth.call("POST", "/refresh", { cookie: other.cookie, headers: dashboard })).toMatchObject(
    codeIs("session_missing", 401),
  );
  expect((await validate(own.token)).status).toBe(200);
  expect((await auth.call("GET", "/api/me", { cookie: own.cookie })).status).toBe(401);
  expect((await auth.call("POST", "/refresh", { cookie: changed.cookie ?? "", headers: dashboard })).status).toBe(200);
  expect((await login(user.email, user.password)).status).toBe(401);
  expect((await auth.mails.to(user.email, { about: "Your password was changed" })).subject).toBe(
    "Your password was changed",
  );
});

test("password change and reset: API keys stay valid, handoff codes of ended sessions are refused", async () => {
  const user = await auth.addUser({ role: "owner" });
  const session = await auth.login(user);
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: session.token,
    body: { name: "kept", scopes: ["srv_nexus.usage"] },
  });
  expect(made.status).toBe(201);
  const secret = await auth.server.createServiceClientSecret("srv_nexus");
  const keyIs = async () => {
    const { body } = await auth.call("POST", "/api/api-keys/validate", {
      headers: { authorization: `Basic ${Buffer.from(`srv_nexus:${secret}`).toString("base64")}` },
      body: { apiKey: made.body["apiKey"] },
    });
    return body["valid"];
  };
  expect(await keyIs()).toBe(true);
  await reset(await resetToken(user));
  expect(await keyIs()).toBe(true);
  expect(await validate(session.token)).toMatchObject({ status: 401 });
  const handoff = await auth.call("POST", "/sso/handoff-code", {
    bearer: session.token,
    body: { service_id: "srv_nexus", redirect_uri: "http://localhost:3000/" },
  });
  expect(handoff.status).toBe(401);
});

test("ten wrong current passwords lock the change, not the session", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const change = (currentPassword: string) =>
    auth.call("POST", "/api/me/password", {
      bearer: token,
      headers: nexusServiceHeader,
      body: { currentPassword, newPassword: fresh },
    });
  for (let count = 0; count < 10; count += 1) expect((await change("wrong sentence")).status).toBe(401);
  expect(await change(user.password)).toMatchObject(codeIs("too_many_attempts", 429));
  expect((await validate(token)).status).toBe(200);
});

test("a sign-in that began with the old password does not outlive its change", async () => {
  const user = await auth.addUser({ role: "member" });
  const token = await resetToken(user);
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => login(user.email, user.password)),
    reset(token),
    ...Array.from({ length: 3 }, () => login(user.email, user.password)),
  ]);
  for (const { status, body } of answers)
    if (status === 200 && body["accessToken"] !== undefined)
      expect((await validate(textOf(body, "accessToken"))).status).toBe(401);
});

test("the automatic lockout ends with a reset and touches no session [X6]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  for (let count = 0; count < 10; count += 1) await login(user.email, "wrong sentence");
  expect((await login(user.email, user.password)).status).toBe(429);
  expect((await validate(token)).status).toBe(200);
  await reset(await resetToken(user));
  expect((await login(user.email, fresh)).status).toBe(200);
});

test("without a mail server a reset request gets the same answer for every address", async () => {
  const mute = await startTestAuth({ mailer: undefined });
  try {
    const user = await mute.addUser();
    for (const email of [user.email, "nobody@example.com"])
      expect(await mute.call("POST", "/password/forgot", { body: { email } })).toMatchObject(
        codeIs("mail_unavailable", 503),
      );
  } finally {
    await mute.close();
  }
});
