import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attackersPreparations, type Attacker, type Preparation } from "../../../test/attackers-preparations.ts";
import { secretIn, startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { startOpenIdIssuer, type OpenIdIssuer } from "../../../test/openid-issuer.ts";
import { passkeyCeremonies } from "../../../test/passkey-ceremonies.ts";
import { createSoftwareAuthenticator } from "../../../test/software-authenticator.ts";

let auth: TestAuth;
let google: OpenIdIssuer;
let preparations: Readonly<Record<string, Preparation>>;

beforeAll(async () => {
  google = await startOpenIdIssuer(["http://localhost:3001/federated/google/callback"]);
  auth = await startTestAuth({
    federated: { google: { clientId: google.clientId, clientSecret: google.clientSecret, issuer: google.url } },
  });
  preparations = await attackersPreparations(auth, google);
});
afterAll(async () => {
  await auth.close();
  await google.close();
});

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const ownersPassword = "the owner's entirely other sentence";

/** Somebody holds a fresh session of a person whose address is verified, and knows the password. */
const stolen = async (): Promise<Attacker & { readonly sessionId: string }> => {
  const organizationId = await auth.addOrganization();
  const user = await auth.addUser({ organizationId, role: "owner" });
  const session = await auth.login(user);
  return { userId: user.id, email: user.email, password: user.password, organizationId, ...session };
};

const resetAndSignIn = async ({ userId, email }: Attacker) => {
  await auth.mails.settled();
  const after = auth.mails.all.filter(({ to }) => to === email).length;
  await auth.call("POST", "/password/forgot", { body: { email } });
  const token = secretIn(await auth.mails.to(email, { after, about: "#token=" }));
  await auth.call("POST", "/password/reset", { body: { token, password: ownersPassword } });
  return auth.login({ id: userId, email, password: ownersPassword });
};

const listOf = async (bearer: string) => (await auth.call("GET", "/api/me/ways-in", { bearer })).body;
const drop = (bearer: string, body: object = {}) => auth.call("POST", "/api/me/ways-in/drop", { bearer, body });

const isShown = (list: Readonly<Record<string, unknown>>, field: string): boolean => {
  const shown = list[field];
  return Array.isArray(shown) ? shown.length > 0 : shown !== null && shown !== undefined;
};

/** What stays with a reset alone, because it may be the owner's own. */
const kept = [
  "an app of somebody else",
  "a passkey",
  "an account of another service",
  "a key",
  "a key of the organization",
] as const;

describe("after a reset the owner sees what else opens the account, and drops it with one button", () => {
  test.each(kept)("%s is in the list and goes", async (name) => {
    const attacker = await stolen();
    const { prepare, shownAs = "" } = preparations[name] ?? { prepare: () => Promise.reject(new Error(name)) };
    const stillOpen = await prepare(attacker);
    const { token } = await resetAndSignIn(attacker);
    expect(isShown(await listOf(token), shownAs)).toBe(true);
    expect(await stillOpen()).toBe(true);
    expect(await drop(token)).toMatchObject({ status: 200, body: { dropped: { [shownAs]: 1 } } });
    expect(await stillOpen()).toBe(false);
    expect(isShown(await listOf(token), shownAs)).toBe(false);
  });

  test("everything together goes, and this browser and the password stay", async () => {
    const attacker = await stolen();
    // A second factor that is asked for would keep the owner out; then an operator drops it.
    const others = Object.entries(preparations).filter(([name]) => !/authenticator|workspace|membership/.test(name));
    const opened = [];
    for (const [name, { prepare }] of others) opened.push({ name, stillOpen: await prepare(attacker) });
    const { token, cookie } = await resetAndSignIn(attacker);
    expect(await drop(token)).toMatchObject({
      status: 200,
      body: { dropped: { passkeys: 1, identities: 1, apiKeys: 2, connectedApps: 2 } },
    });
    const left = [];
    for (const { name, stillOpen } of opened) if (await stillOpen()) left.push(name);
    expect(left).toEqual([]);
    for (const credential of [{ bearer: token }, { cookie }])
      expect((await auth.call("GET", "/api/me", credential)).status).toBe(200);
    expect(
      (await auth.login({ id: attacker.userId, email: attacker.email, password: ownersPassword })).token,
    ).toBeTruthy();
    const mail = await auth.mails.to(attacker.email);
    expect(mail.subject).toBe("Other ways into your account were removed");
    expect(mail.text).toContain("1 passkey, 1 linked account of another service, 2 connected apps, 2 API keys");
    const { rows } = await auth.pool.query(
      "select actor_id, outcome, details from auth.audit_events where action = 'user.ways-in-dropped' and target = $1",
      [attacker.userId],
    );
    expect(rows).toMatchObject([
      { actor_id: attacker.userId, outcome: "success", details: { passkeys: 1, apiKeys: 2 } },
    ]);
  });
});

test("where somebody else's second factor keeps the owner out, an operator recovers the account, and nothing stays", async () => {
  const attacker = await stolen();
  const organizations = ["a key of the organization", "a second account in", "an invitation to", "membership in"];
  const inOrder = Object.entries(preparations)
    .filter(([name]) => !organizations.some((start) => name.startsWith(start)))
    .sort(([one], [other]) => Number(one.startsWith("an auth")) - Number(other.startsWith("an auth")));
  const opened = [];
  for (const [name, { prepare }] of inOrder) opened.push({ name, stillOpen: await prepare(attacker) });
  await expect(resetAndSignIn(attacker)).rejects.toThrow("login answered 202");
  const platform = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
  const { token: bearer } = await auth.login(platform);
  const recover = (userId: string, body: object = { reason: "showed an identity card" }) =>
    auth.call("POST", `/api/users/${userId}/recovery`, { bearer, body });
  expect(await recover(attacker.userId, {})).toMatchObject(codeIs("invalid_request", 400));
  expect(await recover(platform.id)).toMatchObject(codeIs("forbidden", 403));
  await auth.mails.settled();
  const after = auth.mails.all.filter(({ to }) => to === attacker.email).length;
  expect(await recover(attacker.userId)).toMatchObject({
    status: 202,
    body: { accepted: true, dropped: { passkeys: 1, authenticators: 1, identities: 1 } },
  });
  const left = [];
  for (const { name, stillOpen } of opened) if (await stillOpen()) left.push(name);
  expect(left).toEqual([]);
  await auth.mails.settled();
  const mails = auth.mails.all.filter(({ to }) => to === attacker.email).slice(after);
  const withLink = mails.find(({ text }) => text.includes("#token="));
  const mailed = withLink === undefined ? "" : secretIn(withLink);
  expect(
    await auth.call("POST", "/password/reset", { body: { token: mailed, password: ownersPassword } }),
  ).toMatchObject({ status: 200 });
  await auth.login({ id: attacker.userId, email: attacker.email, password: ownersPassword });
  const { rows } = await auth.pool.query(
    "select actor_id, details->>'reason' as reason from auth.audit_events where action = 'user.recovered' and target = $1",
    [attacker.userId],
  );
  expect(rows).toEqual([{ actor_id: platform.id, reason: "showed an identity card" }]);
});

test("the list names every kind of way in, and no secret", async () => {
  const attacker = await stolen();
  for (const name of [...kept, "a device", "an authenticator with recovery codes"])
    await preparations[name]?.prepare(attacker);
  const list = await listOf(attacker.token);
  expect(list).toEqual({
    password: true,
    passkeys: [{ id: expect.any(String), name: "Key", createdAt: expect.any(String), lastUsedAt: null }],
    authenticator: { confirmedAt: expect.any(String) },
    recoveryCodesLeft: 10,
    identities: [expect.objectContaining({ provider: "google", email: expect.any(String) })],
    apiKeys: [
      expect.objectContaining({ name: "prepared organization", owner: "organization", last4: expect.any(String) }),
      expect.objectContaining({ name: "prepared user", owner: "user", organizationName: expect.any(String) }),
    ],
    connectedApps: [expect.objectContaining({ clientId: "partner-web" })],
    devices: [expect.objectContaining({ clientId: "own-cli", sessionId: attacker.sessionId })],
    sessions: [expect.objectContaining({ id: attacker.sessionId, current: true })],
  });
  expect(JSON.stringify(list)).not.toMatch(/tpk_|secret|hash/i);
});

test("a device that holds tokens of this very session loses them, and the session goes on", async () => {
  const attacker = await stolen();
  const stillOpen = await preparations["a device"]?.prepare(attacker);
  expect(await stillOpen?.()).toBe(true);
  expect(await drop(attacker.token)).toMatchObject({ status: 200, body: { dropped: { devices: 1, sessions: 0 } } });
  expect(await stillOpen?.()).toBe(false);
  expect((await auth.call("GET", "/api/me", { bearer: attacker.token })).status).toBe(200);
});

test("keys of the organization stay where the person says so, and where they do not administer it any more", async () => {
  const person = await stolen();
  const own = await preparations["a key"]?.prepare(person);
  const organizations = await preparations["a key of the organization"]?.prepare(person);
  expect(await drop(person.token, { organizationKeys: false })).toMatchObject({ body: { dropped: { apiKeys: 1 } } });
  expect([await own?.(), await organizations?.()]).toEqual([false, true]);
  await auth.pool.query("update auth.organization_memberships set role = 'member' where user_id = $1", [person.userId]);
  expect(isShown(await listOf(person.token), "apiKeys")).toBe(false);
  expect(await drop(person.token)).toMatchObject({ body: { dropped: { apiKeys: 0 } } });
  expect(await organizations?.()).toBe(true);
});

test("dropping needs a recent sign-in, and a password to sign in with afterwards", async () => {
  const person = await stolen();
  await auth.pool.query("update auth.sessions set auth_time = auth_time - interval '11 minutes' where id = $1", [
    person.sessionId,
  ]);
  expect(await drop(person.token)).toMatchObject(codeIs("reauthentication_required", 403));
  const other = await stolen();
  await auth.pool.query("delete from auth.password_credentials where user_id = $1", [other.userId]);
  expect(await drop(other.token)).toMatchObject(codeIs("last_factor", 409));
});

test("what a session was adding when it ended is not added", async () => {
  const person = await stolen();
  const passkeys = passkeyCeremonies(auth);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  const { challengeId, options } = await passkeys.registerOptions(person.token);
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: person.token });
  const client = await auth.pool.connect();
  try {
    await client.query("begin");
    await client.query("select from auth.users where id = $1 for no key update", [person.userId]);
    const bearer = person.token;
    const waiting = Promise.all([
      auth.call("POST", "/passkeys/register/verify", {
        bearer,
        body: { challengeId, response: authenticator.create(options), name: "Late" },
      }),
      auth.call("POST", "/api/me/mfa/totp", { bearer }),
      auth.call("POST", "/api/api-keys", { bearer, body: { name: "late", scopes: ["srv_nexus.usage"] } }),
      auth.call("POST", "/api/api-keys", {
        bearer,
        body: { name: "late", owner: "organization", scopes: ["srv_nexus.usage"] },
      }),
    ]);
    // All of them have been let in and wait for the account; now the owner's reset ends the session.
    for (let waits = 0; waits < 4;) {
      const { rows } = await auth.pool.query<{ waits: number }>(
        "select count(*)::int as waits from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      waits = rows[0]?.waits ?? 0;
    }
    await client.query("update auth.sessions set revoked_at = now(), revoked_reason = 'password_reset' where id = $1", [
      person.sessionId,
    ]);
    await client.query("commit");
    for (const answer of await waiting) expect(answer).toMatchObject(codeIs("unauthenticated", 401));
  } finally {
    client.release();
  }
  expect(textOf(started.body, "id")).toBeTruthy();
  const { rows } = await auth.pool.query(
    `select (select count(*)::int from auth.webauthn_credentials where user_id = $1) as passkeys,
       (select count(*)::int from auth.api_keys where created_by = $1) as keys`,
    [person.userId],
  );
  expect(rows).toEqual([{ passkeys: 0, keys: 0 }]);
});
