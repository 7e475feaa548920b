import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { nexusPage, passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

const origin = "http://localhost:3000";
let auth: TestAuth;
let ceremonies: ReturnType<typeof passkeyCeremonies>;

beforeAll(async () => {
  auth = await startTestAuth();
  ceremonies = passkeyCeremonies(auth);
});
afterAll(() => auth.close());

const enrolled = async (changes: { readonly userVerified?: boolean; readonly synced?: boolean } = {}) => {
  const user = await auth.addUser({ role: "member" });
  const { token, cookie } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin, ...changes });
  const id = await ceremonies.register(token, authenticator);
  return { user, token, cookie, authenticator, id };
};

const eventsOf = async (user: TestUser, action: string) => {
  const { rows } = await auth.pool.query<{ outcome: string; details: Record<string, unknown> }>(
    "select outcome, details from auth.audit_events where target = $1 and action = $2 order by id",
    [user.id, action],
  );
  return rows;
};

const refused = { status: 401, body: { error: { code: "passkey_invalid" } } };

test("a signed-in person adds a passkey, which signs in without an e-mail address [D1]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { token } = await auth.login(user);
  const { challengeId, options } = await ceremonies.registerOptions(token);
  expect(options).toMatchObject({
    rp: { id: "localhost", name: "Topolo" },
    attestation: "none",
    excludeCredentials: [],
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "preferred" },
    user: { id: Buffer.from(user.id).toString("base64url"), name: user.email },
  });
  const authenticator = createSoftwareAuthenticator({ origin });
  const made = await auth.call("POST", "/passkeys/register/verify", {
    bearer: token,
    body: { challengeId, response: authenticator.create(options), name: " My key " },
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      id: authenticator.credentialId,
      name: "My key",
      lastUsedAt: null,
      backedUp: false,
      deviceType: "singleDevice",
    },
  });
  const again = await ceremonies.registerOptions(token);
  expect(again.options.excludeCredentials).toMatchObject([{ id: authenticator.credentialId }]);

  const signedIn = await ceremonies.signIn(authenticator);
  expect(signedIn).toMatchObject({
    status: 200,
    body: { serviceId: "srv_nexus", role: "owner", user: { id: user.id } },
  });
  expect(signedIn.cookie).toMatch(/^topolo_session=/);
  const validated = await auth.call("GET", "/validate", { bearer: textOf(signedIn.body, "accessToken") });
  expect(validated).toMatchObject({ status: 200, body: { valid: true, user: { id: user.id } } });
  expect(await eventsOf(user, "passkey.register")).toMatchObject([{ outcome: "success" }]);
  expect(await eventsOf(user, "passkey.use")).toMatchObject([{ outcome: "success", details: { userVerified: true } }]);
});

test("user verification and the kind of key decide the recorded methods [D1]", async () => {
  const amrOf = async (changes: { userVerified?: boolean; synced?: boolean }) => {
    const { authenticator } = await enrolled(changes);
    const { body } = await ceremonies.signIn(authenticator);
    const { rows } = await auth.pool.query("select amr from auth.sessions where id = $1", [body.sessionId]);
    return rows[0]?.amr;
  };
  expect(await amrOf({})).toEqual(["hwk", "user", "mfa"]);
  expect(await amrOf({ synced: true })).toEqual(["swk", "user", "mfa"]);
  expect(await amrOf({ userVerified: false })).toEqual(["hwk", "user"]);
});

test("making a passkey needs a sign-in of the last ten minutes [D1]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { cookie } = await auth.login(user);
  const ask = (call: object) => auth.call("POST", "/passkeys/register/options", { body: {}, ...call });
  expect(await ask({})).toMatchObject({ status: 401 });
  expect(await ask({ cookie })).toMatchObject({ status: 403, body: { error: { code: "csrf_header_missing" } } });
  expect(await ask({ cookie, headers: nexusPage })).toMatchObject({ status: 200 });
  auth.clock.advance(10 * 60_000 + 1_000);
  const { body } = await auth.call("POST", "/refresh", { cookie, headers: nexusPage });
  expect(await ask({ bearer: textOf(body, "accessToken") })).toMatchObject({
    status: 403,
    body: { error: { code: "reauthentication_required" } },
  });
});

test("an account whose address nobody has verified gets no passkey", async () => {
  const user = await auth.addUser({ role: "member" });
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
  const { token } = await auth.login(user);
  expect(await auth.call("POST", "/passkeys/register/options", { bearer: token, body: {} })).toMatchObject({
    status: 403,
    body: { error: { code: "email_unverified" } },
  });
});

test("an assertion works once, and a challenge for five minutes", async () => {
  const { authenticator } = await enrolled();
  const first = await ceremonies.signInOptions();
  const shown = { challengeId: first.challengeId, response: authenticator.get(first.options) };
  expect(await ceremonies.verify(shown)).toMatchObject({ status: 200 });
  expect(await ceremonies.verify(shown)).toMatchObject(refused);
  expect(
    await ceremonies.verify({ challengeId: first.challengeId, response: authenticator.get(first.options) }),
  ).toMatchObject(refused);
  const old = await ceremonies.signInOptions();
  auth.clock.advance(5 * 60_000 + 1_000);
  expect(
    await ceremonies.verify({ challengeId: old.challengeId, response: authenticator.get(old.options) }),
  ).toMatchObject(refused);
});

test("of twenty parallel assertions for one challenge one signs in", async () => {
  for (const synced of [false, true]) {
    const { user, authenticator } = await enrolled({ synced });
    const { challengeId, options } = await ceremonies.signInOptions();
    const answers = Array.from({ length: 20 }, () => ({ challengeId, response: authenticator.get(options) }));
    const statuses = await Promise.all(answers.map((answer) => ceremonies.verify(answer).then(({ status }) => status)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
    const { rows } = await auth.pool.query("select count(*)::int as n from auth.sessions where user_id = $1", [
      user.id,
    ]);
    expect(rows).toEqual([{ n: 2 }]);
  }
});

test.each([
  ["another origin", { origin: "https://evil.example" }],
  ["a neighbouring port that is not allowed", { origin: "http://localhost:3999" }],
  ["an origin that ends alike", { origin: "http://evil-localhost:3000" }],
  ["another RP ID", { rpId: "evil.example" }],
  ["another challenge", { challenge: Buffer.alloc(32, 1).toString("base64url") }],
  ["a frame of another site", { crossOrigin: true }],
  ["a registration's type", { type: "webauthn.create" }],
  ["nobody present", { userPresent: false }],
  ["another person's handle", { userHandle: Buffer.from("usr_other").toString("base64url") }],
  ["no handle", { userHandle: null }],
] as const)("an assertion with %s is refused, and recorded", async (_, changes) => {
  const { user, authenticator } = await enrolled();
  const { challengeId, options } = await ceremonies.signInOptions();
  expect(await ceremonies.verify({ challengeId, response: authenticator.get(options, changes) })).toMatchObject(
    refused,
  );
  expect(await eventsOf(user, "passkey.use")).toMatchObject([{ outcome: "failure" }]);
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200 });
});

test.each([
  ["another origin", { origin: "https://evil.example" }],
  ["another RP ID", { rpId: "evil.example" }],
  ["another challenge", { challenge: Buffer.alloc(32, 1).toString("base64url") }],
  ["a frame of another site", { crossOrigin: true }],
  ["an assertion's type", { type: "webauthn.get" }],
  ["nobody present", { userPresent: false }],
  ["an attestation nobody asked for", { attestationFormat: "fido-u2f" }],
] as const)("a registration with %s is refused, and nothing is kept", async (_, changes) => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const { challengeId, options } = await ceremonies.registerOptions(token);
  const response = createSoftwareAuthenticator({ origin }).create(options, changes);
  const body = { challengeId, response, name: "Key" };
  expect(await auth.call("POST", "/passkeys/register/verify", { bearer: token, body })).toMatchObject(refused);
  expect((await auth.call("GET", "/api/me/passkeys", { bearer: token })).body).toEqual({ passkeys: [] });
  expect(await eventsOf(user, "passkey.register")).toMatchObject([{ outcome: "failure" }]);
});

test("a counter that returns to zero is told to the owner and locks nobody out, now or later", async () => {
  const { user, authenticator } = await enrolled();
  const show = async (counter: number) => {
    const { challengeId, options } = await ceremonies.signInOptions();
    return ceremonies.verify({ challengeId, response: authenticator.get(options, { counter }) });
  };
  const mailsOf = async () => {
    await auth.mails.settled();
    return auth.mails.all.filter(({ to, text }) => to === user.email && text.includes("no longer counts"));
  };
  for (const counter of [7, 0, 0, 0]) expect(await show(counter)).toMatchObject({ status: 200 });
  expect(await mailsOf()).toHaveLength(1);
  expect((await eventsOf(user, "passkey.use")).map(({ outcome, details }) => [outcome, details.signal])).toEqual([
    ["success", undefined],
    ["success", "counter_returned_to_zero"],
    ["success", undefined],
    ["success", undefined],
  ]);
  expect(await show(3)).toMatchObject({ status: 200 });
  expect(await show(2)).toMatchObject(refused);
});

test.each([false, true])(
  "a passkey that was synced: %s and says otherwise later is refused and audited",
  async (synced) => {
    const { user, authenticator } = await enrolled({ synced });
    const { challengeId, options } = await ceremonies.signInOptions();
    const response = authenticator.get(options, { synced: !synced, counter: 9 });
    expect(await ceremonies.verify({ challengeId, response })).toMatchObject(refused);
    expect(await eventsOf(user, "passkey.use")).toMatchObject([
      { outcome: "failure", details: { reason: "response" } },
    ]);
    expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200 });
  },
);

test("a counter that does not grow is refused and audited; synced passkeys have none", async () => {
  const { user, authenticator } = await enrolled();
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200 });
  for (const counter of [2, 1, 2]) {
    const { challengeId, options } = await ceremonies.signInOptions();
    const response = authenticator.get(options, { counter });
    expect(await ceremonies.verify({ challengeId, response })).toMatchObject(refused);
  }
  const events = await eventsOf(user, "passkey.use");
  expect(events.map(({ outcome }) => outcome)).toEqual(["success", "denied", "denied", "denied"]);
  expect(events[1]?.details).toMatchObject({ reason: "counter" });
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200 });
  const synced = await enrolled({ synced: true });
  expect(await ceremonies.signIn(synced.authenticator)).toMatchObject({ status: 200 });
  expect(await ceremonies.signIn(synced.authenticator)).toMatchObject({ status: 200 });
});

test("a challenge works for its own purpose, person and session only", async () => {
  const one = await enrolled();
  const other = await enrolled();
  const registering = await ceremonies.registerOptions(one.token);
  const response = createSoftwareAuthenticator({ origin }).create(registering.options);
  const body = { challengeId: registering.challengeId, response, name: "Key" };
  expect(await auth.call("POST", "/passkeys/register/verify", { bearer: other.token, body })).toMatchObject(refused);
  const again = await ceremonies.registerOptions(one.token);
  const secondSession = await auth.login(one.user);
  const replay = {
    challengeId: again.challengeId,
    response: createSoftwareAuthenticator({ origin }).create(again.options),
    name: "Key",
  };
  expect(
    await auth.call("POST", "/passkeys/register/verify", { bearer: secondSession.token, body: replay }),
  ).toMatchObject(refused);
  const registration = await ceremonies.registerOptions(one.token);
  const shown = one.authenticator.get({ challenge: registration.options.challenge, rpId: "localhost" });
  expect(await ceremonies.verify({ challengeId: registration.challengeId, response: shown })).toMatchObject(refused);
});

test("fields that browsers and password managers add are ignored; other unknown fields are refused [D1]", async () => {
  const { authenticator } = await enrolled();
  const { challengeId, options } = await ceremonies.signInOptions();
  const { response, ...credential } = authenticator.get(options);
  const extended = {
    ...credential,
    authenticatorAttachment: "platform",
    vendor: { version: 1 },
    response: { ...response, attestationObject: "eA", publicKeyAlgorithm: -7 },
  };
  expect(await ceremonies.verify({ challengeId, response: extended, userId: "usr_x" })).toMatchObject({ status: 400 });
  expect(await ceremonies.verify({ challengeId, response: extended })).toMatchObject({ status: 200 });
});

test("a credential is registered once; every other attempt is refused", async () => {
  const one = await enrolled();
  const other = await enrolled();
  const { challengeId, options } = await ceremonies.registerOptions(other.token);
  const body = { challengeId, response: one.authenticator.create(options), name: "Key" };
  expect(await auth.call("POST", "/passkeys/register/verify", { bearer: other.token, body })).toMatchObject(refused);
  const { rows } = await auth.pool.query("select user_id from auth.webauthn_credentials where id = $1", [one.id]);
  expect(rows).toEqual([{ user_id: one.user.id }]);
});

test("sign-in options disclose no account", async () => {
  await enrolled();
  const { options } = await ceremonies.signInOptions();
  expect(Object.keys(options).sort()).toEqual(["challenge", "rpId", "timeout", "userVerification"]);
  const named = await auth.call("POST", "/passkeys/authenticate/options", {
    body: { email: "a@example.com" },
    headers: nexusPage,
  });
  expect(named).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  const unknown = createSoftwareAuthenticator({ origin });
  unknown.create({ challenge: "x", rp: { id: "localhost" }, user: { id: "eA" } });
  expect(await ceremonies.signIn(unknown)).toMatchObject(refused);
});

test("a passkey signs in while the password is locked", async () => {
  const { user, authenticator } = await enrolled();
  const guess = (password: string) =>
    auth.call("POST", "/login", { body: { email: user.email, password }, headers: { "x-service-id": "srv_nexus" } });
  for (let count = 0; count < 10; count += 1) await guess("wrong password");
  expect(await guess(user.password)).toMatchObject({ status: 429 });
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 200 });
  expect(await guess(user.password)).toMatchObject({ status: 429 });
});

test.each(["suspended", "locked"])("a passkey does not sign in to an account that is %s [B4]", async (status) => {
  const { user, authenticator } = await enrolled();
  await auth.pool.query("update auth.users set status = $2 where id = $1", [user.id, status]);
  expect(await ceremonies.signIn(authenticator)).toMatchObject({
    status: 403,
    body: { error: { code: "account_suspended" } },
  });
  await auth.pool.query("update auth.users set status = 'deleted' where id = $1", [user.id]);
  expect(await ceremonies.signIn(authenticator)).toMatchObject(refused);
});

test("login CSRF: the header is needed, and the origin allowed [RFC 9700 §4.7]", async () => {
  const { authenticator } = await enrolled();
  const { challengeId, options } = await ceremonies.signInOptions();
  const body = { challengeId, response: authenticator.get(options) };
  const send = (headers: Record<string, string>) =>
    auth.call("POST", "/passkeys/authenticate/verify", { body, headers });
  expect(await send({ "x-service-id": "srv_nexus" })).toMatchObject({ status: 403 });
  expect(await send({ ...nexusPage, origin: "https://evil.example" })).toMatchObject({ status: 403 });
  expect(await send(nexusPage)).toMatchObject({ status: 200 });
});

test("a passkey completes a password sign-in once, and another person's does not", async () => {
  const { user, authenticator } = await enrolled({ userVerified: false });
  const stranger = await enrolled();
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [user.id]);
  const asked = await auth.call("POST", "/login", {
    body: { email: user.email, password: user.password },
    headers: nexusPage,
  });
  expect(asked).toMatchObject({ status: 202, body: { status: "mfa_required", methods: ["passkey"] } });
  const mfaToken = textOf(asked.body, "mfaToken");
  const options = () => ceremonies.signInOptions({ mfaToken });

  const first = await options();
  expect(first.options.allowCredentials).toMatchObject([{ id: authenticator.credentialId }]);
  const foreign = { challengeId: first.challengeId, response: stranger.authenticator.get(first.options), mfaToken };
  expect(await ceremonies.verify(foreign)).toMatchObject(refused);

  const unbound = await options();
  const without = { challengeId: unbound.challengeId, response: authenticator.get(unbound.options) };
  expect(await ceremonies.verify(without)).toMatchObject(refused);

  const good = await options();
  const late = await options();
  const done = await ceremonies.verify({
    challengeId: good.challengeId,
    response: authenticator.get(good.options),
    mfaToken,
  });
  expect(done).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  const { rows } = await auth.pool.query("select amr from auth.sessions where id = $1", [done.body.sessionId]);
  expect(rows).toEqual([{ amr: ["pwd", "hwk", "user", "mfa"] }]);
  expect(
    await ceremonies.verify({ challengeId: late.challengeId, response: authenticator.get(late.options), mfaToken }),
  ).toMatchObject({ status: 401, body: { error: { code: "second_factor_expired" } } });
});

test("without user verification a security key is one factor; with it, both", async () => {
  const { user, authenticator } = await enrolled({ userVerified: false });
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [user.id]);
  const asked = await ceremonies.signIn(authenticator);
  expect(asked).toMatchObject({ status: 202, body: { status: "mfa_required" } });
  const mfaToken = textOf(asked.body, "mfaToken");
  const show = async (userVerified: boolean) => {
    const { challengeId, options } = await ceremonies.signInOptions({ mfaToken });
    return ceremonies.verify({ challengeId, response: authenticator.get(options, { userVerified }), mfaToken });
  };
  expect(await show(false)).toMatchObject({ status: 401, body: { error: { code: "second_factor_invalid" } } });
  expect(await show(true)).toMatchObject({ status: 200 });
  const verified = await enrolled();
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [verified.user.id]);
  expect(await ceremonies.signIn(verified.authenticator)).toMatchObject({ status: 200 });
});

test("a pending sign-in works only for the app it was started from", async () => {
  const { user, authenticator } = await enrolled();
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [user.id]);
  const asked = await auth.call("POST", "/login", {
    body: { email: user.email, password: user.password },
    headers: { "x-service-id": "srv_roadmapper" },
  });
  const mfaToken = textOf(asked.body, "mfaToken");
  const { challengeId, options } = await ceremonies.signInOptions({ mfaToken });
  const body = { challengeId, response: authenticator.get(options), mfaToken };
  expect(await ceremonies.verify(body)).toMatchObject({
    status: 401,
    body: { error: { code: "second_factor_expired" } },
  });
});

test("only the same person's passkey completes a pending sign-in held by a cookie", async () => {
  const { user, authenticator } = await enrolled({ userVerified: false });
  const other = await enrolled();
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [user.id]);
  const asked = await auth.call("POST", "/login", {
    body: { email: user.email, password: user.password },
    headers: nexusPage,
  });
  const cookie = `topolo_pending=${textOf(asked.body, "mfaToken")}`;
  const show = async (who: typeof authenticator) => {
    const { challengeId, options } = await ceremonies.signInOptions();
    return ceremonies.verify({ challengeId, response: who.get(options) }, cookie);
  };
  expect(await show(other.authenticator)).toMatchObject({ status: 200, body: { user: { id: other.user.id } } });
  const done = await show(authenticator);
  expect(done).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  expect(done.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^topolo_pending=; Max-Age=0;/));
});
