import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { nexusPage, passkeyCeremonies, type CeremonyOptions } from "../../../test/passkey-ceremonies.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

let auth: TestAuth;
let ceremonies: ReturnType<typeof passkeyCeremonies>;

beforeAll(async () => {
  auth = await startTestAuth();
  ceremonies = passkeyCeremonies(auth);
});
afterAll(() => auth.close());

const enrolled = async () => {
  const user = await auth.addUser({ role: "member" });
  const { token, cookie, sessionId } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  await ceremonies.register(token, authenticator);
  return { user, token, cookie, sessionId, authenticator };
};
const page = (cookie: string) => ({ cookie, headers: nexusPage });
const askStepUp = async (cookie: string): Promise<CeremonyOptions> => {
  const { status, body } = await auth.call("POST", "/api/me/reauthenticate/options", { body: {}, ...page(cookie) });
  expect(status).toBe(200);
  return body as unknown as CeremonyOptions;
};
const stepUp = (cookie: string, body: object) => auth.call("POST", "/api/me/reauthenticate", { body, ...page(cookie) });
const refused = { status: 401, body: { error: { code: "passkey_invalid" } } };

test("a step-up by passkey renews the sign-in time and the cookie's value [D1]", async () => {
  const { cookie, sessionId, authenticator, user } = await enrolled();
  auth.clock.advance(10 * 60_000 + 1_000);
  const options = { body: {}, ...page(cookie) };
  expect(await auth.call("POST", "/passkeys/register/options", options)).toMatchObject({ status: 403 });
  const { challengeId, options: asked } = await askStepUp(cookie);
  expect(asked.allowCredentials).toMatchObject([{ id: authenticator.credentialId }]);
  const renewed = await stepUp(cookie, { challengeId, response: authenticator.get(asked) });
  expect(renewed).toMatchObject({ status: 200, body: { sessionId } });
  expect(renewed.cookie).not.toBe(cookie);
  const fresh = { body: {}, ...page(renewed.cookie ?? "") };
  expect(await auth.call("POST", "/passkeys/register/options", fresh)).toMatchObject({ status: 200 });
  const { rows } = await auth.pool.query(
    "select action from auth.audit_events where actor_id = $1 order by id desc limit 2",
    [user.id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["session.step-up", "passkey.use"]);
});

test("a step-up accepts one's own passkey once, for a challenge of this session and purpose", async () => {
  const own = await enrolled();
  const other = await enrolled();
  const foreign = await askStepUp(own.cookie);
  const shownByOther = { challengeId: foreign.challengeId, response: other.authenticator.get(foreign.options) };
  expect(await stepUp(own.cookie, shownByOther)).toMatchObject(refused);

  const elsewhere = await askStepUp(other.cookie);
  const forOther = { challengeId: elsewhere.challengeId, response: own.authenticator.get(elsewhere.options) };
  expect(await stepUp(own.cookie, forOther)).toMatchObject(refused);

  const signIn = await ceremonies.signInOptions();
  const forSignIn = { challengeId: signIn.challengeId, response: own.authenticator.get(signIn.options) };
  expect(await stepUp(own.cookie, forSignIn)).toMatchObject(refused);

  const forStepUp = await askStepUp(own.cookie);
  const shown = { challengeId: forStepUp.challengeId, response: own.authenticator.get(forStepUp.options) };
  expect(await ceremonies.verify(shown)).toMatchObject(refused);

  const good = await askStepUp(own.cookie);
  const once = { challengeId: good.challengeId, response: own.authenticator.get(good.options) };
  const renewed = await stepUp(own.cookie, once);
  expect(renewed).toMatchObject({ status: 200 });
  expect(await stepUp(renewed.cookie ?? "", once)).toMatchObject(refused);
});

test("a challenge for a step-up registers no passkey", async () => {
  const { token, cookie, authenticator } = await enrolled();
  const { challengeId, options } = await askStepUp(cookie);
  const made = createSoftwareAuthenticator({ origin: "http://localhost:3000" }).create({
    challenge: options.challenge,
    rp: { id: "localhost" },
    user: { id: "eA" },
  });
  const body = { challengeId, response: made, name: "Key" };
  expect(await auth.call("POST", "/passkeys/register/verify", { bearer: token, body })).toMatchObject(refused);
  const registering = await ceremonies.registerOptions(token);
  const response = authenticator.get({ challenge: registering.options.challenge, rpId: "localhost" });
  expect(await stepUp(cookie, { challengeId: registering.challengeId, response })).toMatchObject(refused);
});

test("a person without a passkey is offered no step-up by passkey [D1]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { cookie } = await auth.login(user);
  expect(await auth.call("POST", "/api/me/reauthenticate/options", { body: {}, ...page(cookie) })).toMatchObject({
    status: 404,
    body: { error: { code: "passkey_not_found" } },
  });
});
