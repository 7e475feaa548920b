import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;

beforeEach(async () => {
  auth = await startTestAuth();
});
afterEach(() => auth.close());

const issue = async (): Promise<string> =>
  new URL((await auth.server.issueBootstrapLink())?.url ?? "").searchParams.get("token") ?? "";
const person = { name: "First Person", email: "first@example.com", password: "a very plain test sentence" };
const setUp = (token: string, extra: Record<string, unknown> = {}) =>
  auth.call("POST", "/setup", { body: { token, ...person, ...extra } });
const form = async (fields: Record<string, string>) => {
  const response = await fetch(`${auth.url}/setup`, { method: "POST", body: new URLSearchParams(fields) });
  return { status: response.status, html: await response.text(), headers: response.headers };
};

test("the link makes one platform super admin in org_admin, and the route is gone", async () => {
  const token = await issue();
  const made = await setUp(token);
  expect(made).toMatchObject({ status: 201, body: { organizationId: "org_admin", role: "platform_super_admin" } });
  for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
    const answer = await auth.call(
      method,
      `/setup?token=${token}`,
      method === "POST" ? { body: { token, ...person } } : {},
    );
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  }
  expect(await auth.server.issueBootstrapLink()).toBeUndefined();
  const { body } = await auth.call("POST", "/login", {
    body: { email: person.email, password: person.password },
    headers: { "x-service-id": "srv_nexus" },
  });
  // The organization of the first key comes first; the platform's own is a switch away.
  expect(body).toMatchObject({
    user: { id: made.body.userId },
    organization: { id: "org_topolo" },
    role: "owner",
    platformBypass: false,
  });
  const { body: switched } = await auth.call("POST", "/api/me/active-organization", {
    bearer: textOf(body, "accessToken"),
    headers: { "x-service-id": "srv_nexus" },
    body: { organizationId: "org_admin" },
  });
  expect(switched).toMatchObject({ role: "platform_super_admin", platformBypass: true });
});

test("a used link or a second submission answers 404 with a page that leads on", async () => {
  const token = await issue();
  expect((await setUp(token)).status).toBe(201);
  const headers = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  const answers = [
    await fetch(`${auth.url}/setup?token=${token}`, { headers }),
    await fetch(`${auth.url}/setup`, { method: "POST", headers, body: new URLSearchParams({ token, ...person }) }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toContain("text/html");
    const html = await answer.text();
    expect(html).toContain("The first administrator exists");
    expect(html).toContain('href="/sign-in"');
    expect(html).not.toContain(token);
  }
  const { rows } = await auth.pool.query("select count(*)::int as users from auth.users");
  expect(rows).toEqual([{ users: 1 }]);
});

test("twenty parallel uses of one link make one administrator", async () => {
  const token = await issue();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => setUp(token, { email: `first${index}@example.com` })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 201 || status === 403 || status === 404)).toHaveLength(20);
  const { rows } = await auth.pool.query(
    "select (select count(*) from auth.users)::int as users, (select count(*) from auth.organization_memberships)::int as members",
  );
  expect(rows).toEqual([{ users: 1, members: 2 }]);
});

test("once an administrator exists set-up stays closed, even when that account is gone", async () => {
  const { body } = await setUp(await issue());
  await auth.pool.query("delete from auth.users where id = $1", [textOf(body, "userId")]);
  expect(await auth.server.issueBootstrapLink()).toBeUndefined();
  expect((await auth.call("GET", "/setup")).status).toBe(404);
  await expect(auth.pool.query("delete from auth.bootstrap_done")).rejects.toThrow("never changed");
});

test("a link ends after an hour or when a new one is issued, and is never stored in the clear", async () => {
  const first = await issue();
  const second = await issue();
  expect(await setUp(first)).toMatchObject({ status: 403, body: { error: { code: "setup_link_invalid" } } });
  const { rows } = await auth.pool.query("select row_to_json(v)::text as row from auth.verification_tokens v");
  expect(JSON.stringify(rows)).not.toContain(second);
  auth.clock.advance(3_600_001);
  expect((await setUp(second)).status).toBe(403);
  expect((await auth.call("GET", `/setup?token=${second}`)).status).toBe(403);
});

test.each([
  ["seven characters", "1234567"],
  ["a well-known password", "Password123"],
  ["257 characters", "x".repeat(257)],
])("%s is no password", async (_, password) => {
  expect((await setUp(await issue(), { password })).body).toMatchObject({ error: { issues: [{ field: "password" }] } });
});

test("the form is complete, framed by nobody and loads nothing", async () => {
  const token = await issue();
  const response = await fetch(`${auth.url}/setup?token=${token}`);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  );
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("cache-control")).toBe("no-store");
  for (const name of ["name", "email", "password"]) expect(html).toMatch(new RegExp(`<label for="${name}">`));
  expect(html).not.toMatch(/<script|https?:\/\/|src=/);
});

test("a refused form keeps what was typed, escaped, and says what is wrong", async () => {
  const token = await issue();
  const refused = await form({ token, name: `<b>"x"</b>`, email: "first@example.com", password: "short" });
  expect(refused.status).toBe(400);
  expect(refused.html).toContain("&lt;b&gt;&quot;x&quot;&lt;/b&gt;");
  expect(refused.html).not.toContain("<b>");
  expect(refused.html).not.toContain('short"');
  expect(refused.html).toContain('aria-invalid="true" aria-describedby="password-error password-hint"');
  const done = await form({ token, ...person });
  expect(done.status).toBe(201);
  expect(done.html).toMatch(/NEXUS_PLATFORM_SUPER_ADMIN_USER_ID=usr_[0-9a-f]{32}/);
});

describe("after the form was sent", () => {
  test("is signed in, in the organization of the first key", async () => {
    const done = await form({ token: await issue(), ...person });
    const cookie = done.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(done.headers.getSetCookie()[0]).toMatch(/topolo_session=[\w-]{43}; .*HttpOnly/i);
    const { status, body } = await auth.call("POST", "/refresh", {
      cookie,
      headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" },
    });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ role: "owner", organization: expect.objectContaining({ id: "org_topolo" }) }),
    ]);
  });

  test("sees the way to the dashboard and the first call, and only a script that copies", async () => {
    await auth.close();
    const recorded: string[] = [];
    auth = await startTestAuth({
      dashboardOrigin: "http://localhost:3000",
      firstRunFile: "/home/o'neil/.nexus/first-run.json",
      onFirstAdministrator: async (userId) => void recorded.push(userId),
    });
    const done = await form({ token: await issue(), ...person });
    expect(done.html).toContain('href="http://localhost:3000/"');
    expect(done.html).toContain("curl http://localhost:3000/v1/chat/completions");
    expect(done.html).toContain("/home/o&#39;\\&#39;&#39;neil/.nexus/first-run.json");
    expect(done.html.match(/class="copy"/g)).toHaveLength(2);
    const { rows } = await auth.pool.query("select user_id from auth.bootstrap_done");
    expect(rows).toEqual([{ user_id: recorded[0] }]);
    // What is recorded needs no copying.
    expect(done.html).not.toContain("NEXUS_PLATFORM_SUPER_ADMIN_USER_ID");
    const script = /<script>([^]*?)<\/script>/.exec(done.html)?.[1] ?? "";
    expect(done.headers.get("content-security-policy")).toContain(
      `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    );
    expect(await setUp("x".repeat(43))).toMatchObject({ status: 404 });
    expect(recorded).toHaveLength(1);
  });
});
