import { createAuthMiddleware } from "@topolo/auth-middleware";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { openResourcePublisher } from "./publish-resources.ts";

let auth: TestAuth;
let nexus: ConsumingGateway;
let publisher: ReturnType<typeof openResourcePublisher>;

beforeAll(async () => {
  auth = await startTestAuth();
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret });
  publisher = openResourcePublisher({
    auth: createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_nexus", clientSecret }),
    deps: nexus.deps,
  });
});
afterAll(async () => {
  await publisher.close();
  await nexus.close();
  await auth.close();
});

const bearerOf = (credential: string) => ({ authorization: `Bearer ${credential}` });

const owner = async (organizationId: string, serviceId = "srv_nexus"): Promise<string> =>
  (await auth.login(await auth.addUser({ role: "owner", organizationId }), serviceId)).token;

interface Bound {
  readonly type: string;
  readonly resourceId: string;
}

const makeKey = (bearer: string, resourceBindings: readonly Bound[], extra: object = {}) =>
  auth.call("POST", "/api/api-keys", {
    bearer,
    body: { name: "bound", scopes: ["srv_nexus.ai", "srv_nexus.usage"], resourceBindings, ...extra },
  });

const keyFor = async (bearer: string, resourceBindings: readonly Bound[], extra: object = {}): Promise<string> => {
  const made = await makeKey(bearer, resourceBindings, extra);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return textOf(made.body, "apiKey");
};

/** What Auth offers to the organization, once it is what was expected or five seconds have passed. */
const offered = async (bearer: string, type: string, expected: (ids: readonly string[]) => boolean) => {
  const until = performance.now() + 5_000;
  for (;;) {
    const { body } = await auth.call("GET", `/api/services/srv_nexus/bindable-resources?type=${type}`, { bearer });
    const ids = (body.resources as readonly Bound[]).map(({ resourceId }) => resourceId);
    if (expected(ids) || performance.now() > until) return ids;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const setBudget = async (bearer: string, scope: object = { scope: "organization" }): Promise<string> => {
  const { status, text } = await nexus.ask("PUT", "/api/usage/budgets", bearerOf(bearer), {
    period: "month",
    limitNanos: "100000000000",
    ...scope,
  });
  expect(status, text).toBe(200);
  await nexus.refresh();
  return textOf(JSON.parse(text) as Record<string, unknown>, "id");
};

const chatWith = async (key: string): Promise<number> => (await nexus.chat(bearerOf(key))).status;

test("Nexus tells Auth of its budgets and apps, and of what becomes of them [E6]", async () => {
  const organizationId = await auth.addOrganization();
  const bearer = await owner(organizationId);
  const id = await setBudget(bearer);
  expect(await offered(bearer, "budget", (ids) => ids.length > 0)).toEqual([id]);
  const apps = await offered(bearer, "app", (ids) => ids.includes("srv_bugfix"));
  expect(apps).toContain("srv_roadmapper");
  const off = await nexus.ask("POST", "/api/apps/srv_bugfix/state", bearerOf(bearer), { enabled: false });
  expect(off.status, off.text).toBe(200);
  expect(await offered(bearer, "app", (ids) => !ids.includes("srv_bugfix"))).not.toContain("srv_bugfix");
  expect((await nexus.ask("DELETE", `/api/usage/budgets/${id}`, bearerOf(bearer))).status).toBe(200);
  expect(await offered(bearer, "budget", (ids) => ids.length === 0)).toEqual([]);
});

test("a key bound to a budget calls while that budget counts it, manages nothing, and ends with the budget [E6, F1]", async () => {
  const organizationId = await auth.addOrganization();
  const bearer = await owner(organizationId);
  const id = await setBudget(bearer);
  await offered(bearer, "budget", (ids) => ids.includes(id));
  const key = await keyFor(bearer, [{ type: "budget", resourceId: id }]);
  const free = await keyFor(bearer, []);
  expect([await chatWith(key), await chatWith(free)]).toEqual([200, 200]);
  expect((await nexus.ask("GET", "/api/usage/budgets", bearerOf(key))).status).toBe(403);
  expect((await nexus.ask("GET", "/api/usage/budgets", bearerOf(free))).status).toBe(200);

  const ofApp = await setBudget(bearer, { scope: "app", scopeId: "srv_roadmapper" });
  await offered(bearer, "budget", (ids) => ids.includes(ofApp));
  const other = await keyFor(bearer, [{ type: "budget", resourceId: ofApp }]);
  expect(await chatWith(other)).toBe(403);

  expect((await nexus.ask("DELETE", `/api/usage/budgets/${id}`, bearerOf(bearer))).status).toBe(200);
  await nexus.refresh();
  expect([await chatWith(key), await chatWith(free)]).toEqual([403, 200]);
  expect(await offered(bearer, "budget", (ids) => !ids.includes(id))).toEqual([ofApp]);
  expect([await chatWith(key), await chatWith(free)]).toEqual([403, 200]);
});

test("a key bound to an app calls as that app alone [E6]", async () => {
  const organizationId = await auth.addOrganization();
  await setBudget(await owner(organizationId));
  const bearer = await owner(organizationId, "srv_roadmapper");
  await offered(bearer, "app", (ids) => ids.includes("srv_bugfix"));
  const attributed = { serviceId: "srv_roadmapper" };
  const own = await keyFor(bearer, [{ type: "app", resourceId: "srv_roadmapper" }], attributed);
  const foreign = await keyFor(bearer, [{ type: "app", resourceId: "srv_bugfix" }], attributed);
  const nobodys = await keyFor(bearer, [{ type: "app", resourceId: "srv_roadmapper" }]);
  expect(await Promise.all([chatWith(own), chatWith(foreign), chatWith(nobodys)])).toEqual([200, 403, 403]);
});
