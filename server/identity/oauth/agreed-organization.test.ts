import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { askForAccess, signInAgain } from "../../../test/oauth-browser.ts";
import {
  addClient,
  addThirdParty,
  postClientForm,
  refreshAt,
  tokenPath,
  type TestClient,
} from "../../../test/oauth-client.ts";

// The page names the organization for which somebody agrees: what is given acts there, and nowhere else.

let auth: TestAuth;
let partner: TestClient;
let program: TestClient;
let web: TestClient;

const permission = "srv_nexus.usage:read";

beforeAll(async () => {
  auth = await startTestAuth();
  await addThirdParty(auth, "srv_partner", ["srv_nexus"]);
  partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner", scopes: [permission] });
  program = await addClient(auth, { clientId: "own-cli", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
  web = await addClient(auth, { clientId: "own-web" });
  auth.clock.advance(1_100);
});
afterAll(() => auth.close());

const csrf = { "x-topolo-auth": "1" };
const ownPage = { ...csrf, origin: "http://localhost:3001" };

/** Somebody who owns two organizations; the first is active. */
const ownerOfTwo = async () => {
  const first = await auth.addOrganization();
  const second = await auth.addOrganization();
  const user = await auth.addUser({ organizationId: first, role: "owner" });
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, 'owner', 'test')",
    [second, user.id],
  );
  const { cookie } = await auth.login(user);
  const switchTo = async (organizationId: string): Promise<void> => {
    const { status } = await auth.call("POST", "/api/me/active-organization", {
      cookie,
      headers: ownPage,
      body: { organizationId },
    });
    expect(status).toBe(200);
  };
  await switchTo(first);
  return { user, cookie, first, second, switchTo };
};

const scope = `openid offline_access ${permission}`;

const byCode = async (client: TestClient, cookie: string): Promise<Called> =>
  (await askForAccess(auth, client, cookie, { scope, prompt: "consent" })).allow();

const byDevice = async (client: TestClient, cookie: string): Promise<Called> => {
  const { body } = await postClientForm(auth, "/oauth/device", client, { scope });
  const decision = { userCode: textOf(body, "user_code"), decision: "allow" };
  await auth.call("POST", "/api/device/decide", { cookie, headers: csrf, body: decision });
  return postClientForm(auth, tokenPath, client, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: textOf(body, "device_code"),
  });
};

const kinds: readonly (readonly [string, () => TestClient, (client: TestClient, cookie: string) => Promise<Called>])[] =
  [
    ["another company's app", () => partner, byCode],
    ["another company's app on a device", () => partner, byDevice],
    ["a program", () => program, byCode],
    ["a program on a device", () => program, byDevice],
    ["a web app of ours on a device", () => web, byDevice],
  ];

const organizationAt = async (bearer: string): Promise<unknown> => {
  const { body } = await auth.call("GET", "/validate", { bearer });
  const { organization } = body as { readonly organization?: { readonly id?: unknown } | null };
  return organization?.id ?? body["error"];
};

describe.each(kinds)("%s", (_, clientOf, agree) => {
  test("acts in the organization that was agreed to, whichever its person switches to, and after a refresh", async () => {
    const { cookie, first, second, switchTo } = await ownerOfTwo();
    const { body } = await agree(clientOf(), cookie);
    const token = textOf(body, "access_token");
    expect(await organizationAt(token)).toBe(first);
    await switchTo(second);
    expect(await organizationAt(token)).toBe(first);
    const refreshed = await refreshAt(auth, clientOf(), textOf(body, "refresh_token"));
    expect(await organizationAt(textOf(refreshed.body, "access_token"))).toBe(first);
  });

  test("acts nowhere once its person is no member there, and moves to no other organization", async () => {
    const { user, cookie, first, second } = await ownerOfTwo();
    const { body } = await agree(clientOf(), cookie);
    await auth.pool.query("delete from auth.organization_memberships where organization_id = $1 and user_id = $2", [
      first,
      user.id,
    ]);
    expect(await organizationAt(textOf(body, "access_token"))).toBe("membership_missing");
    const refreshed = await refreshAt(auth, clientOf(), textOf(body, "refresh_token"));
    expect([refreshed.status, refreshed.body["error"]]).toEqual([400, "invalid_grant"]);
    const { body: page } = await auth.call("POST", "/refresh", { cookie, headers: ownPage });
    expect(page).toMatchObject({ organization: { id: second } });
  });
});

test("what was agreed for one organization is asked again for another, and no more than that", async () => {
  const { cookie, first, second, switchTo } = await ownerOfTwo();
  await byCode(partner, cookie);
  const again = await signInAgain(auth, partner, cookie, scope);
  expect(await organizationAt(textOf(again.body, "access_token"))).toBe(first);
  await switchTo(second);
  const asked = await askForAccess(auth, partner, cookie, { scope });
  expect(asked.shown).toMatchObject({
    organization: { id: second },
    scopes: [expect.objectContaining({ name: permission })],
  });
  const { body } = await asked.allow();
  expect(await organizationAt(textOf(body, "access_token"))).toBe(second);
  // About the person alone nothing is asked a second time.
  expect((await signInAgain(auth, partner, cookie, "openid offline_access")).status).toBe(200);
});

test("a scope that is left out for one organization stays granted for the other", async () => {
  const { cookie, second, switchTo } = await ownerOfTwo();
  const { body } = await byCode(partner, cookie);
  await switchTo(second);
  const asked = await askForAccess(auth, partner, cookie, { scope });
  await asked.allow([]);
  const refreshed = await refreshAt(auth, partner, textOf(body, "refresh_token"));
  expect(refreshed.body["error"]).toBeUndefined();
  const { body: answer } = await auth.call("GET", "/validate", {
    bearer: textOf(refreshed.body, "access_token"),
    headers: { "x-service-id": "srv_nexus" },
  });
  expect(answer).toMatchObject({ scopes: expect.arrayContaining([permission]), permissions: [permission] });
});

test("at Auth, too, a program acts for its own organization alone", async () => {
  const { cookie, second, switchTo } = await ownerOfTwo();
  const token = textOf((await byDevice(program, cookie)).body, "access_token");
  const member = await auth.addUser({ organizationId: second, role: "member" });
  await switchTo(second);
  const path = `/api/organizations/${second}/members/${member.id}`;
  expect((await auth.call("DELETE", path, { bearer: token })).status).toBe(403);
  const switched = await auth.call("POST", "/api/me/active-organization", {
    bearer: token,
    headers: { "x-service-id": "srv_roadmapper" },
    body: { organizationId: second },
  });
  expect(switched).toMatchObject({ status: 403, body: { error: { code: "browser_required" } } });
  expect((await auth.call("DELETE", path, { cookie, headers: ownPage })).status).toBe(200);
});

test("an answer to a page that named another organization allows nothing, for an app and for a device", async () => {
  const { cookie, first, second, switchTo } = await ownerOfTwo();
  const { body } = await postClientForm(auth, "/oauth/device", program, { scope });
  const userCode = textOf(body, "user_code");
  const decide = (organizationId: string | null) =>
    auth.call("POST", "/api/device/decide", {
      cookie,
      headers: csrf,
      body: { userCode, decision: "allow", organizationId },
    });
  const asked = await askForAccess(auth, partner, cookie, { scope });
  await switchTo(second);
  const changed = { status: 409, body: { error: { code: "organization_changed" } } };
  for (const named of [first, null]) expect(await decide(named)).toMatchObject(changed);
  await expect(asked.allow(undefined, first)).rejects.toThrow("organization_changed");
  expect((await auth.call("GET", "/api/me/consents", { cookie })).body["consents"]).toEqual([]);
  expect((await decide(second)).status).toBe(200);
});
