import { afterAll, beforeAll, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { approveDevice, letDeviceIn } from "../../../test/device-grant.ts";
import { signInWithConsent } from "../../../test/oauth-browser.ts";
import { addClient, refreshAt, type TestClient } from "../../../test/oauth-client.ts";
import { addAccount, addDirectory, patchOf, type TestDirectory } from "../../../test/scim-directory.ts";
import { codeOf, enrolled, nexusServiceHeader, pendingOf } from "../../../test/second-factor.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { sha256 } from "../crypto/digest.ts";

let auth: TestAuth;
let acme: TestDirectory;
let tv: TestClient;
let web: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  acme = await addDirectory(auth);
  await acme.verify("acme.example");
  tv = await addClient(auth, { clientId: "tv-one", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
  web = await addClient(auth, { clientId: "web-one" });
});
afterAll(() => auth.close());

const gone = { status: 400, body: { error: "invalid_grant" } };

const addKey = async (organizationId: string, userId: string): Promise<string> => {
  const id = newPrefixedId("key");
  await auth.pool.query(
    `insert into auth.api_keys (id, organization_id, owner_user_id, name, prefix, last4, secret_hash, environment, created_by)
     values ($1, $2, $3, 'k', 'tpk_live_x', 'abcd', $4, 'live', 'test')`,
    [id, organizationId, userId, sha256(id)],
  );
  return id;
};

const keyEnded = async (id: string): Promise<boolean> => {
  const { rows } = await auth.pool.query<{ ended: boolean }>(
    "select revoked_at is not null as ended from auth.api_keys where id = $1",
    [id],
  );
  return rows[0]?.ended === true;
};

const arrange = async (domain: string, accept = false) => {
  const person = await addAccount(auth, domain);
  const home = await auth.addOrganization();
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
    [home, person.id],
  );
  const atHome = await auth.login(person);
  if (accept)
    await auth.pool.query(
      "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
      [acme.organizationId, person.id],
    );
  const id = await acme.addPerson(person.email);
  const atWork = await auth.login(person);
  const switched = await auth.call("POST", "/api/me/active-organization", {
    bearer: atWork.token,
    body: { organizationId: acme.organizationId },
    headers: { "x-service-id": "srv_nexus" },
  });
  const working = textOf(switched.body, "accessToken");
  const keys = { here: await addKey(acme.organizationId, person.id), home: await addKey(home, person.id) };
  return { person, id, atHome, atWork, working, keys };
};
const valid = async (token: string) => (await auth.call("GET", "/validate", { bearer: token })).status;

const ways: readonly (readonly [string, (id: string, email: string) => Promise<Called>])[] = [
  [
    "deactivated as Entra ID does it",
    (id) => acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "Replace", path: "active", value: "False" })),
  ],
  ["deactivated as Okta does it", (id, userName) => acme.scim("PUT", `/Users/${id}`, { userName, active: false })],
  ["removed", (id) => acme.scim("DELETE", `/Users/${id}`)],
];

test.each(ways)(
  "somebody of a verified domain who is %s loses sessions, keys, devices and apps at once",
  async (_, end) => {
    const { id, person, atHome, atWork, working, keys } = await arrange("acme.example");
    const made = await auth.call("POST", "/api/api-keys", {
      bearer: working,
      body: { name: "mine", scopes: ["srv_nexus.ai"] },
    });
    const key = textOf(made.body, "apiKey");
    const device = await letDeviceIn(auth, tv, person);
    const approved = await approveDevice(auth, tv, person);
    const app = await signInWithConsent(auth, web, person);
    const tokens = [atHome.token, atWork.token, working, key, device.accessToken, app.accessToken];
    expect(await Promise.all(tokens.map(valid))).toEqual(tokens.map(() => 200));
    expect((await end(id, person.email)).status).toBeLessThan(300);
    expect(await Promise.all(tokens.map(valid))).toEqual(tokens.map(() => 401));
    expect(await refreshAt(auth, tv, device.refreshToken)).toMatchObject(gone);
    expect(await refreshAt(auth, web, app.refreshToken)).toMatchObject(gone);
    expect(await approved.collect()).toMatchObject(gone);
    expect(
      await auth.call("POST", "/refresh", {
        cookie: atHome.cookie,
        headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" },
      }),
    ).toMatchObject({ status: 401 });
    expect([await keyEnded(keys.here), await keyEnded(keys.home)]).toEqual([true, false]);
    const { rows } = await auth.pool.query(
      "select actor_type, details from auth.audit_events where action = 'member.deprovision' and target = $1",
      [person.id],
    );
    expect(rows).toMatchObject([{ actor_type: "service", details: { keysRevoked: 2, allSessions: true } }]);
  },
);

test("a sign-in that waits for the second factor ends with it", async () => {
  const { user, secret } = await enrolled(auth);
  const email = `second-${user.email.split("@")[0]}@acme.example`;
  await auth.pool.query("update auth.users set email = $2 where id = $1", [user.id, email]);
  const id = await acme.addPerson(email);
  const mfaToken = await pendingOf(auth, { ...user, email });
  await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: false } }));
  const body = { mfaToken, method: "totp", code: codeOf(auth, secret) };
  expect(await auth.call("POST", "/login/mfa", { body, headers: nexusServiceHeader })).toMatchObject({ status: 401 });
});

test("somebody of another domain loses the sessions and keys of this organization, and no more", async () => {
  const { id, atHome, atWork, keys } = await arrange("elsewhere.example", true);
  await acme.scim("DELETE", `/Users/${id}`);
  expect([await valid(atHome.token), await valid(atWork.token)]).toEqual([200, 401]);
  expect([await keyEnded(keys.here), await keyEnded(keys.home)]).toEqual([true, false]);
});

test("an open invitation ends with it", async () => {
  const id = await acme.addPerson("guest@elsewhere.example");
  const mail = await auth.mails.to("guest@elsewhere.example");
  await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: false } }));
  const preview = await auth.call("POST", "/invitations/preview", { body: { token: secretIn(mail) } });
  expect(preview.body).toMatchObject({ error: { code: "link_invalid" } });
});

test("the last owner stays", async () => {
  const directory = await addDirectory(auth);
  const id = await directory.addPerson(directory.owner.email);
  const answer = await directory.scim("DELETE", `/Users/${id}`);
  expect(answer).toMatchObject({ status: 409, body: { scimType: "mutability" } });
  expect(await directory.member(directory.owner.email)).toEqual({ role: "owner", status: "active" });
  expect((await auth.call("GET", "/api/me", { bearer: directory.bearer })).status).toBe(200);
});

test("a membership that an administrator suspended is not opened by the directory's next visit", async () => {
  const ann = await addAccount(auth, "acme.example");
  const id = await acme.addPerson(ann.email);
  await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [ann.id]);
  await acme.scim("PUT", `/Users/${id}`, { userName: ann.email, active: true, title: "CTO" });
  expect(await acme.member(ann.email)).toMatchObject({ status: "suspended" });
});
