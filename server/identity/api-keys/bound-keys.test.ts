import { createAuthMiddleware, createGuard, type AuthMiddleware } from "@topolo/auth-middleware";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/logger.ts";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { openAppRegistry } from "../index.ts";

let auth: TestAuth;
let service: AuthMiddleware;

const id = "srv_notes";

/** The service as `nexus app add notes --resource board=Board` makes it, with the credential it prints. */
beforeAll(async () => {
  auth = await startTestAuth();
  const registry = await openAppRegistry({ databaseUrl: auth.databaseUrl, clock: systemClock, log: silentLogger });
  const added = await registry.add({
    slug: "notes",
    name: "Notes",
    dev: undefined,
    resourceTypes: [{ type: "board", label: "Board" }],
    organizationIds: ["org_topolo"],
  });
  await registry.close();
  auth.clock.advance(1_100);
  if (typeof added === "string" || added.clientSecret === undefined) throw new Error("no credential");
  service = createAuthMiddleware({ authUrl: auth.url, serviceId: id, clientSecret: added.clientSecret });
});
afterAll(() => auth.close());

const board = (resourceId: string) => ({ type: "board", resourceId, label: `Board ${resourceId}` });
const bound = (...ids: readonly string[]) => ids.map((resourceId) => ({ type: "board", resourceId }));

const organizationWith = async (...boards: readonly string[]): Promise<{ organizationId: string; token: string }> => {
  const organizationId = await auth.addOrganization();
  await service.resources.replace(organizationId, "board", boards.map(board));
  const { token } = await auth.login(await auth.addUser({ role: "owner", organizationId }));
  return { organizationId, token };
};

const makeKey = (bearer: string, resourceBindings: readonly object[], scopes = [`${id}.use`]) =>
  auth.call("POST", "/api/api-keys", { bearer, body: { name: "bound", scopes, resourceBindings } });

const keyFor = async (bearer: string, ...boards: readonly string[]): Promise<string> => {
  const made = await makeKey(bearer, bound(...boards));
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return textOf(made.body, "apiKey");
};

/** A service with one route for a board, and one that says nothing of resources. */
const ask = async (key: string, boardId?: string): Promise<number> => {
  const guard = createGuard(service);
  const request = new Request("http://notes.example/", { headers: { authorization: `Bearer ${key}` } });
  const answer = () => new Response(null, { status: 204 });
  const ofBoard = guard.handler(
    {
      permission: `${id}.app:use`,
      resource: (_request: Request, of: string) => ({ type: "board", resourceId: of }),
    },
    (_request, _principal, _of: string) => answer(),
  );
  const unaware = guard.handler(`${id}.app:use`, answer);
  return (boardId === undefined ? await unaware(request) : await ofBoard(request, boardId)).status;
};

test("a key bound to a resource works for it alone, and at no route that does not say what it is about [E6, F1]", async () => {
  const { token } = await organizationWith("b1", "b2", "b3");
  const key = await keyFor(token, "b1", "b2");
  const free = textOf((await makeKey(token, [])).body, "apiKey");
  expect((await service.validate(key)).apiKey?.resourceBindings).toEqual([
    { serviceId: id, type: "board", resourceId: "b1" },
    { serviceId: id, type: "board", resourceId: "b2" },
  ]);
  expect(await Promise.all([ask(key, "b1"), ask(key, "b2"), ask(key, "b3"), ask(key)])).toEqual([204, 204, 403, 403]);
  expect(await Promise.all([ask(free, "b3"), ask(free)])).toEqual([204, 204]);
});

test("a bound key is bound at every service of its scopes [E6]", async () => {
  const { token } = await organizationWith("b1");
  const refused = { status: 400, body: { error: { issues: [{ field: "resourceBindings" }] } } };
  expect(await makeKey(token, bound("b1"), [`${id}.use`, "srv_nexus.ai"])).toMatchObject(refused);
  expect(await makeKey(token, [{ serviceId: "srv_roadmapper", ...bound("b1")[0] }])).toMatchObject(refused);
  expect((await makeKey(token, [{ serviceId: id, ...bound("b1")[0] }])).status).toBe(201);
});

test("a type of the same name at another service widens nothing [E6]", async () => {
  const { organizationId, token } = await organizationWith("b1");
  const secret = await auth.server.createServiceClientSecret("srv_roadmapper");
  const roadmapper = createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_roadmapper", clientSecret: secret });
  await roadmapper.resources.replace(organizationId, "board", [board("b1"), board("b2")]);
  const scopes = [`${id}.use`, "srv_roadmapper.read"];
  const both = [
    { serviceId: id, type: "board", resourceId: "b1" },
    { serviceId: "srv_roadmapper", type: "board", resourceId: "b2" },
  ];
  expect((await makeKey(token, bound("b1"), scopes)).status).toBe(400);
  const key = textOf((await makeKey(token, both, scopes)).body, "apiKey");
  expect((await roadmapper.validate(key)).apiKey?.resourceBindings).toEqual([both[1]]);
  expect((await service.validate(key)).apiKey?.resourceBindings).toEqual([both[0]]);
});

test.each([
  ["changes", (organizationId: string) => service.resources.change(organizationId, { remove: bound("b1") })],
  ["replaces", (organizationId: string) => service.resources.replace(organizationId, "board", [board("b2")])],
] as const)(
  "when the service %s its catalogue, a removed resource ends the binding for good and never widens the key [E6]",
  async (_, remove) => {
    const { organizationId, token } = await organizationWith("b1", "b2");
    const [one, both] = [await keyFor(token, "b1"), await keyFor(token, "b1", "b2")];
    await remove(organizationId);
    const nothing = await service.validate(one);
    expect([nothing.permissions.size, nothing.apiKey?.resourceBindings]).toEqual([0, []]);
    expect(await Promise.all([ask(one, "b1"), ask(one, "b2"), ask(one)])).toEqual([403, 403, 403]);
    expect(await Promise.all([ask(both, "b1"), ask(both, "b2"), ask(both)])).toEqual([403, 204, 403]);
    // A later resource of that id is another one.
    await service.resources.change(organizationId, { put: [board("b1")] });
    expect(await Promise.all([ask(one, "b1"), ask(both, "b1")])).toEqual([403, 403]);
    const { rows } = await auth.pool.query<{ action: string }>(
      "select action from auth.audit_events where organization_id = $1 and action like 'bindable-resources.%'",
      [organizationId],
    );
    expect(rows.length).toBeGreaterThan(1);
  },
);

test("a successor is bound as its predecessor was, also to what was removed [F1]", async () => {
  const { organizationId, token } = await organizationWith("b1");
  const made = await makeKey(token, bound("b1"));
  await service.resources.change(organizationId, { remove: bound("b1") });
  const keyId = textOf(made.body.key as Record<string, unknown>, "id");
  const next = await auth.call("POST", `/api/api-keys/${keyId}/rotate`, { bearer: token, body: {} });
  expect(next.status).toBe(201);
  expect(await ask(textOf(next.body, "apiKey"), "b1")).toBe(403);
});

test("a new version of the manifest keeps the resources of its types and ends those of types it drops [E6]", async () => {
  const { organizationId, token } = await organizationWith("b1");
  const key = await keyFor(token, "b1");
  const listed = async () => (await service.resources.list(organizationId)).map(({ resourceId }) => resourceId);
  expect(await listed()).toEqual(["b1"]);
  const apply = async (types: readonly object[]) => {
    const { applyManifest } = await import("../catalogue/apply-manifest.ts");
    const { plainManifest } = await import("../catalogue/local-apps/plain-manifest.ts");
    const manifest = {
      ...plainManifest("notes", "Notes"),
      bindable_resource_types: types as { type: string; label: string }[],
    };
    const client = await auth.pool.connect();
    await applyManifest(client, manifest, { actorType: "system" }, new Date());
    client.release();
  };
  await apply([{ type: "board", label: "Boards" }]);
  expect([await listed(), await ask(key, "b1")]).toEqual([["b1"], 204]);
  await apply([]);
  expect([await listed(), await ask(key, "b1")]).toEqual([[], 403]);
});

test("a service changes its own catalogue alone, in organizations that use it [E6]", async () => {
  const organizationId = await auth.addOrganization();
  await auth.pool.query(
    "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = $2",
    [organizationId, id],
  );
  await expect(service.resources.change(organizationId, { put: [board("b1")] })).rejects.toThrow();
  await expect(service.resources.change("org_topolo", { put: [{ ...board("b1"), type: "list" }] })).rejects.toThrow();
  const secret = await auth.server.createServiceClientSecret("srv_bugfix");
  const authorization = `Basic ${Buffer.from(`srv_bugfix:${secret}`).toString("base64")}`;
  const foreign = await auth.call("PATCH", `/api/services/${id}/bindable-resources/org_topolo`, {
    headers: { authorization },
    body: { put: [board("b1")] },
  });
  expect(foreign.status).toBe(403);
});
