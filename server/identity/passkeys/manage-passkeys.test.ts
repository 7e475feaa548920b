import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { codeOf, enrolled as withAuthenticator, nexusServiceHeader } from "../../../test/second-factor.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";
import { maxPasskeys } from "./register-passkey.ts";

const origin = "http://localhost:3000";
let auth: TestAuth;
let ceremonies: ReturnType<typeof passkeyCeremonies>;

beforeAll(async () => {
  auth = await startTestAuth();
  ceremonies = passkeyCeremonies(auth);
});
afterAll(() => auth.close());

const enrolled = async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const authenticator = createSoftwareAuthenticator({ origin });
  return { user, token, authenticator, id: await ceremonies.register(token, authenticator) };
};
const removeKey = (bearer: string, id: string) => auth.call("DELETE", `/api/me/passkeys/${id}`, { bearer });
const withoutPassword = (user: TestUser) =>
  auth.pool.query("delete from auth.password_credentials where user_id = $1", [user.id]);

test("passkeys are listed, renamed and removed by their owner, and removal ends no session [D1]", async () => {
  const { user, token, authenticator, id } = await enrolled();
  await ceremonies.signIn(authenticator);
  expect((await auth.mails.to(user.email, { about: "A passkey was added" })).text).toContain("A passkey was added");
  const listed = await auth.call("GET", "/api/me/passkeys", { bearer: token });
  expect(listed.body).toEqual({
    passkeys: [
      {
        id,
        name: "Key",
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        backedUp: false,
        deviceType: "singleDevice",
      },
    ],
  });
  const renamed = await auth.call("PATCH", `/api/me/passkeys/${id}`, { bearer: token, body: { name: "Laptop" } });
  expect(renamed).toMatchObject({ status: 200, body: { id, name: "Laptop" } });
  expect(await auth.call("PATCH", `/api/me/passkeys/${id}`, { bearer: token, body: { name: " " } })).toMatchObject({
    status: 400,
  });
  expect(await removeKey(token, id)).toMatchObject({ status: 204 });
  expect((await auth.mails.to(user.email, { after: 1, about: "A passkey was removed" })).text).toContain(
    "A passkey was removed",
  );
  expect(await ceremonies.signIn(authenticator)).toMatchObject({ status: 401 });
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(200);
  const { rows } = await auth.pool.query(
    "select action from auth.audit_events where target = $1 and action like 'passkey.%' and outcome = 'success' order by id",
    [user.id],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    "passkey.register",
    "passkey.use",
    "passkey.rename",
    "passkey.remove",
  ]);
});

test("another person's passkey is not found", async () => {
  const owner = await enrolled();
  const other = await enrolled();
  const missing = { status: 404, body: { error: { code: "passkey_not_found" } } };
  expect(await removeKey(other.token, owner.id)).toMatchObject(missing);
  expect(
    await auth.call("PATCH", `/api/me/passkeys/${owner.id}`, { bearer: other.token, body: { name: "Mine" } }),
  ).toMatchObject(missing);
  expect(await removeKey(other.token, "none")).toMatchObject(missing);
  expect((await auth.call("GET", "/api/me/passkeys", { bearer: owner.token })).body).toMatchObject({
    passkeys: [{ id: owner.id, name: "Key" }],
  });
});

test("the last way to sign in cannot be removed, even by two parallel requests [D1]", async () => {
  const { user, token, id } = await enrolled();
  const second = createSoftwareAuthenticator({ origin });
  const secondId = await ceremonies.register(token, second);
  await withoutPassword(user);
  const holder = await auth.pool.connect();
  await holder.query("begin");
  await holder.query("select from auth.webauthn_credentials where user_id = $1 for update", [user.id]);
  const removals = [removeKey(token, id), removeKey(token, secondId)];
  // Both are on their way before either can finish.
  await expect
    .poll(async () => {
      const { rows } = await auth.pool.query(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows[0]?.n;
    })
    .toBe(2);
  await holder.query("commit");
  holder.release();
  const statuses = await Promise.all(removals);
  expect(statuses.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409]);
  expect(statuses.find(({ status }) => status === 409)?.body).toMatchObject({ error: { code: "last_factor" } });
});

test("a required second factor cannot be removed [D1]", async () => {
  const { user, token, id } = await enrolled();
  await auth.pool.query("update auth.sessions set factors_shown = 2 where user_id = $1", [user.id]);
  await auth.pool.query("update auth.users set second_factor_required = true where id = $1", [user.id]);
  expect(await removeKey(token, id)).toMatchObject({ status: 409, body: { error: { code: "last_factor" } } });
  await auth.pool.query("update auth.users set second_factor_required = false where id = $1", [user.id]);
  expect(await removeKey(token, id)).toMatchObject({ status: 204 });
});

test("the number of passkeys of an account is limited [D1]", async () => {
  const { user, token } = await enrolled();
  await auth.pool.query(
    `insert into auth.webauthn_credentials (id, user_id, public_key, device_type, backed_up, name)
     select 'filler-' || n || $1, $1, '\\x00', 'singleDevice', false, 'Key' from generate_series(2, $2::int) n`,
    [user.id, maxPasskeys],
  );
  const { challengeId, options } = await ceremonies.registerOptions(token);
  const response = createSoftwareAuthenticator({ origin }).create(options);
  expect(
    await auth.call("POST", "/passkeys/register/verify", { bearer: token, body: { challengeId, response, name: "K" } }),
  ).toMatchObject({ status: 409, body: { error: { code: "too_many_passkeys" } } });
});

test("a sign-in that waits for another factor is over once the passkey that began it is removed", async () => {
  const { token, secret } = await withAuthenticator(auth);
  for (const removed of [false, true]) {
    const authenticator = createSoftwareAuthenticator({ origin, userVerified: false });
    const id = await ceremonies.register(token, authenticator);
    const asked = await ceremonies.signIn(authenticator);
    expect(asked.status).toBe(202);
    if (removed) expect((await removeKey(token, id)).status).toBe(204);
    auth.clock.advance(60_000);
    const finished = await auth.call("POST", "/login/mfa", {
      body: { mfaToken: textOf(asked.body, "mfaToken"), method: "totp", code: codeOf(auth, secret) },
      headers: nexusServiceHeader,
    });
    expect([removed, finished.status]).toEqual([removed, removed ? 401 : 200]);
  }
});
