import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { changesToldBy } from "./notice-table.ts";

let auth: TestAuth;
let organizationId: string;
let owner: TestUser;
let member: TestUser;
let basic: string;

beforeAll(async () => {
  auth = await startTestAuth();
  organizationId = await auth.addOrganization();
  owner = await auth.addUser({ organizationId, role: "owner" });
  member = await auth.addUser({ organizationId, role: "member" });
  basic = await credentialOf("srv_nexus");
});
afterAll(() => auth.close());

const credentialOf = async (serviceId: string): Promise<string> =>
  `Basic ${btoa(`${serviceId}:${await auth.server.createServiceClientSecret(serviceId)}`)}`;

const change = (part: Readonly<Record<string, unknown>> = {}) => ({
  id: randomUUID(),
  kind: "vendor-key.create",
  organizationId,
  actor: { type: "user", id: member.id },
  target: "vkey_1",
  name: "openai production",
  ...part,
});

const tell = (body: unknown, { authorization = basic, serviceId = "srv_nexus" } = {}) =>
  auth.call("POST", `/api/services/${serviceId}/told-changes`, { headers: { authorization }, body });

/** The mails that telling of something brings about. */
const mailsOf = async (act: () => Promise<unknown>) => {
  await auth.mails.settled();
  const since = auth.mails.all.length;
  await act();
  await auth.mails.settled();
  return auth.mails.all.slice(since);
};

describe("a service tells of a change to something that it keeps", () => {
  test.each(changesToldBy("srv_nexus"))("%s is mailed to the person and the owners [X6]", async (kind) => {
    const mails = await mailsOf(async () => expect((await tell(change({ kind }))).status).toBe(200));
    expect(mails.map(({ to }) => to).sort()).toEqual([owner.email, member.email].sort());
    for (const { text } of mails) expect(text).toContain(`"openai production" was`);
    for (const { text } of mails) expect(text).toContain(`by ${member.email}`);
  });

  test("told again, also at the same time, it is mailed once and audited once [X6]", async () => {
    const told = change();
    const mails = await mailsOf(async () => {
      const answers = await Promise.all([tell(told), tell(told), tell(told)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await tell(told)).status).toBe(200);
    });
    expect(mails).toHaveLength(2);
    const { rows } = await auth.pool.query(
      "select action, details from auth.audit_events where target = $1 and id = $2",
      [told.target, `aud_${told.id.replaceAll("-", "")}`],
    );
    expect(rows).toEqual([{ action: told.kind, details: { name: told.name, toldBy: "srv_nexus" } }]);
  });

  test("where it was no person, the owners are told what it was [X6]", async () => {
    for (const [type, said] of [
      ["api_key", "by an API key"],
      ["service", "by a service"],
      ["operator", "by an operator"],
    ]) {
      const mails = await mailsOf(() => tell(change({ actor: { type, id: "ann" } })));
      expect(mails).toMatchObject([{ to: owner.email, text: expect.stringContaining(said ?? "") }]);
    }
  });

  test("whatever the thing is called, its name makes no link and no markup in the mail [X6]", async () => {
    const names = fc.sample(
      fc.oneof(fc.webUrl(), fc.constantFrom("<b>x</b>", 'a" by owner@example.com', "evil.example", "", "{account}")),
      20,
    );
    const mails = await mailsOf(() => Promise.all(names.map((name) => tell(change({ name })))));
    expect(mails).toHaveLength(40);
    for (const { text, html } of mails) {
      expect(text).toMatch(/The vendor key "[\p{L}\p{M}\p{N} '&-]{1,60}" was stored by [^ ]+@example\.com \(/u);
      expect(html).not.toContain("<b>");
    }
  });
});

describe("nobody is mailed about", () => {
  test("a change that the service may not tell of [X6]", async () => {
    const others = ["user.password-changed", "api-key.create", "organization.update", "none", "constructor"];
    const mails = await mailsOf(async () => {
      for (const kind of others) {
        const { status, body } = await tell(change({ kind }));
        expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('"field":"kind"')]);
      }
      const authorization = await credentialOf("srv_roadmapper");
      expect((await tell(change(), { authorization, serviceId: "srv_roadmapper" })).status).toBe(400);
    });
    expect(mails).toEqual([]);
  });

  test("what one service tells in another's name, or nobody in particular [X6]", async () => {
    const authorization = await credentialOf("srv_bugfix");
    const { token } = await auth.login(owner);
    const mails = await mailsOf(async () => {
      expect((await tell(change(), { authorization })).status).toBe(403);
      expect((await tell(change(), { authorization: "Basic bm9uZTpub25l" })).status).toBe(401);
      expect((await tell(change(), { authorization: `Bearer ${token}` })).status).toBe(401);
    });
    expect(mails).toEqual([]);
  });

  test("a change in an organization that does not use the service, or that there is not [X6]", async () => {
    const other = await auth.addOrganization();
    await auth.addUser({ organizationId: other, role: "owner" });
    await auth.pool.query("update auth.organization_service_access set enabled = false where organization_id = $1", [
      other,
    ]);
    const mails = await mailsOf(async () => {
      for (const elsewhere of [other, "org_none"])
        expect((await tell(change({ organizationId: elsewhere }))).status).toBe(404);
    });
    expect(mails).toEqual([]);
  });
});
