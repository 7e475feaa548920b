import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { placeOf } from "../../../test/federated-browser.ts";
import { startOpenIdIssuer, type IssuerAccount, type OpenIdIssuer } from "../../../test/openid-issuer.ts";
import { addCompany, type TestCompany } from "../../../test/organization-sign-in.ts";
import { codeOf, enrolled, finishOnPage, nexusServiceHeader, wrongCode } from "../../../test/second-factor.ts";
import { newPrefixedId } from "../../platform/ids.ts";

let auth: TestAuth;
let acme: TestCompany;
let issuer: OpenIdIssuer;

const settings = (extra: object = {}) => ({
  kind: "oidc",
  issuer: issuer.url,
  clientId: issuer.clientId,
  clientSecret: issuer.clientSecret,
  ...extra,
});

beforeAll(async () => {
  const id = newPrefixedId("org");
  issuer = await startOpenIdIssuer([`http://localhost:3001/organization-sign-in/${id}/callback`]);
  auth = await startTestAuth({ organizationProvidersAllow: [new URL(issuer.url).host] });
  acme = await addCompany(auth, "acme.example", id);
  expect(await acme.configure(settings())).toMatchObject({ status: 200 });
});
afterAll(async () => {
  await auth.close();
  await issuer.close();
});

let people = 0;
const person = (email?: string): IssuerAccount & { readonly email: string } => {
  people += 1;
  return { sub: `sub-${people}`, email: email ?? `person${people}@acme.example`, email_verified: true };
};

const arrive = async (account: IssuerAccount): Promise<Called> => {
  const { url, cookie } = await acme.start();
  return acme.open(await issuer.authorize(url, account), cookie);
};

const sessionsOf = async (email: string): Promise<number> => {
  const { rows } = await auth.pool.query<{ count: number }>(
    "select count(*)::int as count from auth.sessions s join auth.users u on u.id = s.user_id where u.email = $1 and s.revoked_at is null",
    [email],
  );
  return rows[0]?.count ?? 0;
};

/** Somebody of the company with an authenticator. */
const withAuthenticator = async (role: string): Promise<{ readonly user: TestUser; readonly secret: string }> => {
  const { user, secret } = await enrolled(auth);
  const { email } = person();
  await auth.pool.query("update auth.users set email = $2 where id = $1", [user.id, email]);
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, $3, 'test')",
    [acme.organizationId, user.id, role],
  );
  return { user: { ...user, email }, secret };
};

test("an identity of the organization's provider that is dropped during its sign-in opens nothing", async () => {
  const eve = person();
  expect(placeOf(await arrive(eve))).toBe("303 /");
  const { url, cookie } = await acme.start();
  const back = await issuer.authorize(url, eve);
  const holder = await auth.pool.connect();
  let finished: Promise<Called> | undefined;
  try {
    await holder.query("begin");
    await holder.query("select from auth.users where email = $1 for update", [eve.email]);
    finished = acme.open(back, cookie);
    await expect
      .poll(async () => {
        const { rowCount } = await auth.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rowCount;
      })
      .toBe(1);
    await holder.query("delete from auth.federated_identities where subject = $1", [eve.sub]);
    await holder.query("commit");
  } finally {
    holder.release();
  }
  expect(placeOf(await finished)).toBe("303 /sign-in?error=federated_failed");
  expect(await sessionsOf(eve.email)).toBe(1);
});

const ends: readonly (readonly [string, (user: TestUser) => Promise<Called>])[] = [
  ["is replaced by another one", () => acme.configure(settings({ issuer: "https://idp.example.com" }))],
  [
    "is removed",
    () => auth.call("DELETE", `/api/organizations/${acme.organizationId}/sign-in`, { bearer: acme.bearer }),
  ],
];

test.each(ends)("a sign-in that waits for the second factor is over when its provider %s", async (_, end) => {
  const { user, secret } = await withAuthenticator("member");
  expect((await acme.configure(settings())).status).toBe(200);
  const asked = await arrive(person(user.email));
  expect(placeOf(asked)).toBe("303 /sign-in/second-factor?return_to=%2F");
  const before = await sessionsOf(user.email);
  expect(await end(user)).toMatchObject({ status: 200 });
  expect(await finishOnPage(auth, asked, codeOf(auth, secret))).toMatchObject({
    status: 401,
    body: { error: { code: "second_factor_expired" } },
  });
  expect(await sessionsOf(user.email)).toBe(before);
});

test("an owner who fails the second factor has not passed by the provider: nothing is recorded, nobody is told", async () => {
  const { user, secret } = await withAuthenticator("owner");
  expect((await acme.configure(settings({ enforced: true }))).status).toBe(200);
  const passed = async () => {
    const { rowCount } = await auth.pool.query(
      "select from auth.audit_events where action = 'organization-sign-in.break-glass' and target = $1",
      [user.id],
    );
    await auth.mails.settled();
    const told = auth.mails.all.filter(({ to, text }) => to === acme.owner.email && text.includes("without the"));
    return [rowCount, told.length];
  };
  const { email, password } = user;
  const asked = await auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader });
  expect(asked.status).toBe(202);
  expect(await passed()).toEqual([0, 0]);
  const finish = (code: string) =>
    auth.call("POST", "/login/mfa", {
      body: { mfaToken: textOf(asked.body, "mfaToken"), method: "totp", code },
      headers: nexusServiceHeader,
    });
  expect((await finish(wrongCode(auth, secret))).status).toBe(401);
  expect(await passed()).toEqual([0, 0]);
  expect((await finish(codeOf(auth, secret))).status).toBe(200);
  expect(await passed()).toEqual([1, 1]);
});

test("an OpenID sign-in that is tried out says what would happen, and signs nobody in", async () => {
  expect((await acme.configure(settings())).status).toBe(200);
  const tried = async (account: IssuerAccount) => {
    const { url, cookie } = await acme.start("?test=1");
    return acme.open(await issuer.authorize(url, account), cookie);
  };
  const ann = person();
  const works = await tried(ann);
  expect([works.status, works.text]).toEqual([200, expect.stringMatching(/The sign-in works[^]*@acme\.example/)]);
  expect(works.headers.getSetCookie().join()).not.toMatch(/topolo_(session|pending)=[\w-]/);
  expect((await tried(person("eve@other.example"))).text).toMatch(/did not work[^]*domain_not_verified/);
  expect((await tried({ ...person(), email_verified: false })).text).toMatch(/did not work[^]*email_unverified/);
  const { rowCount } = await auth.pool.query("select from auth.users where email = $1", [ann.email]);
  expect(rowCount).toBe(0);
  expect((await acme.configure(settings({ clientSecret: "another secret" }))).status).toBe(200);
  expect((await tried(ann)).text).toMatch(/did not work[^]*federated_failed/);
});
