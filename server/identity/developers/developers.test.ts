import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { developerStatuses, mayFollow, workspaceStatusOf } from "./developer-status.ts";

let auth: TestAuth;
let operator: { readonly id: string; readonly token: string };

beforeAll(async () => {
  auth = await startTestAuth();
  const user = await auth.addUser({ organizationId: "org_admin", role: "platform_admin" });
  operator = { id: user.id, token: (await auth.login(user)).token };
});
afterAll(() => auth.close());

const addDeveloper = async (organizationId: string | null = null, status = "pending"): Promise<string> => {
  const id = newPrefixedId("dev");
  await auth.pool.query(
    "insert into auth.developers (id, email, name, organization_id, status) values ($1, $2, 'Ann', $3, $4)",
    [id, `${id.slice(-12)}@example.com`, organizationId, status],
  );
  return id;
};
const review = (id: string, body: Readonly<Record<string, unknown>>, bearer = operator.token) =>
  auth.call("PATCH", `/api/developers/${id}/status`, { bearer, body });
const list = (query = "", bearer = operator.token) => auth.call("GET", `/api/developers${query}`, { bearer });
const idsOf = (body: Readonly<Record<string, unknown>>) => (body.developers as { id: string }[]).map(({ id }) => id);

test("operators list developers by status, address and workspace, page by page [F6]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const ids = [
    await addDeveloper(organizationId),
    await addDeveloper(),
    await addDeveloper(null, "approved"),
  ].reverse();
  expect(idsOf((await list()).body)).toEqual(ids);
  expect(idsOf((await list("?status=approved")).body)).toEqual([ids[0]]);
  const { body } = await list(`?organization_id=${organizationId}`);
  expect(body.developers).toMatchObject([
    { id: ids[2], status: "pending", submissionCount: 0, organization: { id: organizationId, status: "active" } },
  ]);
  expect(
    idsOf((await list(`?email=${textOf((body.developers as Record<string, unknown>[])[0] ?? {}, "email")}`)).body),
  ).toEqual([ids[2]]);
  const first = await list("?limit=2");
  expect(idsOf(first.body)).toEqual(ids.slice(0, 2));
  const second = await list(`?limit=2&after=${textOf(first.body, "nextAfter")}`);
  expect(idsOf(second.body)).toEqual(ids.slice(2));
  expect(second.body.nextAfter).toBeNull();
  for (const query of ["?limit=0", "?limit=101", "?status=new", "?after=x", "?role=owner"])
    expect((await list(query)).status).toBe(400);
});

test("only platform operators see and review developers [F6]", async () => {
  const id = await addDeveloper();
  for (const [organizationId, role] of [
    ["org_topolo", "owner"],
    ["org_topolo", "member"],
    ["org_admin", "owner"],
    ["org_admin", "member"],
  ] as const) {
    const { token } = await auth.login(await auth.addUser({ organizationId, role }));
    expect((await list("", token)).status).toBe(403);
    expect((await auth.call("GET", `/api/developers/${id}`, { bearer: token })).status).toBe(403);
    expect((await review(id, { status: "approved" }, token)).status).toBe(403);
  }
  expect((await auth.call("GET", "/api/developers")).status).toBe(401);
  expect((await auth.call("PATCH", `/api/developers/${id}/status`, { body: { status: "approved" } })).status).toBe(401);
});

test("a review is stored with its audit event and the applications it decides [F6]", async () => {
  const id = await addDeveloper();
  await auth.pool.query(
    "insert into auth.intake_submissions (id, kind, developer_id, payload, contact_email, turnstile_hostname, turnstile_action, ip_hash) values ('sub_1', 'developer_application', $1, '{\"useCase\": \"Weather\"}', 'a@example.com', 'localhost', 'developer-apply', '\\x00')",
    [id],
  );
  const done = await review(id, { status: "approved", notes: "Looks good" });
  expect(done).toMatchObject({
    status: 200,
    body: {
      id,
      status: "approved",
      notes: "Looks good",
      reviewedBy: operator.id,
      reviewedAt: expect.any(String),
      submissions: [{ id: "sub_1", status: "accepted", payload: { useCase: "Weather" } }],
    },
  });
  expect((await auth.call("GET", `/api/developers/${id}`, { bearer: operator.token })).body).toEqual(done.body);
  expect((await review(id, { notes: "Later" })).body).toMatchObject({ status: "approved", notes: "Later" });
  const { rows } = await auth.pool.query(
    "select actor_id, details from auth.audit_events where action = 'developer.review' and target = $1 order by id",
    [id],
  );
  expect(rows).toEqual([
    { actor_id: operator.id, details: { from: "pending", to: "approved", notesChanged: true } },
    { actor_id: operator.id, details: { from: "approved", to: "approved", notesChanged: true } },
  ]);
  for (const body of [{}, { status: "gone" }, { notes: "x".repeat(4_001) }, { status: "approved", role: "owner" }])
    expect((await review(id, body)).status).toBe(400);
  expect((await review("dev_none", { status: "approved" })).status).toBe(404);
});

test("a status change that is not allowed is refused and changes nothing [F6]", async () => {
  for (const from of developerStatuses)
    for (const to of developerStatuses) {
      const id = await addDeveloper(null, from);
      const { status, body } = await review(id, { status: to });
      if (mayFollow(from, to)) expect(body).toMatchObject({ status: to });
      else expect({ status, body }).toMatchObject({ status: 409, body: { error: { code: "status_conflict" } } });
    }
  expect(developerStatuses.filter((to) => mayFollow("revoked", to))).toEqual([]);
});

test("suspending a developer suspends workspace and apps at once, and approving brings them back [F4, F6]", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const id = await addDeveloper(organizationId, "approved");
  const owner = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
  await auth.pool.query(
    "insert into auth.services (id, slug, name, surface_kind, surface_group, owner_organization_id, calls) values ('srv_theirs', 'theirs', 'Theirs', 'application', 'apps', $1, '{}')",
    [organizationId],
  );
  const create = () =>
    auth.call("POST", "/api/api-keys", { bearer: owner.token, body: { name: "k", scopes: ["srv_nexus.usage"] } });
  const made = await create();
  expect(made.status).toBe(201);
  const validate = () => auth.call("GET", "/validate", { bearer: textOf(made.body, "apiKey") });
  const app = async () =>
    (await auth.pool.query("select status from auth.services where id = 'srv_theirs'")).rows[0] as unknown;

  expect((await review(id, { status: "suspended" })).body).toMatchObject({ organization: { status: "suspended" } });
  expect(await create()).toMatchObject({ status: 403, body: { error: { code: "workspace_suspended" } } });
  expect(await validate()).toMatchObject({ status: 401, body: { error: "workspace_suspended" } });
  expect(await app()).toEqual({ status: "disabled" });

  expect((await review(id, { status: "approved" })).body).toMatchObject({ organization: { status: "active" } });
  expect((await create()).status).toBe(201);
  expect((await validate()).status).toBe(200);
  expect(await app()).toEqual({ status: "active" });

  expect((await review(id, { status: "revoked" })).body).toMatchObject({ organization: { status: "revoked" } });
  expect(await create()).toMatchObject({ status: 403, body: { error: { code: "workspace_suspended" } } });
  const { rows } = await auth.pool.query(
    "select details->>'status' as status from auth.audit_events where action = 'organization.status' and target = $1 order by id",
    [organizationId],
  );
  expect(rows.map(({ status }: { status: string }) => status)).toEqual(["suspended", "active", "revoked"]);
});

test("a review touches no organization of another kind [F6]", async () => {
  const id = await addDeveloper("org_topolo", "approved");
  await review(id, { status: "suspended" });
  const { rows } = await auth.pool.query("select status from auth.organizations where id = 'org_topolo'");
  expect(rows).toEqual([{ status: "active" }]);
});

test("a workspace made by registration belongs to the developer of that address [F3, F6]", async () => {
  const known = await addDeveloper(null, "suspended");
  const { rows } = await auth.pool.query<{ email: string }>("select email from auth.developers where id = $1", [known]);
  for (const email of ["fresh@example.com", rows[0]?.email ?? ""]) {
    const sent = await auth.call("POST", "/register", {
      body: { email, password: "a very plain test sentence", developerWorkspace: true, createOrganization: true },
    });
    expect(sent.status).toBe(202);
  }
  const found = await auth.pool.query(
    "select d.status, d.user_id = u.id as linked, o.kind, o.status as workspace from auth.developers d join auth.users u on u.email = d.email join auth.organizations o on o.id = d.organization_id where d.email = any($1) order by d.status",
    [["fresh@example.com", rows[0]?.email]],
  );
  expect(found.rows).toEqual([
    { status: "pending", linked: true, kind: "developer_workspace", workspace: "active" },
    { status: "suspended", linked: true, kind: "developer_workspace", workspace: "suspended" },
  ]);
});

test("the workspace of each status [F4]", () => {
  expect(developerStatuses.map(workspaceStatusOf)).toEqual(["active", "active", "active", "suspended", "revoked"]);
});

test("parallel reviews and workspace changes are serialized, and none fails", async () => {
  const reason = "looked at again";
  const pairs = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const organizationId = await auth.addOrganization("developer_workspace");
      return { organizationId, id: await addDeveloper(organizationId, "approved") };
    }),
  );
  const answers = await Promise.all(
    pairs.flatMap(({ organizationId, id }) => [
      review(id, { status: "suspended" }),
      auth.call("PATCH", `/api/organizations/${organizationId}`, {
        bearer: operator.token,
        body: { status: "suspended", reason },
      }),
    ]),
  );
  // Whoever comes second finds it done.
  expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  for (const { organizationId, id } of pairs) {
    const { rows } = await auth.pool.query(
      "select o.status as workspace, d.status as developer from auth.developers d join auth.organizations o on o.id = $1 where d.id = $2",
      [organizationId, id],
    );
    expect(rows).toEqual([{ workspace: "suspended", developer: "suspended" }]);
  }
});

test("a review and a workspace change at once do not deadlock", async () => {
  const organizationId = await auth.addOrganization("developer_workspace");
  const id = await addDeveloper(organizationId, "approved");
  const holder = await auth.pool.connect();
  await holder.query("begin");
  await holder.query("select from auth.organizations where id = $1 for update", [organizationId]);
  const reviewed = review(id, { status: "suspended" });
  await expect
    .poll(async () => (await auth.pool.query("select from pg_locks where not granted")).rowCount, { timeout: 5_000 })
    .toBeGreaterThan(0);
  await holder.query("set local lock_timeout = '2s'");
  await holder.query("update auth.developers set notes = 'held' where id = $1", [id]);
  await holder.query("commit");
  holder.release();
  expect((await reviewed).status).toBe(200);
});

test("a revoked workspace stays revoked, and a rejection brings no suspended one back [F4, F6]", async () => {
  const states = async (organizationId: string) => {
    const { rows } = await auth.pool.query<{ status: string }>(
      "select status from auth.organizations where id = $1 union all select status from auth.services where owner_organization_id = $1",
      [organizationId],
    );
    return rows.map(({ status }) => status);
  };
  const workspace = async (status: string): Promise<{ readonly organizationId: string; readonly id: string }> => {
    const organizationId = await auth.addOrganization("developer_workspace");
    await auth.pool.query("update auth.organizations set status = $2 where id = $1", [organizationId, status]);
    const serviceId = newPrefixedId("srv");
    await auth.pool.query(
      `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, first_party, status, owner_organization_id)
       values ($1, $2, 'App', '', 'api', 'partner', false, false, 'disabled', $3)`,
      [serviceId, serviceId.replace("_", "-"), organizationId],
    );
    return { organizationId, id: await addDeveloper(organizationId) };
  };
  const revoked = await workspace("revoked");
  expect((await review(revoked.id, { status: "approved" })).status).toBe(200);
  expect(await states(revoked.organizationId)).toEqual(["revoked", "disabled"]);
  const suspended = await workspace("suspended");
  expect((await review(suspended.id, { status: "rejected" })).status).toBe(200);
  expect(await states(suspended.organizationId)).toEqual(["suspended", "disabled"]);
  expect((await review(suspended.id, { status: "approved" })).status).toBe(200);
  expect(await states(suspended.organizationId)).toEqual(["active", "active"]);
});
