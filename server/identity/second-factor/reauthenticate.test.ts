import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { passkeyCeremonies, type CeremonyOptions } from "../../../test/passkey-ceremonies.ts";
import { codeOf, enrolled, nexusServiceHeader, wrongCode, type Enrolled } from "../../../test/second-factor.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const askedForBoth = (...methods: readonly string[]) => ({
  status: 403,
  body: {
    error: { code: "second_factor_required", issues: methods.map((expected) => ({ field: "method", expected })) },
  },
});
const stepUp = (token: string, body: object) =>
  auth.call("POST", "/api/me/reauthenticate", { bearer: token, headers: nexusServiceHeader, body });

/** Whether a change that needs a recent sign-in goes through. */
const mayChange = async (token: string): Promise<boolean> =>
  (await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: true } })).status === 200;

/** Access tokens last ten minutes, and so does a sign-in: the sign-in alone is set back. */
const signedInLongAgo = ({ user }: Pick<Enrolled, "user">) =>
  auth.pool.query("update auth.sessions set auth_time = auth_time - interval '1 hour' where user_id = $1", [user.id]);

const withPasskey = async (userVerified: boolean) => {
  const person = await enrolled(auth);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000", userVerified });
  await passkeyCeremonies(auth).register(person.token, authenticator);
  await signedInLongAgo(person);
  const shown = async () => {
    const headers = nexusServiceHeader;
    const asked = await auth.call("POST", "/api/me/reauthenticate/options", {
      bearer: person.token,
      headers,
      body: {},
    });
    const { challengeId, options } = asked.body as unknown as CeremonyOptions;
    return { challengeId, response: authenticator.get(options) };
  };
  return { ...person, shown };
};

test("a step-up by password alone is refused without checking it where the account requires two factors [X6]", async () => {
  const person = await enrolled(auth);
  const { user, token } = person;
  await signedInLongAgo(person);
  for (const password of [user.password, "something else"])
    expect(await stepUp(token, { password })).toMatchObject(askedForBoth("totp", "recovery_code"));
  expect(await mayChange(token)).toBe(false);
  const { rows } = await auth.pool.query(
    "select action, outcome from auth.audit_events where actor_id = $1 and action in ('session.step-up', 'user.password-shown')",
    [user.id],
  );
  expect(rows).toEqual(Array.from({ length: 2 }, () => ({ action: "session.step-up", outcome: "denied" })));
});

test("a code alone is refused as well, and is not used up [X6]", async () => {
  const person = await enrolled(auth);
  const { user, token, secret } = person;
  await signedInLongAgo(person);
  const code = codeOf(auth, secret);
  expect(await stepUp(token, { code })).toMatchObject(askedForBoth("totp", "recovery_code"));
  expect(await mayChange(token)).toBe(false);
  const done = await stepUp(token, { password: user.password, method: "totp", code });
  expect(done.status).toBe(200);
  expect(await mayChange(token)).toBe(true);
  const { rows } = await auth.pool.query("select amr from auth.sessions where id = $1", [done.body["sessionId"]]);
  expect(rows).toEqual([{ amr: expect.arrayContaining(["pwd", "otp", "mfa"]) }]);
});

test("both password and code must be right", async () => {
  const person = await enrolled(auth);
  const { user, token, secret, recoveryCodes } = person;
  await signedInLongAgo(person);
  const method = "recovery_code";
  const code = recoveryCodes[0];
  expect(await stepUp(token, { password: "something else", method, code })).toMatchObject(
    codeIs("invalid_credentials", 401),
  );
  expect(await stepUp(token, { password: user.password, code: wrongCode(auth, secret) })).toMatchObject(
    codeIs("second_factor_invalid", 401),
  );
  expect(await mayChange(token)).toBe(false);
  expect((await stepUp(token, { password: user.password, method, code })).status).toBe(200);
  expect(await mayChange(token)).toBe(true);
});

test("changing the password is not a recent sign-in [X6]", async () => {
  const person = await enrolled(auth);
  await signedInLongAgo(person);
  const changed = await auth.call("POST", "/api/me/password", {
    bearer: person.token,
    headers: nexusServiceHeader,
    body: { currentPassword: person.user.password, newPassword: `${person.user.password} too` },
  });
  expect(changed.status).toBe(200);
  expect(await mayChange(textOf(changed.body, "accessToken"))).toBe(false);
});

test("a passkey with user verification is enough; one without needs the password too [X6]", async () => {
  const verified = await withPasskey(true);
  expect((await stepUp(verified.token, await verified.shown())).status).toBe(200);
  expect(await mayChange(verified.token)).toBe(true);

  const { user, token, shown } = await withPasskey(false);
  const asked = askedForBoth("totp", "passkey", "recovery_code");
  expect(await stepUp(token, await shown())).toMatchObject(asked);
  const wrong = { ...(await shown()), password: "something else" };
  expect(await stepUp(token, wrong)).toMatchObject(codeIs("invalid_credentials", 401));
  expect(await mayChange(token)).toBe(false);
  expect((await stepUp(token, { ...(await shown()), password: user.password })).status).toBe(200);
  expect(await mayChange(token)).toBe(true);
});

test("an account without a password needs only its code", async () => {
  const person = await enrolled(auth);
  await signedInLongAgo(person);
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [person.user.id]);
  expect((await stepUp(person.token, { code: codeOf(auth, person.secret) })).status).toBe(200);
  expect(await mayChange(person.token)).toBe(true);
});

test("where the account does not require two factors, either is enough", async () => {
  const person = await enrolled(auth);
  const { user, token, secret } = person;
  await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: false } });
  for (const body of [{ password: user.password }, { code: codeOf(auth, secret) }]) {
    await signedInLongAgo(person);
    expect((await stepUp(token, body)).status).toBe(200);
  }
  expect(await mayChange(token)).toBe(true);
});
