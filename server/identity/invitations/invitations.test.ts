import { afterAll, beforeAll, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import type { Mail } from "../mail/mailer.ts";

let auth: TestAuth;
const sent: Mail[] = [];
beforeAll(async () => {
  auth = await startTestAuth({
    mailer: {
      send: (mail) => {
        sent.push(mail);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
  });
});
afterAll(() => auth.close());

const member = async (role: string, organizationId: string) => {
  const user = await auth.addUser({ organizationId, role });
  return { user, ...(await auth.login(user)) };
};
const code = (answer: { readonly body: Readonly<Record<string, unknown>> }) =>
  (answer.body.error as { readonly code?: string } | undefined)?.code;
const openOrganization = async () => {
  const organizationId = await auth.addOrganization();
  return {
    organizationId,
    path: `/api/organizations/${organizationId}/invitations`,
    owner: await member("owner", organizationId),
  };
};
const invite = (path: string, bearer: string, email: string, role = "member") =>
  auth.call("POST", path, { bearer, body: { email, role } });
/** The secret of the newest invitation to the address; each is taken once, so that a later one is waited for. */
const mailedToken = async (email: string): Promise<string> => {
  await expect.poll(() => sent.some(({ to }) => to === email)).toBe(true);
  const [mail] = sent.splice(
    sent.findIndex(({ to }) => to === email),
    1,
  );
  const token = /http:\/\/localhost:3001\/accept-invitation#token=([A-Za-z0-9_-]{43})/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) throw new Error(`no invitation in ${mail?.text}`);
  return token;
};
const accept = async (user: TestUser, token: string) =>
  auth.call("POST", "/invitations/accept", { bearer: (await auth.login(user)).token, body: { token } });
const roleOf = async (organizationId: string, userId: string): Promise<string | undefined> => {
  const { rows } = await auth.pool.query<{ role: string }>(
    "select role from auth.organization_memberships where organization_id = $1 and user_id = $2",
    [organizationId, userId],
  );
  return rows[0]?.role;
};

test("an invitation is mailed, shown without its secret, previewed and accepted once [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const guest = await auth.addUser();
  const made = await invite(path, owner.token, guest.email.toUpperCase(), "admin");
  expect(made).toMatchObject({
    status: 201,
    body: { email: guest.email, role: "admin", status: "pending", expired: false },
  });
  const token = await mailedToken(guest.email);
  const listed = await auth.call("GET", path, { bearer: owner.token });
  expect(listed.body.invitations).toHaveLength(1);
  const { rows } = await auth.pool.query(
    "select row_to_json(i)::text as row from auth.organization_invitations i union all select row_to_json(a)::text from auth.audit_events a",
  );
  expect(JSON.stringify([made.body, listed.body, rows])).not.toContain(token);

  expect((await auth.call("POST", "/invitations/preview", { body: { token } })).body).toMatchObject({
    organization: { id: organizationId },
    role: "admin",
    email: guest.email,
    accountExists: true,
  });
  expect(await accept(guest, token)).toMatchObject({ status: 200, body: { organizationId } });
  expect(await roleOf(organizationId, guest.id)).toBe("admin");
  for (const answer of [
    await accept(guest, token),
    await auth.call("POST", "/invitations/preview", { body: { token } }),
  ])
    expect([answer.status, code(answer)]).toEqual([400, "link_invalid"]);
  expect(code(await invite(path, owner.token, guest.email))).toBe("already_member");
  const audit = await auth.pool.query("select action from auth.audit_events where target = $1 order by id", [
    made.body.id,
  ]);
  expect(audit.rows.map(({ action }) => action)).toEqual(["invitation.create", "invitation.accept"]);
});

test("of twenty parallel acceptances one succeeds [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const guest = await auth.addUser();
  await invite(path, owner.token, guest.email);
  const token = await mailedToken(guest.email);
  const { token: bearer } = await auth.login(guest);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => auth.call("POST", "/invitations/accept", { bearer, body: { token } })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.filter(({ status }) => status !== 200).map(code))).toEqual(new Set(["link_invalid"]));
  expect(await roleOf(organizationId, guest.id)).toBe("member");
});

test("only the invited address may accept, and only once verified [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const guest = await auth.addUser();
  const thief = await auth.addUser();
  await invite(path, owner.token, guest.email);
  const token = await mailedToken(guest.email);
  const stolen = await accept(thief, token);
  expect([stolen.status, code(stolen)]).toEqual([409, "account_mismatch"]);
  await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [guest.id]);
  const unverified = await accept(guest, token);
  expect([unverified.status, code(unverified)]).toEqual([403, "email_unverified"]);
  expect(await roleOf(organizationId, thief.id)).toBeUndefined();
  await auth.pool.query("update auth.users set email_verified_at = now() where id = $1", [guest.id]);
  expect((await accept(guest, token)).status).toBe(200);
  expect((await auth.call("POST", "/invitations/accept", { body: { token } })).status).toBe(401);
});

test("the rules of rank hold when inviting and when accepting [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const admin = await member("admin", organizationId);
  for (const role of ["admin", "owner", "platform_admin"]) {
    const answer = await invite(path, admin.token, "x@example.com", role);
    expect([role, answer.status, code(answer)]).toEqual([role, 403, "role_not_grantable"]);
  }
  expect((await invite(path, owner.token, "x@example.com", "root")).status).toBe(400);
  expect((await invite(path, owner.token, "x@example.com", "platform_admin")).status).toBe(403);
  for (const [role, home] of [
    ["member", organizationId],
    ["guest", organizationId],
    ["owner", "org_topolo"],
    ["owner", "org_admin"],
  ] as const)
    expect((await invite(path, (await member(role, home)).token, "x@example.com", "guest")).status).toBe(403);

  const guest = await auth.addUser();
  await invite(path, admin.token, guest.email);
  const token = await mailedToken(guest.email);
  await auth.pool.query("update auth.organization_memberships set role = 'member' where user_id = $1", [admin.user.id]);
  expect(code(await accept(guest, token))).toBe("link_invalid");
  await auth.pool.query("update auth.organization_memberships set role = 'admin' where user_id = $1", [admin.user.id]);
  await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [admin.user.id]);
  expect(code(await accept(guest, token))).toBe("link_invalid");
  expect(await roleOf(organizationId, guest.id)).toBeUndefined();
});

test("an invitation ends after seven days, when taken back, when declined, when sent anew, and with its organization [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const guest = await auth.addUser();
  const refused = async (token: string) => expect(code(await accept(guest, token))).toBe("link_invalid");

  const first = await invite(path, owner.token, guest.email);
  const old = await mailedToken(guest.email);
  const second = await invite(path, owner.token, guest.email);
  await refused(old);
  expect((await auth.call("DELETE", `${path}/${textOf(first.body, "id")}`, { bearer: owner.token })).status).toBe(404);
  const other = await openOrganization();
  const foreign = `${other.path}/${textOf(second.body, "id")}`;
  expect((await auth.call("DELETE", foreign, { bearer: other.owner.token })).status).toBe(404);
  expect(
    (await auth.call("DELETE", `${path}/${textOf(second.body, "id")}`, { bearer: other.owner.token })).status,
  ).toBe(403);
  expect(
    (await auth.call("DELETE", `${path}/${textOf(second.body, "id")}`, { bearer: owner.token })).body,
  ).toMatchObject({ revoked: true });
  await refused(await mailedToken(guest.email));

  await invite(path, owner.token, guest.email);
  const declined = await mailedToken(guest.email);
  expect((await auth.call("POST", "/invitations/decline", { body: { token: declined } })).status).toBe(403);
  const headers = { "x-topolo-auth": "1" };
  expect((await auth.call("POST", "/invitations/decline", { body: { token: declined }, headers })).body).toEqual({
    declined: true,
  });
  await refused(declined);

  await invite(path, owner.token, guest.email);
  const last = await mailedToken(guest.email);
  await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
  await refused(last);
  await auth.pool.query("update auth.organizations set status = 'active' where id = $1", [organizationId]);
  auth.clock.advance(7 * 24 * 3_600_000);
  await refused(last);
});

test("without a mail server nobody is invited [X4]", async () => {
  const silent = await startTestAuth({ mailer: undefined });
  try {
    const owner = await silent.addUser({ role: "owner" });
    const { token } = await silent.login(owner);
    const body = { email: "nobody@example.com", role: "guest" };
    const answer = await silent.call("POST", "/api/organizations/org_topolo/invitations", { bearer: token, body });
    expect([answer.status, code(answer)]).toEqual([503, "mail_unavailable"]);
    expect((await silent.pool.query("select id from auth.organization_invitations")).rows).toEqual([]);
  } finally {
    await silent.close();
  }
});

test("one address gets few invitations an hour [X6]", async () => {
  const { path, owner } = await openOrganization();
  const answers = [];
  for (let sending = 0; sending < 11; sending += 1) answers.push(await invite(path, owner.token, "often@example.com"));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(201), 429]);
  const foreign = await member("owner", "org_topolo");
  expect((await invite(path, foreign.token, "often@example.com")).status).toBe(403);
});

test("mass assignment: an invitation takes no inviter, status or organization from the body [A1]", async () => {
  const { path, owner } = await openOrganization();
  for (const extra of [{ invitedBy: "usr_x" }, { organizationId: "org_admin" }, { status: "accepted" }]) {
    const body = { email: "a@example.com", role: "guest", ...extra };
    expect((await auth.call("POST", path, { bearer: owner.token, body })).status).toBe(400);
  }
  const bearer = owner.token;
  const body = { token: "A".repeat(43), role: "owner" };
  expect((await auth.call("POST", "/invitations/accept", { bearer, body })).status).toBe(400);
});

test("names of people and organizations do not get into the e-mail [X4]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  const name = "Topolo\nBcc: x@evil.example <b>https://evil.example";
  await auth.pool.query("update auth.organizations set name = $2 where id = $1", [organizationId, name]);
  await invite(path, owner.token, "names@example.com");
  await expect
    .poll(() => sent.find(({ to }) => to === "names@example.com")?.subject)
    .toBe("Invitation to Topolo Bcc x evil example b https evil example");
  const mail = sent.find(({ to }) => to === "names@example.com");
  expect(`${mail?.text}${mail?.html}`).not.toMatch(/evil\.example|<b>/);
});

const registerInvited = (email: string, invitationToken: string, extra: Record<string, unknown> = {}) =>
  auth.call("POST", "/register", {
    body: { email, password: "a very plain test sentence", name: "Ann", invitationToken, ...extra },
  });
const verifiedAt = async (email: string): Promise<Date | null | undefined> =>
  (await auth.pool.query("select email_verified_at from auth.users where email = $1", [email])).rows[0]
    ?.email_verified_at;

test("the invitation's link verifies the address of a new account: no second e-mail, and accepting works at once [D1]", async () => {
  const { organizationId, path, owner } = await openOrganization();
  await invite(path, owner.token, "new@example.com", "member");
  const token = await mailedToken("new@example.com");
  expect(await registerInvited("NEW@example.com", token)).toMatchObject({
    status: 202,
    body: { accepted: true, verified: true },
  });
  await auth.mails.settled();
  expect(sent.filter(({ to }) => to === "new@example.com")).toEqual([]);
  expect(await verifiedAt("new@example.com")).toBeInstanceOf(Date);
  const { rows } = await auth.pool.query(
    "select details from auth.audit_events e join auth.users u on u.id = e.target where e.action = 'user.register' and u.email = 'new@example.com'",
  );
  expect(rows).toEqual([{ details: { verifiedByInvitation: expect.stringMatching(/^inv_/) } }]);
  const { body } = await auth.call("POST", "/login", {
    body: { email: "new@example.com", password: "a very plain test sentence" },
    headers: { "x-service-id": "srv_nexus" },
  });
  const bearer = textOf(body, "accessToken");
  expect(await auth.call("POST", "/invitations/accept", { bearer, body: { token } })).toMatchObject({
    status: 200,
    body: { organizationId },
  });
});

test("a link verifies only its own address, while it is valid, and never an existing account", async () => {
  const { path, owner } = await openOrganization();
  await invite(path, owner.token, "proof@example.com", "member");
  const token = await mailedToken("proof@example.com");
  expect(await registerInvited("victim@example.com", token)).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_request", issues: [{ field: "email" }] } },
  });
  expect(await registerInvited("proof@example.com", "A".repeat(43))).toMatchObject({
    status: 400,
    body: { error: { code: "link_invalid" } },
  });
  expect(await verifiedAt("victim@example.com")).toBeUndefined();
  expect(await verifiedAt("proof@example.com")).toBeUndefined();

  // An account that somebody made without showing that the address is theirs stays unverified, with its password.
  await auth.call("POST", "/register", { body: { email: "proof@example.com", password: "another plain sentence" } });
  expect(await registerInvited("proof@example.com", token)).toMatchObject({ status: 202, body: { verified: false } });
  expect(await verifiedAt("proof@example.com")).toBeNull();

  await invite(path, owner.token, "late@example.com", "member");
  const late = await mailedToken("late@example.com");
  await auth.pool.query("update auth.organization_invitations set status = 'revoked' where email = 'late@example.com'");
  expect(await registerInvited("late@example.com", late)).toMatchObject({ status: 400 });
  expect(await verifiedAt("late@example.com")).toBeUndefined();
});

test("where accounts need an invitation, the link allows one [X22]", async () => {
  const closed = await startTestAuth({ registration: "invitation" });
  try {
    const admin = await closed.addUser({ role: "owner" });
    const { token: bearer } = await closed.login(admin);
    const body = { email: "asked@example.com", role: "member" };
    await closed.call("POST", "/api/organizations/org_topolo/invitations", { bearer, body });
    const invitationToken = secretIn(await closed.mails.to("asked@example.com", { about: "#token=" }));
    expect(
      await closed.call("POST", "/register", {
        body: { email: "asked@example.com", password: "a very plain test sentence", invitationToken },
      }),
    ).toMatchObject({ status: 202, body: { verified: true } });
  } finally {
    await closed.close();
  }
});
