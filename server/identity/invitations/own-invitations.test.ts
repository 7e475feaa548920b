import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const codeOf = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  (body["error"] as { readonly code?: string } | undefined)?.code;

const open = async () => {
  const organizationId = await auth.addOrganization();
  const owner = await auth.addUser({ organizationId, role: "owner" });
  const { token } = await auth.login(owner);
  const add = (userId: string, role = "member") =>
    auth.call("POST", `/api/organizations/${organizationId}/members`, { bearer: token, body: { userId, role } });
  return { organizationId, owner, token, add };
};
const membershipsOf = async (userId: string): Promise<readonly string[]> => {
  const { rows } = await auth.pool.query<{ id: string }>(
    "select organization_id as id from auth.organization_memberships where user_id = $1 order by 1",
    [userId],
  );
  return rows.map(({ id }) => id);
};
const answer = (bearer: string, id: string, how: "accept" | "decline") =>
  auth.call("POST", `/api/me/invitations/${id}/${how}`, { bearer });

test("an id alone makes nobody a member: the account is invited, and says yes [X4]", async () => {
  const { organizationId, token, add } = await open();
  const person = await auth.addUser({ role: "member" });
  const made = await add(person.id);
  expect(made).toMatchObject({ status: 201, body: { userId: person.id, email: null, status: "pending" } });
  expect(JSON.stringify(made.body)).not.toContain(person.email);
  expect(await membershipsOf(person.id)).toEqual(["org_topolo"]);
  const listed = await auth.call("GET", `/api/organizations/${organizationId}/invitations`, { bearer: token });
  expect(JSON.stringify(listed.body)).not.toContain(person.email);

  const own = await auth.login(person);
  const { body } = await auth.call("GET", "/api/me/invitations", { bearer: own.token });
  expect(body).toMatchObject({ invitations: [{ organization: { id: organizationId }, role: "member" }] });
  const id = textOf(made.body, "id");
  expect(await answer(own.token, id, "accept")).toMatchObject({ status: 200, body: { organizationId } });
  expect(await membershipsOf(person.id)).toContain(organizationId);
  expect(await answer(own.token, id, "accept")).toMatchObject({ status: 404 });
  expect(codeOf(await add(person.id))).toBe("already_member");
});

test("joining makes the organization active in no session of the person, now or at the next refresh [X4]", async () => {
  const { organizationId, add } = await open();
  const person = await auth.addUser({ role: "member" });
  const { token, cookie } = await auth.login(person);
  const id = textOf((await add(person.id, "admin")).body, "id");
  const active = async (bearer: string) =>
    ((await auth.call("GET", "/validate", { bearer })).body["organization"] as { readonly id: string }).id;
  expect(await active(token)).toBe("org_topolo");
  expect((await answer(token, id, "accept")).status).toBe(200);
  expect(await active(token)).toBe("org_topolo");
  const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" };
  const refreshed = await auth.call("POST", "/refresh", { cookie, headers });
  expect(await active(textOf(refreshed.body, "accessToken"))).toBe("org_topolo");
  expect(await active((await auth.login(person)).token)).toBe("org_topolo");
  expect(await membershipsOf(person.id)).toContain(organizationId);
});

test("only the invited account answers, and declining leaves no trace of it [X4]", async () => {
  const { add } = await open();
  const person = await auth.addUser();
  const stranger = await auth.login(await auth.addUser({ role: "owner" }));
  const id = textOf((await add(person.id)).body, "id");
  for (const how of ["accept", "decline"] as const)
    expect(codeOf(await answer(stranger.token, id, how))).toBe("invitation_not_found");
  const { token } = await auth.login(person);
  expect(await answer(token, id, "decline")).toMatchObject({ status: 200, body: { declined: true } });
  expect(codeOf(await answer(token, id, "accept"))).toBe("invitation_not_found");
  expect(await membershipsOf(person.id)).toEqual([]);
  const { rows } = await auth.pool.query(
    "select actor_id, action from auth.audit_events where target = $1 order by id",
    [id],
  );
  expect(rows.map(({ action }) => action)).toEqual(["invitation.create", "invitation.decline"]);
  expect(rows[1]).toMatchObject({ actor_id: person.id });
});

test("an invitation by id stays with the account when its address changes, and one by address with the address [X4]", async () => {
  const { organizationId, token, add } = await open();
  const person = await auth.addUser();
  const byId = textOf((await add(person.id)).body, "id");
  await auth.pool.query("update auth.users set email = 'moved-' || email where id = $1", [person.id]);
  const heir = await auth.addUser();
  await auth.pool.query("update auth.users set email = $2 where id = $1", [heir.id, person.email]);
  const bearer = (await auth.login({ ...heir, email: person.email })).token;
  expect((await auth.call("GET", "/api/me/invitations", { bearer })).body).toEqual({ invitations: [] });
  expect(codeOf(await answer(bearer, byId, "accept"))).toBe("invitation_not_found");

  const other = await auth.addUser();
  const byAddress = await auth.call("POST", `/api/organizations/${organizationId}/invitations`, {
    bearer: token,
    body: { email: other.email, role: "guest" },
  });
  const { token: otherToken } = await auth.login(other);
  expect((await answer(otherToken, textOf(byAddress.body, "id"), "accept")).status).toBe(200);
});

test("an address that is not verified shows and answers nothing [X4]", async () => {
  const { add } = await open();
  const person = await auth.addUser();
  const id = textOf((await add(person.id)).body, "id");
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [person.id]);
  const { token } = await auth.login(person);
  expect((await auth.call("GET", "/api/me/invitations", { bearer: token })).body).toEqual({ invitations: [] });
  for (const how of ["accept", "decline"] as const)
    expect(codeOf(await answer(token, id, how))).toBe("email_unverified");
});

test("an id of nobody, of a service and of a suspended account is not invited [X4]", async () => {
  const { add } = await open();
  const suspended = await auth.addUser();
  const service = await auth.addUser();
  await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [suspended.id]);
  await auth.pool.query("update auth.users set principal_type = 'service_account' where id = $1", [service.id]);
  for (const userId of ["usr_none", suspended.id, service.id]) expect(codeOf(await add(userId))).toBe("user_not_found");
});
