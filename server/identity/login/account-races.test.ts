import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretIn, startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { nexusPage, passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { enrolled, nexusServiceHeader, pendingOf } from "../../../test/second-factor.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const liveSessions = async (userId: string): Promise<number | null> =>
  (await auth.pool.query("select from auth.sessions where user_id = $1 and revoked_at is null", [userId])).rowCount;

const waiting = async (): Promise<number> => {
  const { rows } = await auth.pool.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]?.count ?? 0;
};

/** Runs the work while another transaction holds the account's row, as a suspension does. */
const whileHeld = async (userId: string, work: (holder: PoolClient) => Promise<void>): Promise<void> => {
  const holder = await auth.pool.connect();
  try {
    await holder.query("begin");
    await holder.query("select from auth.users where id = $1 for update", [userId]);
    await work(holder);
    await holder.query("commit");
  } finally {
    holder.release();
  }
};

test("a sign-in during a suspension leaves no session", async () => {
  const user = await auth.addUser({ role: "member" });
  let signIn: ReturnType<TestAuth["call"]> | undefined;
  await whileHeld(user.id, async (holder) => {
    signIn = auth.call("POST", "/login", {
      body: { email: user.email, password: user.password },
      headers: nexusServiceHeader,
    });
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    await holder.query("update auth.users set status = 'suspended' where id = $1", [user.id]);
  });
  expect(await signIn).toMatchObject({
    status: 403,
    body: { error: { code: "account_suspended" } },
    cookie: undefined,
  });
  expect(await liveSessions(user.id)).toBe(0);
});

test("a parallel sign-in and suspension do not fail and leave no session", async () => {
  const user = await auth.addUser({ role: "member" });
  const operator = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_admin" }));
  const answers: ReturnType<TestAuth["call"]>[] = [];
  await whileHeld(user.id, async () => {
    answers.push(
      auth.call("POST", "/login", {
        body: { email: user.email, password: user.password },
        headers: nexusServiceHeader,
      }),
    );
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    answers.push(
      auth.call("PATCH", `/api/users/${user.id}/status`, {
        bearer: operator.token,
        body: { status: "suspended", reason: "to see what happens" },
      }),
    );
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2);
  });
  const [signIn, suspension] = await Promise.all(answers);
  expect([200, 401, 403]).toContain(signIn?.status);
  expect(suspension?.status).toBe(200);
  expect(await liveSessions(user.id)).toBe(0);
});

test("a pending sign-in does not outlive a password reset", async () => {
  const { user, recoveryCodes } = await enrolled(auth);
  const mfaToken = await pendingOf(auth, user);
  await auth.call("POST", "/password/forgot", { body: { email: user.email } });
  await auth.mails.settled();
  const token = secretIn(await auth.mails.to(user.email, { about: "#token=" }));
  const answers: ReturnType<TestAuth["call"]>[] = [];
  await whileHeld(user.id, async () => {
    answers.push(
      auth.call("POST", "/login/mfa", {
        body: { mfaToken, method: "recovery_code", code: recoveryCodes[0] },
        headers: nexusServiceHeader,
      }),
    );
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    answers.push(auth.call("POST", "/password/reset", { body: { token, password: "an entirely new sentence" } }));
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2);
  });
  const [, reset] = await Promise.all(answers);
  expect(reset?.status).toBe(200);
  expect(await liveSessions(user.id)).toBe(0);
});

test("parallel sign-ins, sign-outs, suspensions and factor changes do not deadlock", async () => {
  const { user, token } = await enrolled(auth);
  const operator = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_admin" }));
  const status = (to: string) =>
    auth.call("PATCH", `/api/users/${user.id}/status`, {
      bearer: operator.token,
      body: { status: to, reason: "to see what happens" },
    });
  const pending = await Promise.all(Array.from({ length: 4 }, () => pendingOf(auth, user)));
  const answers = await Promise.all([
    ...pending.map((mfaToken) =>
      auth.call("POST", "/login/mfa", {
        body: { mfaToken, method: "totp", code: "000000" },
        headers: nexusServiceHeader,
      }),
    ),
    auth.call("DELETE", "/api/me/mfa/totp", { bearer: token }),
    auth.call("POST", "/api/me/mfa/recovery-codes", { bearer: token }),
    status("suspended"),
    auth.call("DELETE", "/api/me/sessions", { bearer: token }),
    status("active"),
    auth.call("POST", "/login", { body: { email: user.email, password: user.password }, headers: nexusServiceHeader }),
  ]);
  expect(answers.filter((answer) => answer.status >= 500)).toEqual([]);
});

describe.each(["sign-in", "step-up"] as const)("a passkey that is dropped during its %s", (purpose) => {
  test.each([true, false])("opens nothing, user verified: %s", async (userVerified) => {
    const user = await auth.addUser({ role: "member" });
    const { token } = await auth.login(user);
    const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000", userVerified });
    const passkeys = passkeyCeremonies(auth);
    await passkeys.register(token, authenticator);
    const { challengeId, options } = await (purpose === "sign-in"
      ? passkeys.signInOptions()
      : passkeys.stepUpOptions(token));
    const before = await liveSessions(user.id);
    let shown: ReturnType<TestAuth["call"]> | undefined;
    const body = { challengeId, response: authenticator.get(options) };
    const beside = userVerified ? {} : { password: user.password };
    await whileHeld(user.id, async (holder) => {
      shown =
        purpose === "sign-in"
          ? passkeys.verify(body)
          : auth.call("POST", "/api/me/reauthenticate", {
              bearer: token,
              headers: nexusPage,
              body: { ...body, ...beside },
            });
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
      await holder.query("delete from auth.webauthn_credentials where user_id = $1", [user.id]);
    });
    expect(await shown).toMatchObject({ status: 401, body: { error: { code: "passkey_invalid" } } });
    expect(await liveSessions(user.id)).toBe(before);
  });
});
