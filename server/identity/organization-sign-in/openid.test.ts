import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type Called, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { placeOf } from "../../../test/federated-browser.ts";
import { startOpenIdIssuer, type IssuerAccount, type OpenIdIssuer } from "../../../test/openid-issuer.ts";
import { addCompany, type TestCompany } from "../../../test/organization-sign-in.ts";
import { codeOf, finishOnPage } from "../../../test/second-factor.ts";
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
const person = (extra: Record<string, unknown> = {}): IssuerAccount & { readonly email: string } => {
  people += 1;
  return { sub: `sub-${people}`, email: `person${people}@acme.example`, email_verified: true, name: "Ann", ...extra };
};

const arrive = async (account: IssuerAccount, query = ""): Promise<Called> => {
  const { url, cookie } = await acme.start(query);
  return acme.open(await issuer.authorize(url, account), cookie);
};

const stateOf = async (email: string) => {
  const { rows } = await auth.pool.query<{ linked: number; sessions: number; organizations: string[] }>(
    `select (select count(*)::int from auth.federated_identities f where f.user_id = u.id) as linked,
       (select count(*)::int from auth.sessions s where s.user_id = u.id and s.revoked_at is null) as sessions,
       (select coalesce(array_agg(m.organization_id order by m.organization_id), '{}') from auth.organization_memberships m where m.user_id = u.id) as organizations
     from auth.users u where u.email = $1`,
    [email],
  );
  return rows[0];
};

/** Somebody with a password and an address of the domain. */
const employee = async (role?: string, organizationId = acme.organizationId): Promise<TestUser> => {
  const user = await auth.addUser(role === undefined ? {} : { organizationId, role });
  const { email } = person();
  await auth.pool.query("update auth.users set email = $2 where id = $1", [user.id, email]);
  return { ...user, email };
};

const logIn = ({ email, password }: TestUser): Promise<Called> =>
  auth.call("POST", "/login", { body: { email, password }, headers: { "x-service-id": "srv_nexus" } });

const auditOf = async (action: string, userId: string) => {
  const { rows } = await auth.pool.query(
    "select organization_id, outcome from auth.audit_events where action = $1 and target = $2",
    [action, userId],
  );
  return rows;
};

const ended = { status: 401, body: { error: { code: "unauthenticated" } } };

test("somebody new of the verified domain becomes a member, and comes back by the subject [D1]", async () => {
  const account = person();
  const signedIn = await arrive(account, "?return_to=%2Fsettings");
  expect(placeOf(signedIn)).toBe("303 /settings");
  expect((await auth.call("GET", "/api/me", { headers: { cookie: signedIn.cookie ?? "" } })).body).toMatchObject({
    user: { email: account.email, emailVerified: true },
    organizations: [{ id: acme.organizationId, role: "member" }],
  });
  expect(placeOf(await arrive({ ...account, name: "Ann Other" }))).toBe("303 /");
  expect(await stateOf(account.email)).toEqual({ linked: 1, sessions: 2, organizations: [acme.organizationId] });
});

test("the sign-in page learns the organization of an address by its domain, and nothing of accounts", async () => {
  const ask = async (email: string) => (await auth.call("POST", "/sign-in/organization", { body: { email } })).body;
  const found = {
    organization: { start: `/organization-sign-in/${acme.organizationId}/start`, required: false },
  };
  expect(await ask("nobody@acme.example")).toMatchObject(found);
  expect(await ask("NOBODY@ACME.example")).toMatchObject(found);
  for (const email of ["nobody@sub.acme.example", "nobody@acme.example.org", acme.owner.email])
    expect(await ask(email)).toEqual({ organization: null });
});

test.each([
  ["of a foreign domain", { email: "ceo@other.example" }, "domain_not_verified"],
  ["of a subdomain", { email: "ceo@mail.acme.example" }, "domain_not_verified"],
  ["that it does not vouch for", { email_verified: false }, "email_unverified"],
  ["that is missing", { email: undefined }, "email_unverified"],
])("a provider that asserts an address %s signs nobody in", async (_, extra, code) => {
  const account = person(extra);
  const answer = await arrive(account);
  expect(placeOf(answer)).toBe(`303 /sign-in?error=${code}`);
  expect(answer.cookie ?? "").not.toMatch(/topolo_session=[\w-]/);
  expect(await stateOf(account.email)).toBeUndefined();
});

test("a provider that asserts a foreign address opens no existing account, linked earlier or not", async () => {
  const outsider = await auth.addUser({ organizationId: await auth.addOrganization(), role: "owner" });
  const before = await stateOf(outsider.email);
  expect(placeOf(await arrive(person({ email: outsider.email })))).toBe("303 /sign-in?error=domain_not_verified");
  expect(await stateOf(outsider.email)).toEqual(before);
  // A subject that is known does not follow its person to an address elsewhere.
  const known = person();
  expect(placeOf(await arrive(known))).toBe("303 /");
  await auth.pool.query("update auth.users set email = 'gone@other.example' where email = $1", [known.email]);
  expect(placeOf(await arrive(known))).toBe("303 /sign-in?error=domain_not_verified");
});

test("an existing account of another organization is neither opened nor joined without an invitation", async () => {
  const user = await employee("owner", await auth.addOrganization());
  const before = await stateOf(user.email);
  expect(placeOf(await arrive(person({ email: user.email })))).toBe("303 /sign-in?error=invitation_required");
  expect(await stateOf(user.email)).toEqual(before);
  // A member who was removed does not come back by the provider.
  const left = person();
  await arrive(left);
  await auth.pool.query(
    "delete from auth.organization_memberships m using auth.users u where u.id = m.user_id and u.email = $1",
    [left.email],
  );
  expect(placeOf(await arrive(left))).toBe("303 /sign-in?error=invitation_required");
});

test("an account that somebody registered in advance is not opened before its address is proved", async () => {
  const user = await employee("member");
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [user.id]);
  expect(placeOf(await arrive(person({ email: user.email })))).toBe("303 /sign-in?error=email_unverified");
  expect(await stateOf(user.email)).toMatchObject({ linked: 0, sessions: 0 });
});

test("an account has one subject of a provider: another one with its address opens nothing", async () => {
  const first = person();
  expect(placeOf(await arrive(first))).toBe("303 /");
  expect(placeOf(await arrive(person({ email: first.email })))).toBe("303 /sign-in?error=identity_taken");
  expect(await stateOf(first.email)).toMatchObject({ linked: 1, sessions: 1 });
});

test("an operator of the platform, a suspended member and a deactivated person of the directory are not let in", async () => {
  const { rows } = await auth.pool.query<{ id: string }>("select id from auth.organizations where kind = 'admin'");
  const operator = await employee("platform_super_admin", rows[0]?.id);
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, 'member', 'test')",
    [acme.organizationId, operator.id],
  );
  const suspended = await employee("member");
  await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [
    suspended.id,
  ]);
  const deactivated = await employee("member");
  await auth.pool.query(
    `insert into auth.provisioned_users (id, organization_id, user_name, user_name_key, email, active, attributes, created_at, updated_at)
     values ($1, $2, $3, $3, $3, false, '{}', now(), now())`,
    [newPrefixedId("scu"), acme.organizationId, deactivated.email],
  );
  for (const { email } of [operator, suspended, deactivated]) {
    expect(placeOf(await arrive(person({ email })))).toBe("303 /sign-in?error=forbidden");
    expect(await stateOf(email)).toMatchObject({ linked: 0, sessions: 0 });
  }
});

test("an answer counts once, in the browser that began, and no other organization's address takes it", async () => {
  const account = person();
  const [victim, eve] = [await acme.start(), await acme.start()];
  const back = await issuer.authorize(eve.url, account);
  expect(placeOf(await acme.open(back, victim.cookie))).toBe("303 /sign-in?error=federated_failed");
  const other = await addCompany(auth, "other-company.example");
  await other.configure(settings());
  const elsewhere = new URL(back.href.replace(acme.organizationId, other.organizationId));
  expect(placeOf(await acme.open(elsewhere, eve.cookie))).toBe("303 /sign-in?error=federated_failed");
  expect(placeOf(await acme.open(back, eve.cookie))).toBe("303 /");
  expect(placeOf(await acme.open(back, eve.cookie))).toBe("303 /sign-in?error=federated_failed");
});

test("a member with a second factor is asked for it after the provider", async () => {
  const user = await employee("member");
  const { token } = await auth.login(user);
  const started = await auth.call("POST", "/api/me/mfa/totp", { bearer: token });
  const { id, secret } = started.body as { id: string; secret: string };
  const body = { code: codeOf(auth, secret) };
  expect((await auth.call("POST", `/api/me/mfa/totp/${id}/confirm`, { bearer: token, body })).status).toBe(200);
  auth.clock.advance(60_000);
  const answer = await arrive(person({ email: user.email }));
  expect(placeOf(answer)).toBe("303 /sign-in/second-factor?return_to=%2F");
  expect(answer.headers.getSetCookie().join()).not.toMatch(/topolo_session=[\w-]/);
  const finished = await finishOnPage(auth, answer, codeOf(auth, secret));
  expect(finished.status).toBe(200);
  const { rows } = await auth.pool.query("select amr, signed_in_through from auth.sessions where id = $1", [
    finished.body["sessionId"],
  ]);
  expect(rows).toEqual([{ amr: ["fed", "otp", "mfa"], signed_in_through: acme.organizationId }]);
});

test("where it is enforced members come by the provider alone; owners get in, which is recorded and told", async () => {
  const member = await employee("member");
  const admin = await employee("admin");
  const owner = await employee("owner");
  const outsider = await auth.addUser({ organizationId: acme.organizationId, role: "member" });
  const before = await auth.login(member);
  const through = await arrive(person({ email: admin.email }));
  const ownersBefore = await auth.login(owner);
  const me = (bearer: string) => auth.call("GET", "/api/me", { bearer });
  expect((await me(before.token)).status).toBe(200);
  expect((await acme.configure(settings({ enforced: true }))).status).toBe(200);
  // What the member had open from elsewhere ends; what came from the provider, and the owner's, stays.
  expect(await me(before.token)).toMatchObject(ended);
  expect((await auth.call("GET", "/api/me", { headers: { cookie: through.cookie ?? "" } })).status).toBe(200);
  expect((await me(ownersBefore.token)).status).toBe(200);
  for (const user of [member, admin]) {
    expect(await logIn(user)).toMatchObject({
      status: 403,
      body: { error: { code: "organization_sign_in_required" } },
    });
    expect(await auditOf("organization-sign-in.bypass", user.id)).toEqual([
      { organization_id: acme.organizationId, outcome: "denied" },
    ]);
  }
  // A wrong password says nothing of the organization.
  expect(await logIn({ ...member, password: "not the password at all" })).toMatchObject({ status: 401 });
  expect((await logIn(outsider)).status).toBe(200);
  expect(placeOf(await arrive(person({ email: member.email })))).toBe("303 /");
  expect((await logIn(owner)).status).toBe(200);
  expect(await auditOf("organization-sign-in.break-glass", owner.id)).toEqual([
    { organization_id: acme.organizationId, outcome: "success" },
  ]);
  await auth.mails.settled();
  expect(auth.mails.all.filter(({ to, text }) => to === acme.owner.email && text.includes("without the"))).toHaveLength(
    1,
  );
  expect((await acme.configure(settings())).status).toBe(200);
  expect((await logIn(member)).status).toBe(200);
});

test("only an owner with a verified domain sets it up; the secret is kept and never shown", async () => {
  const path = `/api/organizations/${acme.organizationId}/sign-in`;
  const read = await auth.call("GET", path, { bearer: acme.bearer });
  expect(read).toMatchObject({ status: 200, body: { signIn: { kind: "oidc", hasClientSecret: true } } });
  expect(JSON.stringify(read.body)).not.toContain(issuer.clientSecret);
  expect((await acme.configure(settings({ clientSecret: undefined }))).status).toBe(200);
  expect(placeOf(await arrive(person()))).toBe("303 /");
  const bare = await addCompany(auth, "bare.example");
  await auth.pool.query("update auth.organization_domains set verified_at = null where domain = 'bare.example'");
  expect(await bare.configure(settings())).toMatchObject({ body: { error: { code: "domain_not_verified" } } });
  for (const address of ["http://169.254.169.254", "https://10.0.0.1", "http://example.com", "https://localhost:1"])
    expect(await acme.configure(settings({ issuer: address, clientSecret: "x" }))).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", issues: [{ field: "issuer" }] } },
    });
  // The secret of one provider is not sent to another one.
  const moved = await acme.configure(settings({ issuer: "https://idp.example.com", clientSecret: undefined }));
  expect(moved).toMatchObject({ status: 400, body: { error: { issues: [{ field: "clientSecret" }] } } });
});

test("another provider does not inherit whom the earlier one has named, and none signs in once it is removed", async () => {
  const account = person();
  expect(placeOf(await arrive(account))).toBe("303 /");
  expect((await acme.configure(settings({ issuer: "https://idp.example.com" }))).status).toBe(200);
  expect(await stateOf(account.email)).toMatchObject({ linked: 0 });
  expect((await acme.configure(settings())).status).toBe(200);
  const begun = await acme.start();
  const back = await issuer.authorize(begun.url, account);
  const removed = await auth.call("DELETE", `/api/organizations/${acme.organizationId}/sign-in`, {
    bearer: acme.bearer,
  });
  expect(removed).toMatchObject({ status: 200, body: { signIn: null } });
  expect(placeOf(await acme.open(back, begun.cookie))).toBe("303 /sign-in?error=provider_not_found");
});
