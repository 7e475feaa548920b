import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { enrolled } from "../../../test/second-factor.ts";
import { composeEmail } from "../mail/compose-email.ts";
import { noticeTable } from "./notice-table.ts";
import { securityEmail } from "./security-email.ts";

let auth: TestAuth;
let organizationId: string;
let owner: TestUser;
let second: TestUser;
let admin: TestUser;
let token: string;

beforeAll(async () => {
  auth = await startTestAuth();
  organizationId = await auth.addOrganization();
  [owner, second, admin] = (await Promise.all(
    ["owner", "owner", "admin"].map((role) => auth.addUser({ organizationId, role })),
  )) as [TestUser, TestUser, TestUser];
  ({ token } = await auth.login(owner));
});
afterAll(() => auth.close());

const about = (text: string, since: number) =>
  auth.mails.all
    .slice(since)
    .filter((mail) => mail.text.includes(text))
    .map(({ to }) => to)
    .sort();

/** Who is told of what a request does, once everything is sent. */
const toldOf = async (text: string, act: () => Promise<{ readonly status: number }>): Promise<readonly string[]> => {
  await auth.mails.settled();
  const since = auth.mails.all.length;
  const { status } = await act();
  expect(status).toBeLessThan(300);
  await auth.mails.settled();
  return about(text, since);
};

const organizationPath = (path: string) => `/api/organizations/${organizationId}${path}`;

describe("the person and the owners are told of", () => {
  test("a new and a replaced API key [X6]", async () => {
    let id = "";
    const told = await toldOf("An API key was created", async () => {
      const made = await auth.call("POST", "/api/api-keys", {
        bearer: token,
        body: { name: "https://evil.example", scopes: ["srv_nexus.usage"] },
      });
      id = textOf(made.body["key"] as Record<string, unknown>, "id");
      return made;
    });
    expect(told).toEqual([owner.email, second.email].sort());
    expect(auth.mails.all.some(({ text }) => text.includes("evil.example"))).toBe(false);
    const rotate = () => auth.call("POST", `/api/api-keys/${id}/rotate`, { bearer: token, body: {} });
    expect(await toldOf("An API key was replaced", rotate)).toEqual([owner.email, second.email].sort());
  });

  test("an invitation, and a role, and permissions [X6]", async () => {
    const invite = () =>
      auth.call("POST", organizationPath("/invitations"), {
        bearer: token,
        body: { email: "new@example.com", role: "owner" },
      });
    expect(await toldOf("Somebody was invited", invite)).toEqual([owner.email, second.email].sort());
    const raise = () =>
      auth.call("PATCH", organizationPath(`/members/${admin.id}`), { bearer: token, body: { role: "super_admin" } });
    expect(await toldOf("role or status was changed", raise)).toEqual([admin.email, owner.email, second.email].sort());
    const deny = () =>
      auth.call("PUT", `/api/users/${admin.id}/permissions/overrides`, {
        bearer: token,
        body: { organizationId, overrides: [{ permission: "srv_nexus.ai:invoke", effect: "deny", reason: "why not" }] },
      });
    expect(await toldOf("permissions were changed", deny)).toEqual([admin.email, owner.email, second.email].sort());
  });

  test("factors: the owners beside the person, who has a mail of their own [X6]", async () => {
    const person = await enrolled(auth);
    await auth.pool.query("update auth.organization_memberships set organization_id = $2 where user_id = $1", [
      person.user.id,
      organizationId,
    ]);
    await auth.pool.query("update auth.sessions set active_organization_id = $2 where user_id = $1", [
      person.user.id,
      organizationId,
    ]);
    const renew = () => auth.call("POST", "/api/me/mfa/recovery-codes", { bearer: person.token });
    expect(await toldOf(`made for the account ${person.user.email}`, renew)).toEqual(
      [owner.email, second.email].sort(),
    );
    expect((await auth.mails.to(person.user.email, { about: "New recovery codes" })).text).toContain(
      "New recovery codes",
    );
  });
});

test("the mail about a key leads to the page where keys are revoked [X6]", async () => {
  const own = await startTestAuth({ dashboardOrigin: "https://nexus.example" });
  const user = await own.addUser({ role: "owner" });
  const { token: bearer } = await own.login(user);
  const body = { name: "k", scopes: ["srv_nexus.usage"] };
  expect((await own.call("POST", "/api/api-keys", { bearer, body })).status).toBe(201);
  expect((await own.mails.to(user.email)).text.replaceAll("\n", " ")).toContain(
    "undo it at https://nexus.example/keys",
  );
  await own.close();
});

test("nobody is told of what was refused [X6]", async () => {
  await auth.mails.settled();
  const since = auth.mails.all.length;
  const { token: guest } = await auth.login(await auth.addUser({ organizationId, role: "guest" }));
  const body = { name: "k", scopes: ["srv_nexus.usage"] };
  expect((await auth.call("POST", "/api/api-keys", { bearer: guest, body })).status).toBe(403);
  await auth.mails.settled();
  expect(auth.mails.all.slice(since)).toEqual([]);
});

test("whatever an organization is called, its name makes no link and no markup in the mail [X6]", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 100 }),
        fc.webUrl(),
        fc.constantFrom("<b>x</b>", "evil.example", 'a"b', "a\nBcc: x@y.z", "\u202eelpmaxe"),
      ),
      fc.constantFrom(...Object.keys(noticeTable)),
      fc.boolean(),
      (organizationName, action, toOwner) => {
        const text = noticeTable[action]?.text ?? "";
        const build = (name: string | undefined) =>
          composeEmail(
            securityEmail({
              text,
              account: "a@example.com",
              organizationName: name,
              toOwner,
              issuer: "https://auth.example",
            }),
          );
        const mail = build(organizationName);
        const shown = / \(organization "([^"]*)"\)/.exec(mail.text)?.[1] ?? "";
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N} '&-]{1,60}$/u);
        expect(mail.text.replace(/ \(organization "[^"]*"\)/, "")).toBe(build(undefined).text);
        expect(mail.html).not.toContain("<b>");
        expect(mail.subject).toBe("A security setting was changed");
      },
    ),
  );
});
