import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { nexusPage, passkeyCeremonies, type CeremonyOptions } from "../../../test/passkey-ceremonies.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

const origin = "http://localhost:3000";
let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const refused = { status: 401, body: { error: { code: "passkey_invalid" } } };

/** A passkey that a browser makes with nobody touching anything. */
const makeUntouched = async (token: string, asked: boolean, answered: boolean) => {
  const { body } = await auth.call("POST", "/passkeys/register/options", { bearer: token, body: { automatic: asked } });
  const { challengeId, options } = body as unknown as CeremonyOptions;
  const authenticator = createSoftwareAuthenticator({ origin, synced: true });
  const response = authenticator.create(options, { userPresent: false, userVerified: false });
  const made = await auth.call("POST", "/passkeys/register/verify", {
    bearer: token,
    body: { challengeId, response, name: "Chrome on Linux", automatic: answered },
  });
  return { made, authenticator };
};

test("a browser makes a passkey by itself after a sign-in by password; its owner is told, and it signs in [D1]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const { made, authenticator } = await makeUntouched(token, true, true);
  expect(made).toMatchObject({ status: 201, body: { name: "Chrome on Linux" } });
  await auth.mails.settled();
  expect(auth.mails.all.filter(({ to }) => to === user.email).map(({ text }) => text)).toEqual([
    expect.stringContaining("passkey"),
  ]);
  expect(await passkeyCeremonies(auth).signIn(authenticator)).toMatchObject({
    status: 200,
    body: { user: { id: user.id } },
  });
});

test.each([
  ["asked for with a touch and answered without", false, true],
  ["asked for without a touch and answered as with one", true, false],
  ["made without a touch where one was asked for", false, false],
])("a passkey %s is refused [D1]", async (_, asked, answered) => {
  const { token } = await auth.login(await auth.addUser({ role: "member" }));
  expect((await makeUntouched(token, asked, answered)).made).toMatchObject(refused);
});

test("no browser makes a passkey by itself long after the sign-in [D1]", async () => {
  const { cookie } = await auth.login(await auth.addUser({ role: "member" }));
  auth.clock.advance(10 * 60_000 + 1_000);
  expect(
    await auth.call("POST", "/passkeys/register/options", { body: { automatic: true }, cookie, headers: nexusPage }),
  ).toMatchObject({ status: 403 });
});
