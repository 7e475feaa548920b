import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const member = async (role: string, organizationId: string) => {
  const user = await auth.addUser({ organizationId, role });
  return { user, ...(await auth.login(user)) };
};
const code = (answer: { readonly body: Readonly<Record<string, unknown>> }) =>
  (answer.body.error as { readonly code?: string } | undefined)?.code;
const valid = async (bearer: string) => (await auth.call("GET", "/validate", { bearer })).body.valid;
const setStatus = (bearer: string, userId: string, status: string) =>
  auth.call("PATCH", `/api/users/${userId}/status`, { bearer, body: { status, reason: "a good reason" } });

test("an administrator sees and ends a member's sessions of their own organization only [A4, X6]", async () => {
  const here = await auth.addOrganization();
  const there = await auth.addOrganization();
  const admin = await member("admin", here);
  const person = await member("member", here);
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'owner')",
    [there, person.user.id],
  );
  const elsewhere = await auth.login(person.user);
  await auth.call("POST", "/api/me/active-organization", {
    bearer: elsewhere.token,
    body: { organizationId: there },
    headers: { "x-service-id": "srv_nexus" },
  });
  const path = `/api/users/${person.user.id}/sessions`;
  const listed = await auth.call("GET", path, { bearer: admin.token });
  expect((listed.body.sessions as { id: string }[]).map(({ id }) => id)).toEqual([person.sessionId]);
  expect(JSON.stringify(listed.body)).not.toMatch(/hash|token/i);
  expect(code(await auth.call("DELETE", `${path}/${elsewhere.sessionId}`, { bearer: admin.token }))).toBe(
    "session_not_found",
  );
  expect(code(await auth.call("DELETE", `${path}/${admin.sessionId}`, { bearer: admin.token }))).toBe(
    "session_not_found",
  );
  expect((await auth.call("DELETE", `${path}/${person.sessionId}`, { bearer: admin.token })).body).toMatchObject({
    revoked: true,
  });
  expect([await valid(person.token), await valid(elsewhere.token), await valid(admin.token)]).toEqual([
    false,
    true,
    true,
  ]);
  expect((await auth.call("DELETE", path, { bearer: admin.token })).body).toEqual({ revoked: 0 });
  const operator = await member("platform_admin", "org_admin");
  expect((await auth.call("DELETE", path, { bearer: operator.token })).body).toEqual({ revoked: 1 });
  const { rows } = await auth.pool.query(
    "select actor_id from auth.audit_events where action = 'session.revoke' and target = $1 order by id",
    [person.user.id],
  );
  expect(rows).toEqual([{ actor_id: admin.user.id }, { actor_id: operator.user.id }]);
});

test("an administrator sees where the organization's people are signed in to it, and whose sign-ins they may end [A4, X6]", async () => {
  const here = await auth.addOrganization();
  const owner = await member("owner", here);
  const admin = await member("admin", here);
  const person = await member("member", here);
  await member("member", await auth.addOrganization());
  const ask = async (bearer: string, query = "") =>
    (await auth.call("GET", `/api/organizations/${here}/sessions${query}`, { bearer })).body as {
      readonly sessions: readonly { readonly id: string; readonly mayEnd: boolean; readonly current: boolean }[];
      readonly nextAfter: string | null;
    };
  const { sessions } = await ask(admin.token);
  expect(sessions.map(({ id, mayEnd, current }) => [id, mayEnd, current])).toEqual([
    [person.sessionId, true, false],
    [admin.sessionId, true, true],
    [owner.sessionId, false, false],
  ]);
  expect(JSON.stringify(sessions)).not.toMatch(/hash|token/i);
  const first = await ask(owner.token, "?limit=1");
  expect(first.sessions).toMatchObject([{ id: person.sessionId, user: { id: person.user.id, role: "member" } }]);
  expect((await ask(owner.token, `?limit=2&after=${first.nextAfter}`)).sessions.map(({ id }) => id)).toEqual([
    admin.sessionId,
    owner.sessionId,
  ]);
  expect((await ask(owner.token, `?search=${person.user.email.toUpperCase()}`)).sessions).toHaveLength(1);
  await auth.call("DELETE", `/api/users/${person.user.id}/sessions/${person.sessionId}`, { bearer: admin.token });
  expect((await ask(admin.token)).sessions).toHaveLength(2);
});

test("sessions, security and password reset need the same organization and no higher rank; others get 403 [A4, A5, A6, X6]", async () => {
  const organizationId = await auth.addOrganization();
  const target = await auth.addUser({ organizationId, role: "admin" });
  const owner = await auth.addUser({ organizationId, role: "owner" });
  const asks = (bearer: string, userId: string) =>
    Promise.all([
      auth.call("GET", `/api/users/${userId}/sessions`, { bearer }),
      auth.call("GET", `/api/users/${userId}/security`, { bearer }),
      auth.call("POST", `/api/users/${userId}/password-reset`, { bearer }),
      auth.call("DELETE", `/api/users/${userId}/sessions/ses_x`, { bearer }),
    ]).then((answers) => answers.map(({ status }) => status));
  const denied = [403, 403, 403, 403];
  for (const role of ["owner", "super_admin", "admin"])
    expect([role, await asks((await member(role, organizationId)).token, target.id)]).toEqual([
      role,
      [200, 200, 202, 404],
    ]);
  expect(await asks((await member("platform_admin", "org_admin")).token, target.id)).toEqual([200, 200, 202, 404]);
  expect(await asks((await member("admin", organizationId)).token, owner.id)).toEqual(denied);
  for (const role of ["owner", "super_admin", "admin"]) {
    expect(await asks((await member(role, "org_topolo")).token, target.id)).toEqual(denied);
    expect(await asks((await member(role, "org_admin")).token, target.id)).toEqual(denied);
    expect(await asks((await member(role, "org_topolo")).token, "usr_nobody")).toEqual(denied);
  }
  for (const role of ["member", "guest"]) {
    const { token, user } = await member(role, organizationId);
    expect(await asks(token, target.id)).toEqual(denied);
    expect(await asks(token, user.id)).toEqual(denied);
  }
});

test("an operator who is also a member ranks as an operator [X6]", async () => {
  const owner = await member("owner", "org_topolo");
  const operator = await auth.addUser({ organizationId: "org_admin", role: "platform_admin" });
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role) values ('org_topolo', $1, 'member')",
    [operator.id],
  );
  expect((await auth.call("GET", `/api/users/${operator.id}/security`, { bearer: owner.token })).status).toBe(403);
  expect((await auth.call("POST", `/api/users/${operator.id}/password-reset`, { bearer: owner.token })).status).toBe(
    403,
  );
});

test("the security summary lists the factors and no secret [X6]", async () => {
  const admin = await member("admin", "org_topolo");
  const person = await auth.addUser({ role: "member" });
  await auth.pool.query(
    "insert into auth.totp_credentials (id, user_id, secret_sealed, confirmed_at) values ('totp_1', $1, 'sealed-seed', now())",
    [person.id],
  );
  await auth.pool.query("insert into auth.recovery_codes (id, user_id, code_hash) values ('rec_1', $1, $2)", [
    person.id,
    Buffer.alloc(32, 5),
  ]);
  const { body } = await auth.call("GET", `/api/users/${person.id}/security`, { bearer: admin.token });
  expect(body).toMatchObject({
    passkeys: 0,
    recoveryCodesLeft: 1,
    identities: [],
    emailVerified: true,
    secondFactorRequired: false,
  });
  expect(body.totp).toEqual({ confirmedAt: expect.any(String) });
  expect(body.password).toEqual({ changedAt: expect.any(String) });
  expect(JSON.stringify(body)).not.toMatch(/seed|argon2|hash|BQUF/);
});

test("a password reset by an administrator only sends an e-mail to the person [X6]", async () => {
  const admin = await member("admin", "org_topolo");
  const person = await member("member", "org_topolo");
  const answer = await auth.call("POST", `/api/users/${person.user.id}/password-reset`, { bearer: admin.token });
  expect(answer).toMatchObject({ status: 202, body: { accepted: true } });
  expect(await valid(person.token)).toBe(true);
  expect((await auth.login(person.user)).token).toBeTruthy();
  const { rows } = await auth.pool.query(
    "select actor_id from auth.audit_events where action = 'user.password-reset-mailed' and target = $1",
    [person.user.id],
  );
  expect(rows).toEqual([{ actor_id: admin.user.id }]);
  for (let sending = 0; sending < 4; sending += 1)
    await auth.call("POST", `/api/users/${person.user.id}/password-reset`, { bearer: admin.token });
  expect((await auth.call("POST", `/api/users/${person.user.id}/password-reset`, { bearer: admin.token })).status).toBe(
    429,
  );
});

test("only platform operators change account status, on nobody higher and never on themselves [X6, B4]", async () => {
  const person = await member("member", "org_topolo");
  const operator = await member("platform_admin", "org_admin");
  const superAdmin = await member("platform_super_admin", "org_admin");
  for (const [role, organizationId] of [
    ["owner", "org_topolo"],
    ["owner", "org_admin"],
    ["super_admin", "org_admin"],
    ["admin", "org_admin"],
  ] as const)
    expect((await setStatus((await member(role, organizationId)).token, person.user.id, "suspended")).status).toBe(403);
  expect((await setStatus(operator.token, operator.user.id, "suspended")).status).toBe(403);
  expect((await setStatus(operator.token, superAdmin.user.id, "locked")).status).toBe(403);
  expect((await setStatus(operator.token, "usr_nobody", "locked")).status).toBe(404);
  expect((await setStatus(operator.token, person.user.id, "gone")).status).toBe(400);
  expect(await setStatus(operator.token, person.user.id, "suspended")).toMatchObject({
    status: 200,
    body: { sessionsEnded: 1 },
  });
  expect(await valid(person.token)).toBe(false);
  expect(code(await setStatus(operator.token, person.user.id, "suspended"))).toBe("status_conflict");
  expect((await setStatus(operator.token, person.user.id, "active")).status).toBe(200);
  expect(await valid(person.token)).toBe(false);
  expect(await valid((await auth.login(person.user)).token)).toBe(true);
});

test("a deleted account is erased, never returns, and does not leave an organization without an owner [X4, X6]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const operator = await member("platform_admin", "org_admin");
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: owner.token,
    body: { name: "k", scopes: ["srv_nexus.ai"] },
  });
  expect(code(await setStatus(operator.token, owner.user.id, "deleted"))).toBe("last_owner");
  await auth.addUser({ organizationId, role: "owner" });
  expect((await setStatus(operator.token, owner.user.id, "deleted")).status).toBe(200);
  expect(await valid(textOf(made.body, "apiKey"))).toBe(false);
  const { rows } = await auth.pool.query(
    `select email, name, (select count(*)::int from auth.password_credentials p where p.user_id = u.id) as passwords,
       (select count(*)::int from auth.organization_memberships m where m.user_id = u.id) as memberships from auth.users u where id = $1`,
    [owner.user.id],
  );
  expect(rows).toEqual([{ email: `${owner.user.id}@deleted.invalid`, name: "", passwords: 0, memberships: 0 }]);
  expect(code(await setStatus(operator.token, owner.user.id, "active"))).toBe("status_conflict");
});

test("of two platform_super_admins who suspend each other one stays [X4]", async () => {
  await auth.pool.query(
    "update auth.organization_memberships set status = 'suspended' where role = 'platform_super_admin'",
  );
  const [one, two] = await Promise.all([
    member("platform_super_admin", "org_admin"),
    member("platform_super_admin", "org_admin"),
  ]);
  const answers = await Promise.all([
    setStatus(one.token, two.user.id, "suspended"),
    setStatus(two.token, one.user.id, "suspended"),
  ]);
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  const { rows } = await auth.pool.query<{ left: number }>(
    "select count(*)::int as left from auth.users where id = any($1) and status = 'active'",
    [[one.user.id, two.user.id]],
  );
  expect(rows[0]?.left).toBe(1);
});

test("administrators read their own organization's audit log, operators all of it [X6]", async () => {
  const organizationId = await auth.addOrganization();
  const owner = await member("owner", organizationId);
  const operator = await member("platform_admin", "org_admin");
  for (const name of ["a", "b", "c"])
    await auth.call("PATCH", `/api/organizations/${organizationId}`, { bearer: owner.token, body: { name } });
  const ask = (bearer: string, query = "") => auth.call("GET", `/api/audit-events${query}`, { bearer });
  const events = (body: Readonly<Record<string, unknown>>) =>
    body.events as { id: string; organizationId: string; action: string }[];
  const first = await ask(owner.token, "?limit=2");
  expect(events(first.body).map(({ action }) => action)).toEqual(["organization.update", "organization.update"]);
  const second = await ask(owner.token, `?limit=2&after=${textOf(first.body, "nextAfter")}`);
  expect(events(second.body)).toHaveLength(1);
  expect(new Set([...events(first.body), ...events(second.body)].map((event) => event.organizationId))).toEqual(
    new Set([organizationId]),
  );
  expect((await ask(owner.token, "?organizationId=org_topolo")).status).toBe(403);
  expect((await ask((await member("member", organizationId)).token)).status).toBe(403);
  const named = await ask(owner.token, "?action=organization&limit=1");
  expect(events(named.body)).toMatchObject([
    { actorName: "Test User", targetName: "c", organizationName: "c", words: "changed settings of the organization" },
  ]);
  const values = async (query: string) => (await ask(owner.token, `/values?${query}`)).body["values"];
  expect(await values("of=actor")).toContainEqual({ value: owner.user.id, name: "Test User" });
  expect(await values("of=action&search=passkey&limit=2")).toEqual([
    { value: "passkey.register", name: "added a passkey" },
    { value: "passkey.remove", name: "removed a passkey" },
  ]);
  const file = await ask(owner.token, `/export?format=ndjson&action=organization.update`);
  expect(
    file.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    ...["a", "b", "c"].map((name) => ({ action: "organization.update", actorName: "Test User", details: { name } })),
    { complete: true, rows: 3 },
  ]);
  for (const what of ["/values?of=actor&", "/export?"])
    expect((await ask(owner.token, `${what}organizationId=org_topolo`)).status).toBe(403);
  expect((await ask((await member("owner", "org_admin")).token, `?organizationId=${organizationId}`)).status).toBe(403);
  expect((await ask(owner.token, "?limit=1000")).status).toBe(400);
  const all = await ask(operator.token, `?action=session.start&actorId=${owner.user.id}&limit=100`);
  expect(events(all.body)).toHaveLength(1);
  expect(events((await ask(operator.token, `?organizationId=${organizationId}&to=2001-01-01T00:00:00Z`)).body)).toEqual(
    [],
  );
});
