import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth, type TestUser } from "../../../test/auth-server.ts";

let auth: TestAuth;
let organizationId: string;
let owner: TestUser;
let administrator: TestUser;
let member: TestUser;
let authorization: string;

beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
  organizationId = await auth.addOrganization();
  owner = await auth.addUser({ organizationId, role: "owner" });
  administrator = await auth.addUser({ organizationId, role: "admin" });
  member = await auth.addUser({ organizationId, role: "member" });
  authorization = `Basic ${btoa(`srv_nexus:${await auth.server.createServiceClientSecret("srv_nexus")}`)}`;
});
afterAll(() => auth.close());

const alert = (part: Readonly<Record<string, unknown>> = {}) => ({
  id: randomUUID(),
  kind: "budget.threshold",
  organizationId,
  budgetId: "01a20028-f85c-706b-b97e-0071d41bb937",
  administrators: true,
  addresses: [],
  scope: "app",
  name: "Roadmapper",
  period: "day",
  rolling: false,
  hard: true,
  percents: [50, 80],
  usedNanos: "4200000000",
  limitNanos: "5000000000",
  timeZone: "Europe/Berlin",
  endsAt: "2026-11-30T23:00:00.000Z",
  runsOutAt: null,
  ...part,
});

const tell = (body: unknown, serviceId = "srv_nexus") =>
  auth.call("POST", `/api/services/${serviceId}/told-alerts`, { headers: { authorization }, body });

/** The mails that telling of something brings about. */
const mailsOf = async (act: () => Promise<unknown>) => {
  await auth.mails.settled();
  const since = auth.mails.all.length;
  await act();
  await auth.mails.settled();
  return auth.mails.all.slice(since);
};

test("owners, administrators and the addresses are mailed once each, however often and by however many it is told [X6]", async () => {
  const told = alert({ addresses: ["cfo@example.com", owner.email.toUpperCase()] });
  const mails = await mailsOf(async () => {
    const answers = await Promise.all([tell(told), tell(told), tell(told)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await tell(told)).status).toBe(200);
  });
  expect(mails.map(({ to }) => to).sort()).toEqual(["cfo@example.com", owner.email, administrator.email].sort());
  for (const { subject, text } of mails) {
    expect(subject).toBe('80 % of the budget of the app "Roadmapper" is used');
    expect(text).toContain("$4.20 of $5.00 a day is used");
    expect(text).toContain("Reached at once: 50 %, 80 %.");
    expect(text).toContain("Tuesday, 1 December 2026 at 00:00 (Europe/Berlin)");
    expect(text).toContain(`/budgets?budget=${told.budgetId}`);
  }
  const { rows } = await auth.pool.query("select action, target from auth.audit_events where id = $1", [
    `aud_${told.id.replaceAll("-", "")}`,
  ]);
  expect(rows).toEqual([{ action: "budget.threshold", target: told.budgetId }]);
});

test("a forecast says when the money runs out; whatever an app is called, its name makes no link and no markup [X6]", async () => {
  const mails = await mailsOf(() =>
    tell(
      alert({
        kind: "budget.forecast",
        percents: [],
        name: '<a href="https://evil.example">click</a>',
        runsOutAt: "2026-11-30T12:30:00.000Z",
      }),
    ),
  );
  expect(mails).toHaveLength(2);
  for (const { subject, text, html } of mails) {
    expect(subject).toMatch(/^The budget of the app "[\p{L}\p{N} '&-]+" will run out early$/u);
    expect(text).toContain("it runs out on Monday, 30 November 2026 at 13:30 (Europe/Berlin)");
    expect(`${text}${html}`).not.toMatch(/evil\.example|<a href="https:\/\/evil/);
  }
});

test("nobody is mailed by another service, about an organization that does not use it, or where a field is wrong [X6]", async () => {
  const mails = await mailsOf(async () => {
    expect((await tell(alert(), "srv_bugfix")).status).toBe(403);
    expect((await tell(alert({ organizationId: "org_none" }))).status).toBe(404);
    const fields: readonly (readonly [string, unknown])[] = [
      ["timeZone", "Mars/Olympus"],
      ["addresses", Array.from({ length: 11 }, (_, n) => `a${n}@example.com`)],
      ["limitNanos", "-1"],
      ["kind", "security.alert"],
      ["budgetId", "../../evil"],
    ];
    for (const [field, value] of fields) {
      const { status, text } = await tell(alert({ [field]: value }));
      expect([status, text]).toEqual([400, expect.stringContaining(`"field":"${field}`)]);
    }
  });
  expect(mails).toEqual([]);
});

test("administrators are mailed that somebody asks for more, and whoever asked what was decided, once each [X6]", async () => {
  const request = (part: Readonly<Record<string, unknown>> = {}) => ({
    id: randomUUID(),
    organizationId,
    userId: member.id,
    state: "open",
    limitBeforeNanos: "5000000000",
    limitWantedNanos: "9000000000",
    grantedNanos: null,
    grantedUntil: null,
    ...part,
  });
  const tellRequest = (body: unknown) =>
    auth.call("POST", "/api/services/srv_nexus/told-budget-requests", { headers: { authorization }, body });
  const asked = await mailsOf(async () => {
    const open = request();
    expect((await Promise.all([tellRequest(open), tellRequest(open)])).map(({ status }) => status)).toEqual([200, 200]);
    expect((await tellRequest(request({ organizationId: "org_none" }))).status).toBe(404);
    expect((await tellRequest(request({ state: "perhaps" }))).status).toBe(400);
  });
  expect(asked.map(({ to }) => to).sort()).toEqual([owner.email, administrator.email].sort());
  expect(asked[0]?.text).toContain(`${member.email} asks for a limit of $9.00 in place of $5.00`);
  const granted = { state: "granted", grantedNanos: "7000000000", grantedUntil: "2026-12-01T00:00:00.000Z" };
  const decided = await mailsOf(() => tellRequest(request(granted)));
  expect(decided.map(({ to }) => to)).toEqual([member.email]);
  expect(decided[0]?.text).toContain("$7.00 in place of $5.00 until Tuesday, 1 December 2026 at 00:00 (UTC)");
});
