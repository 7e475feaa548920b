import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { createAuthServer } from "../index.ts";
import { silentLogger } from "../../platform/logger.ts";
import { readManifests } from "./read-manifests.ts";

let auth: TestAuth;
let operator: string;
let owner: string;

beforeAll(async () => {
  auth = await startTestAuth();
  operator = (await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_admin" }))).token;
  owner = (await auth.login(await auth.addUser({ role: "owner" }))).token;
});
afterAll(() => auth.close());

const manifest = (id: string, extra: Readonly<Record<string, unknown>> = {}) => ({
  id,
  version: 1,
  slug: id.slice(4).replaceAll("_", "-"),
  name: "Weather",
  description: "Weather for boards",
  surface_kind: "application",
  surface_group: "apps",
  launchable: true,
  launch_url: "https://weather.example.com/",
  docs_url: "https://weather.example.com/docs",
  first_party: false,
  default_access: false,
  calls: ["srv_nexus"],
  origins: [],
  pages_projects: [],
  permissions: [{ permission: `${id}.reports:read`, description: "See reports" }],
  role_bundles: [{ name: "Members", role: "member", permissions: [`${id}.reports:read`] }],
  api_key_scopes: [{ scope: "reports", description: "Read reports", permissions: [`${id}.reports:read`] }],
  bindable_resource_types: [{ type: "station", label: "Station" }],
  ...extra,
});

const upload = (body: Readonly<Record<string, unknown>>, options: { query?: string; bearer?: string } = {}) =>
  auth.call("PUT", `/api/services/${String(body.id)}/manifest${options.query ?? ""}`, {
    bearer: options.bearer ?? operator,
    body,
  });
const basic = async (serviceId: string) => ({
  authorization: `Basic ${Buffer.from(`${serviceId}:${await auth.server.createServiceClientSecret(serviceId)}`).toString("base64")}`,
});

test("an operator registers a service by its manifest, and its next versions [E1, E2]", async () => {
  const id = "srv_weather";
  const first = manifest(id);
  const dry = await upload(first, { query: "?dry_run=true" });
  expect(dry).toMatchObject({ status: 200, body: { dryRun: true, applied: false } });
  expect(dry.body.changes).toContainEqual({
    part: "permissions",
    added: ["srv_weather.reports:read"],
    removed: [],
    changed: [],
  });
  expect((await auth.call("GET", `/api/services/${id}`, { bearer: operator })).status).toBe(404);

  expect(await upload(first)).toMatchObject({
    status: 200,
    body: { applied: true, registration: { complete: true, missing: [] } },
  });
  expect(await upload(first)).toMatchObject({ status: 200, body: { applied: false, changes: [] } });
  expect(await upload({ ...first, name: "Changed" })).toMatchObject({
    status: 409,
    body: { error: { code: "manifest_conflict", issues: [{ field: "version" }] } },
  });
  const second = await upload({ ...first, version: 2, name: "Weather report", docs_url: null, role_bundles: [] });
  expect(second.body).toMatchObject({
    applied: true,
    changes: [
      { part: "facts", added: [], removed: [], changed: ["name", "docs_url"] },
      { part: "role_bundles", added: [], removed: ["Members"], changed: [] },
    ],
    registration: { complete: false, missing: ["role_bundles", "docs"] },
  });
  const { rows } = await auth.pool.query(
    "select actor_type, details->>'version' as version from auth.audit_events where action = 'service.manifest-applied' and target = $1 order by id",
    [id],
  );
  expect(rows).toEqual([
    { actor_type: "user", version: "1" },
    { actor_type: "user", version: "2" },
  ]);
});

test("a checked-in manifest is not overwritten, and nobody becomes first-party [E2]", async () => {
  const nexus = (await readManifests()).find(({ id }) => id === "srv_nexus");
  expect(await upload({ ...nexus, version: 99 })).toMatchObject({
    status: 409,
    body: { error: { code: "manifest_conflict" } },
  });
  for (const [extra, field] of [
    [{ first_party: true }, "first_party"],
    [{ default_access: true }, "default_access"],
    [{ origins: ["https://weather.example.com"] }, "origins"],
    [{ pages_projects: [{ project: "weather", allow_previews: true }] }, "origins"],
    [{ launch_url: "https://10.0.0.1/" }, "launch_url"],
    [{ docs_url: "http://weather.example.com/" }, "docs_url"],
    [{ calls: ["srv_none"] }, "calls"],
  ] as const) {
    expect(await upload(manifest("srv_climber", extra))).toMatchObject({
      status: 400,
      body: { error: { issues: [{ field }] } },
    });
  }
  expect(await upload(manifest("srv_slug_thief", { slug: "nexus" }))).toMatchObject({
    status: 409,
    body: { error: { code: "slug_taken" } },
  });
  expect(
    (await auth.call("PUT", "/api/services/srv_one/manifest", { bearer: operator, body: manifest("srv_two") })).status,
  ).toBe(400);
});

test("only platform operators register services [E1]", async () => {
  expect((await upload(manifest("srv_denied"), { bearer: owner })).status).toBe(403);
  const adminMember = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "owner" }));
  expect((await upload(manifest("srv_denied"), { bearer: adminMember.token })).status).toBe(403);
  expect((await auth.call("PUT", "/api/services/srv_denied/manifest", { body: manifest("srv_denied") })).status).toBe(
    401,
  );
});

test("two uploads of one version: one is applied [E2]", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => upload(manifest("srv_raced", { name: `Name ${index}` }))),
  );
  expect(answers.filter(({ body }) => body.applied === true)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
});

test("a start leaves a registration that a newer version wrote [E2]", async () => {
  await auth.pool.query(
    "update auth.services set manifest_version = 99, manifest_sha256 = 'newer', name = 'Later' where id = 'srv_showcase'",
  );
  const settings = {
    databaseUrl: auth.databaseUrl,
    publicUrl: "http://localhost:3001",
    encryptionKey: Buffer.alloc(32, 7),
    clock: auth.clock,
    log: silentLogger,
  };
  await (await createAuthServer(settings)).close();
  const { rows } = await auth.pool.query("select name from auth.services where id = 'srv_showcase'");
  expect(rows).toEqual([{ name: "Later" }]);
});

test("the surface fields alone select applications [E3, E4]", async () => {
  const ids = async (query: string) => {
    const { body } = await auth.call("GET", `/api/services?${query}`, { bearer: owner });
    return (body.services as { id: string }[]).map(({ id }) => id);
  };
  expect(await ids("surface_kind=api")).toEqual(["srv_nexus"]);
  expect(await ids("launchable=false")).toContain("srv_nexus");
  expect(await ids("launchable=true")).not.toContain("srv_nexus");
  expect(await ids("surface_kind=application&launchable=true&surface_group=marketing")).toEqual([
    "srv_showcase",
    "srv_social_studio",
    "srv_socialize",
    "srv_topoloone",
  ]);
  for (const query of ["surface_kind=app", "launchable=1", "kind=api", "launchable=true&launchable=false"])
    expect((await auth.call("GET", `/api/services?${query}`, { bearer: owner })).status).toBe(400);
});

test("a third party's service is known where it may be used, and nowhere else [E4]", async () => {
  await upload(manifest("srv_private"));
  const organizationId = await auth.addOrganization();
  await auth.pool.query("delete from auth.organization_service_access where service_id = 'srv_private'");
  const { token } = await auth.login(await auth.addUser({ organizationId, role: "member" }));
  const knows = async (bearer: string) => {
    const one = await auth.call("GET", "/api/services/srv_private", { bearer });
    const { services } = (await auth.call("GET", "/api/services", { bearer })).body;
    const listed = (services as { id: string }[]).some(({ id }) => id === "srv_private");
    expect(one.status).toBe(listed ? 200 : 404);
    return listed;
  };
  expect(await knows(operator)).toBe(true);
  expect(await knows(token)).toBe(false);
  await auth.pool.query(
    "insert into auth.organization_service_access (organization_id, service_id, granted_by) values ($1, 'srv_private', 'test')",
    [organizationId],
  );
  expect(await knows(token)).toBe(true);
  expect(await knows(owner)).toBe(false);
  const own = await auth.call("GET", "/api/services/srv_private", { headers: await basic("srv_private") });
  expect(own.status).toBe(200);
  await upload(manifest("srv_neighbour"));
  const neighbour = { headers: await basic("srv_neighbour") };
  expect((await auth.call("GET", "/api/services/srv_private", neighbour)).status).toBe(404);
});

test("a service registers its bindable resources, and Auth serves them [E6]", async () => {
  const headers = await basic("srv_roadmapper");
  const path = "/api/services/srv_roadmapper/bindable-resources";
  const put = (organizationId: string, body: unknown, by = headers) =>
    auth.call("PUT", `${path}/${organizationId}`, { headers: by, body });
  const boards = ["b1", "b2", "b3"].map((resourceId) => ({ type: "board", resourceId, label: `Board ${resourceId}` }));
  expect(await put("org_topolo", { resources: boards })).toMatchObject({ status: 200, body: { count: 3 } });
  const read = async (query = "", bearer = owner) => auth.call("GET", `${path}${query}`, { bearer });
  expect((await read()).body).toMatchObject({
    organizationId: "org_topolo",
    types: [{ type: "board", label: "Board" }],
    resources: boards,
    nextAfter: null,
  });
  const page = await read("?limit=2");
  expect(page.body.resources).toEqual(boards.slice(0, 2));
  expect((await read(`?limit=2&after=${String(page.body.nextAfter)}`)).body.resources).toEqual(boards.slice(2));

  await put("org_topolo", { resources: [{ ...boards[0], label: "Renamed" }] });
  expect((await read()).body.resources).toEqual([{ ...boards[0], label: "Renamed" }]);

  const other = await auth.addOrganization();
  const stranger = await auth.login(await auth.addUser({ organizationId: other, role: "owner" }));
  expect((await read("", stranger.token)).body.resources).toEqual([]);
  expect((await read("?organization_id=org_topolo", stranger.token)).status).toBe(403);
  expect((await read("?organization_id=org_topolo", operator)).body.resources).toHaveLength(1);
  const guest = await auth.login(await auth.addUser({ role: "guest" }));
  expect((await read("", guest.token)).status).toBe(403);
  const asService = (by: Record<string, string>) =>
    auth.call("GET", `${path}?organization_id=org_topolo`, { headers: by });
  expect((await asService(headers)).body.resources).toHaveLength(1);
  expect((await asService(await basic("srv_bugfix"))).status).toBe(403);

  expect((await put("org_topolo", { resources: [] }, await basic("srv_bugfix"))).status).toBe(403);
  expect((await put("org_none", { resources: [] })).status).toBe(404);
  for (const body of [
    { resources: [{ type: "secret", resourceId: "1", label: "x" }] },
    { resources: [boards[0], boards[0]] },
    { type: "project", resources: [] },
    { resources: Array.from({ length: 501 }, (_, index) => ({ type: "board", resourceId: `${index}`, label: "" })) },
    { resources: [{ type: "board", resourceId: "a\nb", label: "" }] },
  ])
    expect((await put("org_topolo", body)).status).toBe(400);
  expect((await auth.call("PUT", `${path}/org_topolo`, { bearer: operator, body: { resources: [] } })).status).toBe(
    401,
  );
});

test("each first-party service serves a default bundle for every role of an organization [A11]", async () => {
  for (const { id, surface_kind: kind } of await readManifests()) {
    const { body } = await auth.call("GET", `/api/services/${id}/role-bundles`, { bearer: owner });
    const bundles = body.roleBundles as { role: string; isDefault: boolean; permissions: string[] }[];
    const roles = bundles.filter(({ isDefault }) => isDefault).map(({ role }) => role);
    // What nobody uses gives nothing out.
    expect(roles.sort()).toEqual(kind === "internal" ? [] : ["admin", "guest", "member", "owner", "super_admin"]);
    for (const permission of bundles.flatMap(({ permissions }) => permissions)) expect(permission).toMatch(`${id}.`);
  }
});

test("which accounts belong to a service is set by an operator, never inferred [A10, X25]", async () => {
  const user = await auth.addUser();
  const path = `/api/services/srv_showcase/principals/${user.id}`;
  const put = (bearer: string, principalType = "service_local") =>
    auth.call("PUT", path, { bearer, body: { principalType } });
  expect((await put(owner)).status).toBe(403);
  expect((await put(operator, "robot")).status).toBe(400);
  const before = await auth.login(user);
  expect((await auth.call("GET", "/validate", { bearer: before.token })).body).toMatchObject({
    user: { principalType: "human" },
  });
  expect((await put(operator)).body).toMatchObject({ userId: user.id, principalType: "service_local" });
  const tied = {
    user: { principalType: "service_local", principalServices: ["srv_showcase"], launcherEligible: false },
  };
  const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus" };
  for (const answer of [
    await auth.call("GET", "/validate", { bearer: before.token }),
    await auth.call("GET", "/api/me", { bearer: before.token }),
    await auth.call("POST", "/refresh", { cookie: before.cookie, headers }),
    await auth.call("POST", "/login", { headers, body: { email: user.email, password: user.password } }),
  ])
    expect(answer).toMatchObject({ status: 200, body: tied });
  const list = "/api/services/srv_showcase/principals";
  const own = await auth.call("GET", list, { headers: await basic("srv_showcase") });
  expect(own.body.principals).toMatchObject([{ userId: user.id, principalType: "service_local" }]);
  expect((await auth.call("GET", list, { headers: await basic("srv_bugfix") })).status).toBe(403);
  expect((await auth.call("GET", list, { bearer: owner })).status).toBe(403);
  expect((await auth.call("DELETE", path, { bearer: owner })).status).toBe(403);
  expect((await auth.call("DELETE", path, { bearer: operator })).body).toMatchObject({ removed: true });
  expect((await auth.call("DELETE", path, { bearer: operator })).status).toBe(404);
  const { rows } = await auth.pool.query(
    "select action from auth.audit_events where target = $1 and action like 'principal.%' order by id",
    [user.id],
  );
  expect(rows).toEqual([{ action: "principal.put" }, { action: "principal.remove" }]);
});
