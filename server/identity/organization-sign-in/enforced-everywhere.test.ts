import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { placeOf } from "../../../test/federated-browser.ts";
import { startOpenIdIssuer, type OpenIdIssuer } from "../../../test/openid-issuer.ts";
import { addCompany, type TestCompany } from "../../../test/organization-sign-in.ts";
import { newPrefixedId } from "../../platform/ids.ts";

// Where an organization enforces its own sign-in, a session from elsewhere is none of it, however its person came to belong there.

let auth: TestAuth;
let acme: TestCompany;
let issuer: OpenIdIssuer;

beforeAll(async () => {
  const id = newPrefixedId("org");
  issuer = await startOpenIdIssuer([`http://localhost:3001/organization-sign-in/${id}/callback`]);
  auth = await startTestAuth({ organizationProvidersAllow: [new URL(issuer.url).host] });
  acme = await addCompany(auth, "acme.example", id);
  const { clientId, clientSecret, url } = issuer;
  const settings = { kind: "oidc", issuer: url, clientId, clientSecret, enforced: true };
  expect(await acme.configure(settings)).toMatchObject({ status: 200 });
});
afterAll(async () => {
  await auth.close();
  await issuer.close();
});

const setEmail = (userId: string, email: string) =>
  auth.pool.query("update auth.users set email = $2 where id = $1", [userId, email]);

const changeMember = async (userId: string, change: object): Promise<void> => {
  const path = `/api/organizations/${acme.organizationId}/members/${userId}`;
  expect((await auth.call("PATCH", path, { bearer: acme.bearer, body: change })).status).toBe(200);
};

const invite = async (email: string): Promise<string> => {
  const path = `/api/organizations/${acme.organizationId}/invitations`;
  const { status } = await auth.call("POST", path, { bearer: acme.bearer, body: { email, role: "admin" } });
  expect(status).toBe(201);
  return secretIn(await auth.mails.to(email));
};

type Session = Awaited<ReturnType<TestAuth["login"]>>;
interface Newcomer {
  readonly user: TestUser;
  readonly email: string;
  readonly session: Session;
  /** From here on the organization is the person's, and has enforced its sign-in. */
  readonly join: () => Promise<unknown>;
}

let people = 0;
const addressAt = (domain: string): string => `person${(people += 1)}@${domain}`;

/** Somebody with a session from a password, and what brings them under the organization's sign-in. */
const ways: Readonly<Record<string, () => Promise<Newcomer>>> = {
  "who joins by an invitation": async () => {
    const user = await auth.addUser({ role: "member" });
    const email = addressAt("acme.example");
    await setEmail(user.id, email);
    const session = await auth.login({ ...user, email });
    const token = await invite(email);
    const join = () => auth.call("POST", "/invitations/accept", { bearer: session.token, body: { token } });
    return { user, email, session, join };
  },
  "whose suspension ends": async () => {
    const user = await auth.addUser({ organizationId: acme.organizationId, role: "member" });
    await changeMember(user.id, { status: "suspended" });
    const email = addressAt("acme.example");
    const session = await auth.login(user);
    await setEmail(user.id, email);
    return { user, email, session, join: () => changeMember(user.id, { status: "active" }) };
  },
  "who was an owner": async () => {
    const user = await auth.addUser({ organizationId: acme.organizationId, role: "owner" });
    const email = addressAt("acme.example");
    await setEmail(user.id, email);
    const session = await auth.login({ ...user, email });
    return { user, email, session, join: () => changeMember(user.id, { role: "admin" }) };
  },
  "whose address moves into the domain": async () => {
    const user = await auth.addUser({ organizationId: acme.organizationId, role: "member" });
    const email = addressAt("acme.example");
    const session = await auth.login(user);
    return { user, email, session, join: () => setEmail(user.id, email) };
  },
  "whose domain is verified later": async () => {
    const user = await auth.addUser({ organizationId: acme.organizationId, role: "member" });
    const domain = `later${(people += 1)}.example`;
    const email = addressAt(domain);
    await setEmail(user.id, email);
    const session = await auth.login({ ...user, email });
    return { user, email, session, join: () => acme.verify(domain) };
  },
};

const csrf = { "x-topolo-auth": "1", origin: "http://localhost:3001" };

describe.each(Object.keys(ways))("somebody %s", (way) => {
  test("acts for the organization in no session from elsewhere, and does in one from its provider", async () => {
    const newcomer = ways[way];
    if (!newcomer) throw new Error(way);
    const { user, email, session, join } = await newcomer();
    await join();
    const body = { organizationId: acme.organizationId };
    const switched = await auth.call("POST", "/api/me/active-organization", {
      cookie: session.cookie,
      headers: csrf,
      body,
    });
    const validated = await auth.call("GET", "/validate", { bearer: session.token });
    const isIn = (validated.body["organization"] as { readonly id?: string } | undefined)?.id === acme.organizationId;
    expect([isIn, switched.status]).toEqual([false, validated.status === 200 ? 403 : 401]);
    if (validated.status === 200)
      expect(switched).toMatchObject({ body: { error: { code: "organization_sign_in_required" } } });
    else expect(validated.body).toMatchObject({ valid: false, error: "organization_sign_in_required" });
    const { url, cookie } = await acme.start();
    const account = { sub: user.id, email, email_verified: true, name: "Ann" };
    const arrived = await acme.open(await issuer.authorize(url, account), cookie);
    expect(placeOf(arrived)).toBe("303 /");
    const me = await auth.call("GET", "/api/me", { headers: { cookie: arrived.cookie ?? "" } });
    expect([me.status, textOf(me.body["organization"] as Record<string, unknown>, "id")]).toEqual([
      200,
      acme.organizationId,
    ]);
  });
});

test("a sign-in by password that began before the sign-in was enforced leaves no session", async () => {
  const id = newPrefixedId("org");
  const company = await addCompany(auth, "race.example", id);
  const user = await auth.addUser({ organizationId: id, role: "member" });
  const email = addressAt("race.example");
  await setEmail(user.id, email);
  const { clientId, clientSecret, url } = issuer;
  for (const enforced of [true, false, true, false, true]) {
    const [, signedIn] = await Promise.all([
      company.configure({ kind: "oidc", issuer: url, clientId, clientSecret, enforced }),
      auth.call("POST", "/login", {
        body: { email, password: user.password },
        headers: { "x-service-id": "srv_nexus" },
      }),
    ]);
    if (signedIn.status === 401)
      // Its session was ended before it was answered.
      expect(signedIn).toMatchObject({ body: { error: { code: "session_missing" } } });
    else expect([200, 403]).toContain(signedIn.status);
    const { rows } = await auth.pool.query("select from auth.sessions where user_id = $1 and revoked_at is null", [
      user.id,
    ]);
    if (enforced) expect(rows).toEqual([]);
  }
});
