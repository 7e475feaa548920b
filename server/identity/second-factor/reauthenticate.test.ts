import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
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

/** The same, with the token that the step-up answered with. */
const mayChangeAfter = async (done: Called): Promise<boolean> => {
  expect(done.status).toBe(200);
  return mayChange(textOf(done.body, "accessToken"));
};

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
  expect(await mayChangeAfter(done)).toBe(true);
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
  expect(await mayChangeAfter(await stepUp(token, { password: user.password, method, code }))).toBe(true);
});

test("the owner is told of a recovery code that confirms an identity, and of none that is wrong", async () => {
  const person = await enrolled(auth);
  const { user, token, recoveryCodes } = person;
  await signedInLongAgo(person);
  await auth.mails.settled();
  const told = () =>
    auth.mails.all.filter(({ to, text }) => to === user.email && text.includes("recovery code was used"));
  const wrong = { password: user.password, method: "recovery_code", code: "abcd-efgh" };
  expect(await stepUp(token, wrong)).toMatchObject(codeIs("second_factor_invalid", 401));
  expect((await stepUp(token, { ...wrong, code: recoveryCodes[0] })).status).toBe(200);
  await auth.mails.settled();
  expect(told()).toHaveLength(1);
});

test("changing the password needs a recent sign-in and is none [X6]", async () => {
  const person = await enrolled(auth);
  const change = (bearer: string) =>
    auth.call("POST", "/api/me/password", {
      bearer,
      headers: nexusServiceHeader,
      body: { currentPassword: person.user.password, newPassword: `${person.user.password} too` },
    });
  const { rows: before } = await auth.pool.query("select auth_time from auth.sessions where user_id = $1", [
    person.user.id,
  ]);
  expect((await change(person.token)).status).toBe(200);
  const { rows: after } = await auth.pool.query("select auth_time from auth.sessions where user_id = $1", [
    person.user.id,
  ]);
  expect(after).toEqual(before);
  await signedInLongAgo(person);
  expect(await change(person.token)).toMatchObject(codeIs("reauthentication_required", 403));
});

test("a passkey with user verification is enough; one without needs the password too [X6]", async () => {
  const verified = await withPasskey(true);
  expect(await mayChangeAfter(await stepUp(verified.token, await verified.shown()))).toBe(true);

  const { user, token, shown } = await withPasskey(false);
  const asked = askedForBoth("totp", "passkey", "recovery_code");
  expect(await stepUp(token, await shown())).toMatchObject(asked);
  const wrong = { ...(await shown()), password: "something else" };
  expect(await stepUp(token, wrong)).toMatchObject(codeIs("invalid_credentials", 401));
  expect(await mayChange(token)).toBe(false);
  expect(await mayChangeAfter(await stepUp(token, { ...(await shown()), password: user.password }))).toBe(true);
});

test("a passkey without user verification is one factor: another is asked for wherever there is one [X6]", async () => {
  const unverified = async (user: TestUser) => {
    const { token } = await auth.login(user);
    const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000", userVerified: false });
    await passkeyCeremonies(auth).register(token, authenticator);
    await signedInLongAgo({ user });
    return async (extra: object = {}) => {
      const asked = await auth.call("POST", "/api/me/reauthenticate/options", {
        bearer: token,
        headers: nexusServiceHeader,
        body: {},
      });
      const { challengeId, options } = asked.body as unknown as CeremonyOptions;
      return stepUp(token, { challengeId, response: authenticator.get(options), ...extra });
    };
  };
  const addKey = async (done: Called) =>
    (
      await auth.call("POST", "/api/api-keys", {
        bearer: textOf(done.body, "accessToken"),
        body: { name: "k", scopes: ["srv_nexus.usage"] },
      })
    ).status;

  // The account has a password, and its sign-in asks for no second factor.
  const user = await auth.addUser({ role: "owner" });
  const show = await unverified(user);
  expect(await show()).toMatchObject(askedForBoth("passkey"));
  expect(await show({ password: "something else" })).toMatchObject(codeIs("invalid_credentials", 401));
  expect(await addKey(await show({ password: user.password }))).toBe(201);

  const lone = await auth.addUser({ role: "owner" });
  const showLone = await unverified(lone);
  // Where the passkey is all there is, there is nothing else to ask for.
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [lone.id]);
  expect(await addKey(await showLone())).toBe(201);
});

test("a passkey without user verification and a code are two factors [X6]", async () => {
  const person = await withPasskey(false);
  const done = await stepUp(person.token, { ...(await person.shown()), code: codeOf(auth, person.secret) });
  expect(await mayChangeAfter(done)).toBe(true);
});

test("an account without a password needs only its code", async () => {
  const person = await enrolled(auth);
  await signedInLongAgo(person);
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [person.user.id]);
  expect(await mayChangeAfter(await stepUp(person.token, { code: codeOf(auth, person.secret) }))).toBe(true);
});

test("where the account has an authenticator both are shown, even if signing in asks for one", async () => {
  const person = await enrolled(auth);
  const { user, token, secret } = person;
  await auth.call("PUT", "/api/me/mfa/required", { bearer: token, body: { required: false } });
  await signedInLongAgo(person);
  for (const body of [{ password: user.password }, { code: codeOf(auth, secret) }])
    expect(await stepUp(token, body)).toMatchObject(askedForBoth("totp", "recovery_code"));
  expect(await mayChangeAfter(await stepUp(token, { password: user.password, code: codeOf(auth, secret) }))).toBe(true);
});
