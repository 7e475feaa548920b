import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
const dashboard = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" };

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const refresh = (cookie: string, headers: Record<string, string> = dashboard) =>
  auth.call("POST", "/refresh", { cookie, headers });
const signIn = async () => auth.login(await auth.addUser({ role: "member" }));

test("a refresh rotates the cookie and gives a fresh token of the same session [C1, X16]", async () => {
  const { cookie, sessionId, token } = await signIn();
  const { status, body, cookie: next, headers } = await refresh(cookie);
  expect(status).toBe(200);
  expect(next).toMatch(/^topolo_session=/);
  expect(next).not.toBe(cookie);
  expect(body.sessionId).toBe(sessionId);
  expect(body.accessToken).not.toBe(token);
  expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect(headers.get("access-control-allow-credentials")).toBe("true");
  expect(headers.get("vary")).toBe("Origin");
});

test("twenty parallel refreshes add one row and get the same value", async () => {
  const { cookie, sessionId } = await signIn();
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(cookie)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(new Set(answers.map(({ cookie: value }) => value)).size).toBe(1);
  const { rows } = await auth.pool.query(
    "select count(*)::int as count from auth.refresh_tokens where session_id = $1",
    [sessionId],
  );
  expect(rows).toEqual([{ count: 2 }]);
  expect((await refresh(answers[0]?.cookie ?? "")).status).toBe(200);
});

test("within the grace period an old value gives the newest one, however long the chain", async () => {
  const { cookie } = await signIn();
  const second = await refresh(cookie);
  const third = await refresh(second.cookie ?? "");
  const late = await refresh(cookie);
  expect(late.status).toBe(200);
  expect(late.cookie).toBe(third.cookie);
});

test("after the grace period an old value ends the session", async () => {
  const { cookie, token, sessionId } = await signIn();
  const next = await refresh(cookie);
  auth.clock.advance(10_500);
  const reused = await refresh(cookie);
  expect(reused).toMatchObject({ status: 401, body: { error: { code: "token_reuse" } }, cookie: "topolo_session=" });
  expect(await refresh(next.cookie ?? "")).toMatchObject({ status: 401, body: { error: { code: "session_missing" } } });
  expect((await auth.call("GET", "/validate", { bearer: token })).body).toEqual({
    valid: false,
    error: "session_revoked",
  });
  const { rows } = await auth.pool.query(
    "select outcome from auth.audit_events where action = 'session.token-reuse' and target = $1",
    [sessionId],
  );
  expect(rows).toEqual([{ outcome: "denied" }]);
});

test("an encrypted successor is erased after the grace period, and no value is stored in the clear", async () => {
  const { cookie, sessionId } = await signIn();
  const second = await refresh(cookie);
  auth.clock.advance(11_000);
  const third = await refresh(second.cookie ?? "");
  const { rows } = await auth.pool.query(
    "select row_to_json(t)::text as row, successor_sealed from auth.refresh_tokens t where session_id = $1 order by created_at",
    [sessionId],
  );
  expect(rows.map(({ successor_sealed }) => successor_sealed === null)).toEqual([true, false, true]);
  for (const value of [cookie, second.cookie, third.cookie])
    expect(JSON.stringify(rows)).not.toContain(value?.split("=")[1]);
});

test("outside /refresh a rotated value counts as signed out", async () => {
  const { cookie } = await signIn();
  const next = await refresh(cookie);
  expect((await auth.call("GET", "/api/me", { cookie })).status).toBe(401);
  expect((await auth.call("GET", "/api/me", { cookie: next.cookie ?? "" })).status).toBe(200);
});

test("failures of header, origin and service keep the cookie", async () => {
  const { cookie } = await signIn();
  const { "x-topolo-auth": _, ...withoutHeader } = dashboard;
  for (const [headers, status] of [
    [withoutHeader, 403],
    [{ ...dashboard, "x-topolo-auth": " " }, 403],
    [{ ...dashboard, origin: "https://evil.example" }, 403],
    [{ ...dashboard, origin: "null" }, 403],
    [{ ...dashboard, "x-service-id": "srv_unknown" }, 400],
    [{ ...dashboard, "x-service-id": "srv_roadmapper" }, 403],
    [{ "x-topolo-auth": "1" }, 400],
  ] as const) {
    const refused = await refresh(cookie, headers);
    expect(refused.status).toBe(status);
    expect(refused.headers.getSetCookie()).toEqual([]);
  }
  expect((await refresh(cookie, { "x-topolo-auth": "1", origin: dashboard.origin })).body).toMatchObject({
    serviceId: "srv_nexus",
  });
});

test("two session cookies are refused", async () => {
  const { cookie } = await signIn();
  const tossed = await refresh(`${cookie}; topolo_session=${"A".repeat(43)}`);
  expect(tossed).toMatchObject({ status: 400, body: { error: { code: "ambiguous_cookie" } } });
});

test("use extends the idle expiry, not the absolute one", async () => {
  const { cookie, sessionId } = await signIn();
  const read = async () =>
    (await auth.pool.query("select idle_expires_at, absolute_expires_at from auth.sessions where id = $1", [sessionId]))
      .rows[0];
  const before = await read();
  let current = cookie;
  for (let week = 0; week < 4; week += 1) {
    auth.clock.advance(7 * 86_400_000);
    const next = await refresh(current);
    expect(next.status).toBe(200);
    current = next.cookie ?? "";
  }
  const after = await read();
  expect(after.absolute_expires_at).toEqual(before.absolute_expires_at);
  expect(after.idle_expires_at).toEqual(before.absolute_expires_at);
  auth.clock.advance(3 * 86_400_000);
  expect((await refresh(current)).status).toBe(401);
});

test("after a membership ends another organization is active, or none", async () => {
  const user = await auth.addUser({ role: "member" });
  const { cookie, token } = await auth.login(user);
  const other = await auth.addOrganization();
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'admin')",
    [other, user.id],
  );
  await auth.pool.query(
    "delete from auth.organization_memberships where organization_id = 'org_topolo' and user_id = $1",
    [user.id],
  );
  expect((await auth.call("GET", "/validate", { bearer: token })).body).toEqual({
    valid: false,
    error: "membership_missing",
  });
  const second = await refresh(cookie);
  expect(second.body).toMatchObject({ organization: { id: other }, role: "admin" });
  expect((await auth.call("GET", "/validate", { bearer: token })).body).toMatchObject({
    valid: true,
    organization: { id: other },
    role: "admin",
  });
  await auth.pool.query("delete from auth.organization_memberships where user_id = $1", [user.id]);
  expect((await refresh(second.cookie ?? "")).body).toMatchObject({ organization: null, role: null });
});

test("logout ends the session on the server; a wrong bearer beside a valid cookie does not", async () => {
  const { cookie, token } = await signIn();
  const headers = { "x-topolo-auth": "1" };
  expect((await auth.call("POST", "/logout", { cookie, headers, bearer: `${token.slice(0, -4)}AAAA` })).status).toBe(
    401,
  );
  expect((await auth.call("POST", "/logout", { cookie })).status).toBe(403);
  const out = await auth.call("POST", "/logout", { cookie, headers });
  expect(out).toMatchObject({ status: 200, body: { loggedOut: true }, cookie: "topolo_session=" });
  expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(401);
  expect((await refresh(cookie)).status).toBe(401);
  expect((await auth.call("POST", "/logout", { cookie, headers })).status).toBe(200);
});

test("a switch of organization applies to tokens issued before [B3]", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const other = await auth.addOrganization();
  const headers = { "x-service-id": "srv_nexus" };
  const switchTo = (organizationId: string) =>
    auth.call("POST", "/api/me/active-organization", { bearer: token, headers, body: { organizationId } });
  expect(await switchTo(other)).toMatchObject({ status: 404 });
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'guest')",
    [other, user.id],
  );
  const switched = await switchTo(other);
  expect(switched.body).toMatchObject({ organization: { id: other }, role: "guest" });
  for (const bearer of [token, textOf(switched.body, "accessToken")]) {
    expect((await auth.call("GET", "/validate", { bearer })).body).toMatchObject({
      organization: { id: other },
      role: "guest",
      permissions: ["srv_nexus.requests:create", "srv_nexus.usage:read"],
    });
  }
});
