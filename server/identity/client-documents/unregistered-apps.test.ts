import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { textOf } from "../../../test/auth-server.ts";
import { openDocumentApps, wantedScopes, type DocumentApps } from "../../../test/document-apps.ts";
import { createBrowser, pathOf } from "../../../test/oauth-browser.ts";
import { authorizePath, pkce, refreshAt } from "../../../test/oauth-client.ts";

// The organization's word on which apps without a registration it lets in.

let apps: DocumentApps;

beforeAll(async () => {
  apps = await openDocumentApps();
});
afterAll(() => apps.close());
beforeEach(() => apps.enter());

const shownAs = async (id: string, session: string) => {
  const browser = createBrowser(apps.auth);
  browser.signIn(session);
  const here = pathOf(
    await browser.go("GET", authorizePath(apps.clientOf(id), pkce().challenge, { scope: wantedScopes.all })),
  );
  await browser.go("GET", here);
  return browser.go("GET", `/api/interactions/${here.split("/").at(-1) ?? ""}`);
};

test("an organization lets none in unless it says so, and then no document is asked for", async () => {
  const organizationId = await apps.auth.addOrganization();
  const { rows } = await apps.auth.pool.query("select unregistered_apps from auth.organizations where id = $1", [
    organizationId,
  ]);
  expect(rows).toEqual([{ unregistered_apps: "refused" }]);
  await apps.setPolicy("refused");
  const { status, text } = await apps.pageOf(apps.site.describe("/nobody.json"));
  expect([status, /no organization here/.test(text)]).toEqual([400, true]);
  expect(apps.site.asked("/nobody.json")).toBe(0);
});

test("another organization's word does not count for its own people, and a refusal is written down", async () => {
  const id = apps.site.describe("/others.json");
  const organizationId = await apps.auth.addOrganization();
  const stranger = await apps.auth.addUser({ organizationId, role: "owner" });
  const { cookie: theirs } = await apps.auth.login(stranger);
  expect(await shownAs(id, theirs)).toMatchObject({ status: 403, body: { error: { code: "app_not_let_in" } } });
  const { rows } = await apps.auth.pool.query(
    "select outcome, organization_id, details from auth.audit_events where actor_id = $1 and target = $2",
    [stranger.id, id],
  );
  expect(rows).toEqual([{ outcome: "denied", organization_id: organizationId, details: { host: apps.site.host } }]);
});

test("somebody without an organization lets none in", async () => {
  const alone = await apps.auth.addUser();
  const { cookie: theirs } = await apps.auth.login(alone);
  const id = apps.site.describe("/alone.json");
  expect(await shownAs(id, theirs)).toMatchObject({ status: 403, body: { error: { code: "app_not_let_in" } } });
});

test("taking it back ends what the app holds at the next call, until it is given again", async () => {
  const { token, body } = await apps.connect(apps.site.describe("/ended.json"));
  await apps.setPolicy("listed", ["app.example.com"]);
  expect(await apps.validate(token)).toMatchObject({ status: 401, body: { error: "client_inactive" } });
  expect((await apps.auth.call("GET", "/oauth/userinfo", { bearer: token })).status).toBe(401);
  const refused = await refreshAt(
    apps.auth,
    apps.clientOf(apps.site.addressOf("/ended.json")),
    textOf(body, "refresh_token"),
  );
  expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_grant"]);
  await apps.setPolicy("allowed");
  expect((await apps.validate(token)).status).toBe(200);
});

test("a change is an owner's, is audited, and the owners are told by mail", async () => {
  const admin = await apps.auth.addUser({ role: "admin" });
  const { cookie: theirs } = await apps.auth.login(admin);
  const body = { policy: "allowed", hosts: [] };
  expect((await apps.putPolicy(theirs, body)).status).toBe(403);
  await apps.setPolicy("listed", ["app.example.com"]);
  const { rows } = await apps.auth.pool.query(
    "select details from auth.audit_events where action = 'unregistered-apps.update' order by occurred_at desc, id desc limit 1",
  );
  expect(rows).toEqual([{ details: { policy: "listed", hosts: ["app.example.com"] } }]);
  const about = "apps without a registration";
  expect((await apps.auth.mails.to(apps.user.email, { about })).text).toContain(about);
});

test("hosts are written as addresses have them", async () => {
  const hosts = [
    "https://app.example.com",
    "App.example.com",
    "app.example.com/x",
    "*.example.com",
    "bücher.example",
    "",
  ];
  for (const host of hosts) {
    const answer = await apps.putPolicy(apps.cookie(), { policy: "listed", hosts: [host] });
    expect(answer.status, host).toBe(400);
  }
  for (const body of [{ policy: "listed", hosts: [] }, { policy: "allowed", hosts: ["app.example.com"] }, {}])
    expect((await apps.putPolicy(apps.cookie(), body)).status).toBe(400);
});
