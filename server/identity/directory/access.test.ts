import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { addAccount, addDirectory, groupSchemas, patchOf, type TestDirectory } from "../../../test/scim-directory.ts";

let auth: TestAuth;
let acme: TestDirectory;

beforeAll(async () => {
  auth = await startTestAuth();
  acme = await addDirectory(auth);
  await acme.verify("acme.example");
});
afterAll(() => auth.close());

const account = (domain: string, verified = true): Promise<TestUser> => addAccount(auth, domain, verified);

const linkedTo = async (email: string): Promise<string | null> => {
  const { rows } = await auth.pool.query<{ user_id: string | null }>(
    "select user_id from auth.provisioned_users where email = $1",
    [email],
  );
  return rows[0]?.user_id ?? null;
};

describe("a directory takes over no account", () => {
  test("an account outside of the verified domains is invited, and joins only when its person accepts", async () => {
    const ann = await account("elsewhere.example");
    const session = await auth.login(ann);
    const id = await acme.addPerson(ann.email);
    expect(await linkedTo(ann.email)).toBeNull();
    expect(await acme.member(ann.email)).toBeUndefined();
    const mail = await auth.mails.to(ann.email);
    expect(mail.subject).toContain("Invitation");
    const accepted = await auth.call("POST", "/invitations/accept", {
      bearer: session.token,
      body: { token: secretIn(mail) },
    });
    expect(accepted.status).toBe(200);
    expect(await linkedTo(ann.email)).toBe(ann.id);
    expect(await acme.member(ann.email)).toEqual({ role: "member", status: "active" });
    await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active: false } }));
    expect(await acme.member(ann.email)).toEqual({ role: "member", status: "suspended" });
    // The account is its person's own: only what it has in the organization ends.
    expect((await auth.call("GET", "/api/me", { bearer: session.token })).status).toBe(200);
  });

  test("an address with and without an account gets the same answer outside of the verified domains", async () => {
    const ann = await account("elsewhere.example");
    const bodies = [];
    for (const email of [ann.email, "nobody@elsewhere.example"]) {
      const { status, body } = await acme.scim("POST", "/Users", { userName: email, active: true });
      expect(status).toBe(201);
      bodies.push(JSON.stringify(Object.keys(body).toSorted()));
      expect((await auth.mails.to(email, { about: "Invitation" })).subject).toContain("Invitation");
    }
    expect(new Set(bodies).size).toBe(1);
    const { rowCount } = await auth.pool.query("select from auth.users where email = 'nobody@elsewhere.example'");
    expect(rowCount).toBe(0);
  });

  test("an account in a verified domain whose own address is unverified is invited, never joined", async () => {
    const eve = await account("acme.example", false);
    await acme.addPerson(eve.email);
    expect(await linkedTo(eve.email)).toBeNull();
    expect(await acme.member(eve.email)).toBeUndefined();
    expect((await auth.mails.to(eve.email, { about: "Invitation" })).subject).toContain("Invitation");
  });

  test("an account in a domain that another organization has verified is invited", async () => {
    const other = await addDirectory(auth);
    await other.verify("rival.example");
    const ann = await account("rival.example");
    await acme.addPerson(ann.email);
    expect(await acme.member(ann.email)).toBeUndefined();
    expect(await linkedTo(ann.email)).toBeNull();
  });

  test("an account in a verified domain is joined and told, and keeps its factors and its other organizations", async () => {
    const ann = await account("acme.example");
    await acme.addPerson(ann.email);
    expect(await linkedTo(ann.email)).toBe(ann.id);
    expect(await acme.member(ann.email)).toEqual({ role: "member", status: "active" });
    expect(
      (await auth.mails.to(ann.email, { about: "has verified the domain of your e-mail address" })).text,
    ).toContain("has verified the domain of your e-mail address");
    expect((await auth.login(ann)).token).not.toBe("");
  });

  test("a new account in a verified domain has no way in but its own mailbox", async () => {
    await acme.addPerson("fresh@acme.example", { displayName: "Fresh Face" });
    const { rows } = await auth.pool.query(
      `select u.name, (select count(*)::int from auth.password_credentials c where c.user_id = u.id)
         + (select count(*)::int from auth.webauthn_credentials w where w.user_id = u.id)
         + (select count(*)::int from auth.sessions s where s.user_id = u.id) as ways
       from auth.users u where u.email = 'fresh@acme.example'`,
    );
    expect(rows).toEqual([{ name: "Fresh Face", ways: 0 }]);
  });

  test("an address that is changed in the directory moves nobody to another account", async () => {
    const [ann, bob] = [await account("acme.example"), await account("acme.example")];
    const id = await acme.addPerson(ann.email);
    const { status } = await acme.scim(
      "PATCH",
      `/Users/${id}`,
      patchOf({ op: "replace", value: { userName: bob.email } }),
    );
    expect(status).toBe(200);
    expect(await linkedTo(bob.email)).toBe(ann.id);
    expect(await acme.member(bob.email)).toBeUndefined();
    const { rows } = await auth.pool.query("select email from auth.users where id = any($1) order by email", [
      [ann.id, bob.id],
    ]);
    expect(rows.map(({ email }) => email as string)).toEqual([ann.email, bob.email].toSorted());
  });
});

describe("whoever has left an organization", () => {
  const leave = async (person: TestUser) => {
    const { token: bearer } = await auth.login(person);
    const path = `/api/organizations/${acme.organizationId}/members/${person.id}`;
    expect((await auth.call("DELETE", path, { bearer })).status).toBe(200);
  };
  const again: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
    [
      "off and on again",
      async (id) => {
        for (const active of [false, true])
          await acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "replace", value: { active } }));
      },
    ],
    [
      "a change of the name",
      (id) => acme.scim("PATCH", `/Users/${id}`, patchOf({ op: "add", path: "title", value: "CTO" })),
    ],
  ];

  test.each(again)("is asked again and not brought back by %s in the directory", async (_, change) => {
    const ann = await account("elsewhere.example");
    const id = await acme.addPerson(ann.email);
    const { token: bearer } = await auth.login(ann);
    const first = secretIn(await auth.mails.to(ann.email, { about: "#token=" }));
    await auth.call("POST", "/invitations/accept", { bearer, body: { token: first } });
    expect(await acme.member(ann.email)).toMatchObject({ status: "active" });
    await leave(ann);
    await change(id);
    expect(await acme.member(ann.email)).toBeUndefined();
    // Whoever leaves is told of that by mail as well.
    await auth.mails.settled();
    const [, second] = auth.mails.all.filter(({ to, subject }) => to === ann.email && subject.startsWith("Invitation"));
    if (!second) throw new Error("nobody was invited again");
    expect((await auth.call("POST", "/invitations/accept", { bearer, body: { token: secretIn(second) } })).status).toBe(
      200,
    );
    expect(await linkedTo(ann.email)).toBe(ann.id);
  });

  test("and has taken the address out of the domain is not brought back either", async () => {
    const ann = await account("acme.example");
    const id = await acme.addPerson(ann.email);
    await auth.pool.query("update auth.users set email = $2 where id = $1", [ann.id, `own-${ann.email}.example`]);
    await leave({ ...ann, email: `own-${ann.email}.example` });
    await again[0]?.[1](id);
    const { rowCount } = await auth.pool.query(
      "select from auth.organization_memberships where organization_id = $1 and user_id = $2",
      [acme.organizationId, ann.id],
    );
    expect(rowCount).toBe(0);
  });
});

describe("groups give roles", () => {
  const addGroup = async (directory: TestDirectory, displayName: string, members: readonly string[]) =>
    textOf(
      (
        await directory.scim("POST", "/Groups", {
          schemas: groupSchemas,
          displayName,
          externalId: `8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159-${displayName}`,
          members: members.map((value) => ({ value })),
        })
      ).body,
      "id",
    );

  test("the highest of a person's groups counts, at once, and ends with the group, its name or its mapping", async () => {
    const directory = await addDirectory(auth);
    await directory.verify("roles.example");
    const groupRoles = [
      { group: "Admins", role: "admin" },
      { group: "Visitors", role: "guest" },
    ];
    expect((await directory.settings({ groupRoles })).status).toBe(200);
    const email = "ann@roles.example";
    const id = await directory.addPerson(email);
    const role = async () => (await directory.member(email))?.role;
    expect(await role()).toBe("member");
    const visitors = await addGroup(directory, "Visitors", [id]);
    expect(await role()).toBe("guest");
    const admins = await addGroup(directory, "ADMINS", []);
    const patch = (group: string, ...operations: readonly unknown[]) =>
      directory.scim("PATCH", `/Groups/${group}`, patchOf(...operations));
    expect((await patch(admins, { op: "Add", path: "members", value: [{ value: id }] })).status).toBe(200);
    expect(await role()).toBe("admin");
    expect(await directory.scim("GET", `/Users/${id}`)).toMatchObject({
      body: { groups: [{ value: admins, display: "ADMINS" }, { value: visitors }] },
    });
    await patch(admins, { op: "replace", value: { displayName: "Others" } });
    expect(await role()).toBe("guest");
    await patch(admins, { op: "replace", path: "displayName", value: "admins" });
    expect(await role()).toBe("admin");
    await directory.settings({ groupRoles: [], defaultRole: "guest" });
    expect(await role()).toBe("guest");
    await directory.settings({ groupRoles });
    expect(await role()).toBe("admin");
    await patch(admins, { op: "Remove", path: `members[value eq "${id}"]` });
    expect(await role()).toBe("guest");
    expect((await directory.scim("DELETE", `/Groups/${visitors}`)).status).toBe(204);
    expect(await role()).toBe("member");
  });

  test("no group gives more than the organization's maximum, an owner's role, or one of the platform", async () => {
    const directory = await addDirectory(auth);
    await directory.verify("most.example");
    const id = await directory.addPerson("ann@most.example");
    await directory.settings({ maxRole: "member", groupRoles: [{ group: "Bosses", role: "super_admin" }] });
    await addGroup(directory, "Bosses", [id]);
    expect(await directory.member("ann@most.example")).toMatchObject({ role: "member" });
    for (const role of ["owner", "platform_admin", "platform_super_admin", "root"]) {
      expect((await directory.settings({ groupRoles: [{ group: "Bosses", role }] })).status).toBe(400);
      expect((await directory.settings({ maxRole: role })).status).toBe(400);
    }
    expect((await directory.settings({ defaultRole: "admin" })).status).toBe(400);
    const bosses = await directory.addPerson(directory.owner.email);
    await directory.settings({ maxRole: "admin", groupRoles: [{ group: "Guests", role: "guest" }] });
    await addGroup(directory, "Guests", [bosses]);
    expect(await directory.member(directory.owner.email)).toMatchObject({ role: "owner" });
  });

  test("a role that somebody gave by hand stays where no group says otherwise", async () => {
    const directory = await addDirectory(auth);
    await directory.verify("hand.example");
    const user = await account("hand.example");
    await auth.pool.query(
      "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, 'admin', $3)",
      [directory.organizationId, user.id, directory.owner.id],
    );
    const id = await directory.addPerson(user.email);
    await addGroup(directory, "Staff", [id]);
    expect(await directory.member(user.email)).toMatchObject({ role: "admin" });
  });

  test("members are people of the same directory; groups are found by name and by member", async () => {
    const [directory, other] = [await addDirectory(auth), await addDirectory(auth)];
    await directory.verify("groups.example");
    await other.verify("strange.example");
    const [mine, theirs] = [
      await directory.addPerson("ann@groups.example"),
      await other.addPerson("eve@strange.example"),
    ];
    const stolen = { schemas: groupSchemas, displayName: "Stolen", members: [{ value: theirs }] };
    expect(await directory.scim("POST", "/Groups", stolen)).toMatchObject({
      status: 400,
      body: { scimType: "invalidValue" },
    });
    const id = await addGroup(directory, "Staff", [mine]);
    const find = async (filter: string, rest = "") =>
      (await directory.scim("GET", `/Groups?filter=${encodeURIComponent(filter)}${rest}`)).body;
    expect(await find('displayName eq "staff"')).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect(await find(`members[value eq "${mine}"]`)).toMatchObject({ totalResults: 1 });
    expect(await find('members.value eq "pvu_none"')).toMatchObject({ totalResults: 0 });
    const listed = (await find('displayName eq "Staff"', "&excludedAttributes=members")) as {
      readonly Resources: readonly object[];
    };
    expect(listed.Resources[0]).not.toHaveProperty("members");
    expect(await directory.scim("POST", "/Groups", { schemas: groupSchemas, displayName: "STAFF" })).toMatchObject({
      status: 409,
      body: { scimType: "uniqueness" },
    });
    expect(await other.scim("GET", `/Groups/${id}`)).toMatchObject({ status: 404 });
    const put = await directory.scim("PUT", `/Groups/${id}`, {
      schemas: groupSchemas,
      displayName: "All",
      members: [],
    });
    expect(put).toMatchObject({ status: 200, body: { displayName: "All", members: [] } });
  });
});
