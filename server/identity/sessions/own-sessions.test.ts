import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const codeIs = (code: string, status: number) => ({ status, body: { error: { code } } });
const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1" };

test("a person sees their own live sessions, with the current one marked [D8]", async () => {
  const user = await auth.addUser({ role: "member" });
  const stranger = await auth.addUser({ role: "member" });
  await auth.login(stranger);
  const first = await auth.login(user);
  const second = await auth.login(user);
  const gone = await auth.login(user);
  await auth.call("POST", "/logout", { bearer: gone.token });
  const { body } = await auth.call("GET", "/api/me/sessions", { bearer: second.token });
  expect(body["sessions"]).toEqual(
    [second, first].map(({ sessionId }) => ({
      id: sessionId,
      current: sessionId === second.sessionId,
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      ip: expect.any(String),
      userAgent: expect.any(String),
      amr: ["pwd"],
      organizationId: "org_topolo",
    })),
  );
});

test("a revoked session's access token and cookie are refused at the next call", async () => {
  const user = await auth.addUser({ role: "member" });
  const one = await auth.login(user);
  const two = await auth.login(user);
  const ended = await auth.call("DELETE", `/api/me/sessions/${one.sessionId}`, { bearer: two.token });
  expect(ended).toMatchObject({ status: 200, body: { ended: 1 } });
  expect(await auth.call("GET", "/validate", { bearer: one.token })).toMatchObject({ status: 401 });
  expect(await auth.call("POST", "/refresh", { cookie: one.cookie, headers: dashboard })).toMatchObject(
    codeIs("session_missing", 401),
  );
  expect((await auth.call("GET", "/validate", { bearer: two.token })).status).toBe(200);
  const { rows } = await auth.pool.query(
    "select actor_id, details from auth.audit_events where action = 'session.end' and target = $1",
    [one.sessionId],
  );
  expect(rows).toEqual([{ actor_id: user.id, details: { reason: "revoked_by_owner" } }]);
});

test("all other sessions end at once; ending the current one clears the cookie", async () => {
  const user = await auth.addUser({ role: "member" });
  const others = [await auth.login(user), await auth.login(user)];
  const own = await auth.login(user);
  expect(await auth.call("DELETE", "/api/me/sessions", { cookie: own.cookie, headers: dashboard })).toMatchObject({
    status: 200,
    body: { ended: 2 },
  });
  for (const { token } of others) expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(401);
  const last = await auth.call("DELETE", `/api/me/sessions/${own.sessionId}`, {
    cookie: own.cookie,
    headers: dashboard,
  });
  expect(last.headers.getSetCookie()[0]).toMatch(/^topolo_session=; Max-Age=0/);
  expect((await auth.call("GET", "/validate", { bearer: own.token })).status).toBe(401);
});

test("another person's session is not found, and a cookie needs its header", async () => {
  const ann = await auth.login(await auth.addUser({ role: "owner" }));
  const eve = await auth.login(await auth.addUser({ role: "owner" }));
  expect(await auth.call("DELETE", `/api/me/sessions/${ann.sessionId}`, { bearer: eve.token })).toMatchObject(
    codeIs("session_not_found", 404),
  );
  expect(await auth.call("DELETE", "/api/me/sessions", { cookie: ann.cookie })).toMatchObject(
    codeIs("csrf_header_missing", 403),
  );
  expect((await auth.call("GET", "/validate", { bearer: ann.token })).status).toBe(200);
});

test("a person changes their name and picture, and nothing else", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token } = await auth.login(user);
  const patch = (body: Record<string, unknown>) => auth.call("PATCH", "/api/me", { bearer: token, body });
  expect(await patch({ name: " Ann ", pictureUrl: "https://pictures.example/ann.png" })).toMatchObject({
    status: 200,
    body: { user: { id: user.id, name: "Ann", pictureUrl: "https://pictures.example/ann.png" } },
  });
  expect(await patch({ pictureUrl: null })).toMatchObject({ body: { user: { name: "Ann", pictureUrl: null } } });
  for (const body of [
    {},
    { email: "other@example.com" },
    { role: "owner" },
    { status: "active" },
    { pictureUrl: "http://pictures.example/a.png" },
    { pictureUrl: "javascript:alert(1)" },
    { name: "x".repeat(101) },
  ])
    expect((await patch(body)).status, JSON.stringify(body)).toBe(400);
});

test("the services of a principal are stored, not inferred [A10]", async () => {
  const user = await auth.addUser({ role: "member" });
  await auth.pool.query(
    "insert into auth.principal_services (user_id, service_id) values ($1, 'srv_showcase'), ($1, 'srv_bugfix')",
    [user.id],
  );
  const { token } = await auth.login(user);
  expect((await auth.call("GET", "/api/me", { bearer: token })).body).toMatchObject({
    user: { principalServices: ["srv_bugfix", "srv_showcase"] },
    secondFactor: { required: false, totp: null, passkeys: 0, recoveryCodesLeft: 0 },
  });
});
