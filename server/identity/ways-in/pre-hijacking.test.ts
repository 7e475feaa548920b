import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attackersPreparations, type Attacker, type Preparation } from "../../../test/attackers-preparations.ts";
import { secretIn, startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";
import { addClient, exchangeCode, getCode, type TestClient } from "../../../test/oauth-client.ts";
import { startOpenIdIssuer, type OpenIdIssuer } from "../../../test/openid-issuer.ts";
import { nexusServiceHeader } from "../../../test/second-factor.ts";

let auth: TestAuth;
let google: OpenIdIssuer;
let preparations: Readonly<Record<string, Preparation>>;
let reader: TestClient;

beforeAll(async () => {
  google = await startOpenIdIssuer(["http://localhost:3001/federated/google/callback"]);
  auth = await startTestAuth({
    federated: { google: { clientId: google.clientId, clientSecret: google.clientSecret, issuer: google.url } },
  });
  preparations = await attackersPreparations(auth, google);
  reader = await addClient(auth, { clientId: "reader" });
});
afterAll(async () => {
  await auth.close();
  await google.close();
});

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const attackersPassword = "the attacker's plain sentence";
const ownersPassword = "the owner's entirely other sentence";

const login = async (email: string, password: string) =>
  auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });

let victims = 0;
/** Somebody registers the address of somebody else, with a workspace, and signs in. */
const squat = async (): Promise<Attacker> => {
  victims += 1;
  const email = `victim-${victims}@example.com`;
  const body = { email, password: attackersPassword, developerWorkspace: true, createOrganization: true };
  await auth.call("POST", "/register", { body });
  const user = { id: "", email, password: attackersPassword };
  const { token, cookie } = await auth.login(user);
  const { rows } = await auth.pool.query<{ id: string; organization_id: string }>(
    "select u.id, m.organization_id from auth.users u join auth.organization_memberships m on m.user_id = u.id where u.email = $1",
    [email],
  );
  const { id: userId = "", organization_id: organizationId = "" } = rows[0] ?? {};
  return { userId, email, password: attackersPassword, organizationId, token, cookie };
};

/** As though there were a road around the rule that an account which is not verified adds no way in. */
const asIfVerified = async <T>({ userId }: Attacker, work: () => Promise<T>): Promise<T> => {
  const set = (at: string) =>
    auth.pool.query(`update auth.users set email_verified_at = ${at} where id = $1`, [userId]);
  await set("now()");
  const done = await work();
  await set("null");
  return done;
};

const mailed = async (email: string, ask: () => Promise<unknown>): Promise<string> => {
  await auth.mails.settled();
  const after = auth.mails.all.filter(({ to }) => to === email).length;
  await ask();
  return secretIn(await auth.mails.to(email, { after, about: "#token=" }));
};

const reset = async (email: string) => {
  const token = await mailed(email, () => auth.call("POST", "/password/forgot", { body: { email } }));
  expect(await auth.call("POST", "/password/reset", { body: { token, password: ownersPassword } })).toMatchObject({
    status: 200,
  });
};

const names = [
  "a session",
  "a browser's cookie",
  "the password",
  "tokens of an app",
  "an app of somebody else",
  "a device",
  "a device that has not fetched its tokens",
  "a handoff code",
  "a passkey",
  "a passkey that is being made",
  "an authenticator with recovery codes",
  "an account of another service",
  "a key",
  "a key of the organization",
  "a change to an address of the attacker's",
  "a second account in the account's workspace",
  "an invitation to the account's workspace",
  "membership in an organization of the attacker's",
] as const;

const prepared = (name: string): Preparation => {
  const found = preparations[name];
  if (!found) throw new Error(`${name} is not in the table`);
  return found;
};

describe("the owner of an address resets an account that somebody registered for it", () => {
  test("every row of the table is examined", () => {
    expect([...names].sort()).toEqual(Object.keys(preparations).sort());
  });

  test.each(names)("%s ends", async (name) => {
    const attacker = await squat();
    const stillOpen = await asIfVerified(attacker, () => prepared(name).prepare(attacker));
    // What works once would be used up.
    if (!/being made|not fetched|handoff|change to/.test(name))
      expect(await stillOpen(), "before the reset").toBe(true);
    await reset(attacker.email);
    expect(await stillOpen()).toBe(false);
    const own = await login(attacker.email, ownersPassword);
    expect(own).toMatchObject({ status: 200, body: { user: { emailVerified: true } } });
  });

  test("with everything prepared nothing stays, and the owner finds an empty list", async () => {
    const attacker = await squat();
    // The second factor comes last: what follows it would be asked for it.
    const inOrder = [...names].sort(
      (one, other) => Number(one.startsWith("an auth")) - Number(other.startsWith("an auth")),
    );
    const stillOpen = await asIfVerified(attacker, async () => {
      const opened = [];
      for (const name of inOrder) opened.push({ name, open: await prepared(name).prepare(attacker) });
      return opened;
    });
    await reset(attacker.email);
    const left = [];
    for (const { name, open } of stillOpen) if (await open()) left.push(name);
    expect(left).toEqual([]);
    const own = await login(attacker.email, ownersPassword);
    const list = await auth.call("GET", "/api/me/ways-in", { bearer: textOf(own.body, "accessToken") });
    expect(list.body).toMatchObject({
      password: true,
      passkeys: [],
      authenticator: null,
      recoveryCodesLeft: 0,
      identities: [],
      apiKeys: [],
      connectedApps: [],
      devices: [],
      sessions: [{ current: true }],
    });
    const { subject, text } = await auth.mails.to(attacker.email);
    expect([subject, text]).toEqual(["Your password was reset", expect.stringContaining("was removed: passkeys")]);
    const { rows } = await auth.pool.query(
      "select details from auth.audit_events where action = 'user.password-reset' and target = $1",
      [attacker.userId],
    );
    expect(rows).toMatchObject([{ details: { firstVerified: true, dropped: { passkeys: 1, identities: 1 } } }]);
  });
});

test.each([
  ["a passkey", "POST", "/passkeys/register/options", {}],
  ["a passkey's answer", "POST", "/passkeys/register/verify", {}],
  ["an authenticator", "POST", "/api/me/mfa/totp", undefined],
  ["an authenticator's code", "POST", "/api/me/mfa/totp/none/confirm", { code: "123456" }],
  ["recovery codes", "POST", "/api/me/mfa/recovery-codes", undefined],
  ["a second factor", "PUT", "/api/me/mfa/required", { required: true }],
  ["a key", "POST", "/api/api-keys", { name: "x", scopes: ["srv_nexus.usage"] }],
  ["another address", "POST", "/api/me/email", { email: "x@attacker.example", password: attackersPassword }],
])("before verification nobody adds %s", async (_, method, path, body) => {
  const { token } = await squat();
  const answer = await auth.call(method, path, { bearer: token, ...(body === undefined ? {} : { body }) });
  expect(answer).toMatchObject(codeIs("email_unverified", 403));
});

test("before verification nobody links an account of another service", async () => {
  const { cookie } = await squat();
  const linking = await federatedBrowser(auth).open("google", "?link=1", { cookie, "sec-fetch-site": "same-origin" });
  expect(placeOf(linking)).toBe("303 /error?error=email_unverified");
});

/** What each of the four places says of the address. */
const verifiedAt = async ({ token, cookie }: Pick<Attacker, "token" | "cookie">) => {
  const { body } = await exchangeCode(auth, reader, await getCode(auth, reader, cookie));
  const claims: unknown = JSON.parse(
    Buffer.from(textOf(body, "id_token").split(".")[1] ?? "", "base64url").toString("utf8"),
  );
  const userInfo = await auth.call("GET", "/oauth/userinfo", { bearer: textOf(body, "access_token") });
  const [me, validated] = await Promise.all(
    ["/api/me", "/validate"].map((path) => auth.call("GET", path, { bearer: token })),
  );
  return {
    idToken: Reflect.get(Object(claims), "email_verified"),
    userInfo: userInfo.body["email_verified"],
    me: Reflect.get(Object(me?.body["user"]), "emailVerified"),
    validate: Reflect.get(Object(validated?.body["user"]), "emailVerified"),
  };
};
const nowhere = { idToken: false, userInfo: false, me: false, validate: false };
const everywhere = { idToken: true, userInfo: true, me: true, validate: true };

test("the owner opens the link that the attacker caused: the attacker's account is verified nowhere", async () => {
  const attacker = await squat();
  const again = () => auth.call("POST", "/email/verify/resend", { body: { email: attacker.email } });
  const first = secretIn(await auth.mails.to(attacker.email, { about: "#token=" }));
  for (const token of [first, await mailed(attacker.email, again)]) {
    await auth.call("POST", "/email/links/preview", { body: { token } });
    for (const body of [{ token }, { token, password: ownersPassword }])
      expect((await auth.call("POST", "/email/verify", { body })).status).toBeGreaterThanOrEqual(400);
  }
  expect(await verifiedAt(attacker)).toEqual(nowhere);
  const password = attackersPassword;
  expect((await auth.call("POST", "/email/verify", { body: { token: first, password } })).status).toBe(200);
  expect(await verifiedAt(attacker)).toEqual(everywhere);
});

describe("the five classic variants (Sudhodanan and Paverd, 2022)", () => {
  const enter = async (account: { readonly sub: string; readonly [claim: string]: unknown }) => {
    const browser = federatedBrowser(auth);
    const { url, cookie } = await browser.start("google");
    return browser.finish(await google.authorize(url, account), cookie);
  };

  test("classic-federated merge: the owner's sign-in at a provider never meets the attacker's account", async () => {
    const attacker = await squat();
    const owner = { sub: `owner-${attacker.userId}`, email: attacker.email, email_verified: true };
    expect(placeOf(await enter(owner))).toBe("303 /sign-in?error=account_exists");
    expect(await verifiedAt(attacker)).toEqual(nowhere);
    // The other way round: the owner is there first, and the attacker registers.
    const first = { ...owner, sub: `first-${attacker.userId}`, email: `first-${attacker.email}` };
    expect(placeOf(await enter(first))).toBe("303 /");
    await auth.call("POST", "/register", { body: { email: first.email, password: attackersPassword } });
    expect(await login(first.email, attackersPassword)).toMatchObject(codeIs("invalid_credentials", 401));
  });

  test("unexpired session: it ends with the owner's reset, and with no other step becomes verified", async () => {
    const attacker = await squat();
    expect(await verifiedAt(attacker)).toEqual(nowhere);
    await reset(attacker.email);
    expect((await auth.call("GET", "/api/me", { bearer: attacker.token })).status).toBe(401);
    expect((await auth.call("GET", "/api/me", { cookie: attacker.cookie })).status).toBe(401);
  });

  test("trojan identifier: no identity, passkey or address of the attacker's opens the account after the reset", async () => {
    for (const name of ["an account of another service", "a passkey", "a change to an address of the attacker's"]) {
      const attacker = await squat();
      await expect(prepared(name).prepare(attacker), name).rejects.toThrow();
      const stillOpen = await asIfVerified(attacker, () => prepared(name).prepare(attacker));
      await reset(attacker.email);
      expect(await stillOpen(), name).toBe(false);
    }
  });

  test("unexpired e-mail change: a change that waits ends with the reset, whichever side had confirmed", async () => {
    const attacker = await squat();
    const to = `elsewhere-${attacker.userId}@attacker.example`.toLowerCase();
    const confirm = (token: string) =>
      auth.call("POST", "/email/change/confirm", { body: { token, password: attackersPassword } });
    const links = await asIfVerified(attacker, async () => {
      const body = { email: to, password: attackersPassword };
      await auth.call("POST", "/api/me/email", { bearer: attacker.token, body });
      return [
        secretIn(await auth.mails.to(to, { about: "#change=" }), "change"),
        secretIn(await auth.mails.to(attacker.email, { about: "#change=" }), "change"),
      ];
    });
    expect((await confirm(links[0] ?? "")).body).toMatchObject({ changed: false });
    await reset(attacker.email);
    for (const link of links) expect(await confirm(link)).toMatchObject(codeIs("link_invalid", 400));
    expect((await login(attacker.email, ownersPassword)).status).toBe(200);
  });

  test("non-verifying identity provider: an address it does not vouch for makes, opens and joins no account", async () => {
    const email = "unvouched@example.com";
    for (const claims of [{ email_verified: false }, {}, { email_verified: "false" }]) {
      expect(placeOf(await enter({ sub: "eve", email, ...claims }))).toBe("303 /sign-in?error=email_unverified");
      expect((await auth.pool.query("select from auth.users where email = $1", [email])).rowCount).toBe(0);
    }
  });
});
