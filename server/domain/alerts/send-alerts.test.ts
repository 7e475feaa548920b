import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { openKeyring } from "../../platform/crypto/index.ts";
import { createEgress, type Egress } from "../../platform/egress/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { setBudget } from "../budgets/index.ts";
import {
  createWebhook,
  getAlertSettings,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  rotateWebhook,
  sendAlerts,
  setAlertSettings,
  testWebhook,
  type AlertDeps,
  type AlertForAuth,
} from "./index.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let base: TestDeps;
let deps: AlertDeps;
let egress: Egress;
let server: Server;
let address: string;
let ctx: CallContext;
const received: Received[] = [];
/** What the receiver answers. */
let status = 204;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  address = `http://127.0.0.1:${bound.port}/hooks?tenant=7`;
  base = await openTestDeps();
  egress = createEgress({ allow: [`127.0.0.1:${bound.port}`], log, clock: base.clock });
  deps = { ...base, egress, secretBox: openKeyring(`k1:${randomBytes(32).toString("base64")}`) };
});
afterAll(async () => {
  server.close();
  await egress.close();
  await base.close();
});
beforeEach(() => {
  ctx = testContext();
  received.length = 0;
  status = 204;
});

const mails: AlertForAuth[] = [];
const send = (tellAuth: (alert: AlertForAuth) => Promise<boolean> = async (alert) => mails.push(alert) > 0) =>
  sendAlerts({ ...deps, dashboardUrl: "https://nexus.example", tellAuth, isClosed: () => false });

/** A budget of the organization of which everything is used. */
const used = async (settings: Partial<Parameters<typeof setAlertSettings>[2]> = {}): Promise<string> => {
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "month", limitNanos: "5000000000" });
  await setAlertSettings(deps, ctx, { id, ...settings });
  await base.db.pool.query("update nexus.budget set spent = lim where rule_id = $1", [id]);
  await base.db.pool.query("select nexus.nexus_raise_alerts()");
  return id;
};

/** Lets a pause, or the lease of a process that died, be over. */
const makeDue = () =>
  base.db.pool.query(
    "update nexus.alert_delivery set next_at = clock_timestamp() where state = 'waiting' and organization_id = $1",
    [ctx.organizationId],
  );

const deliveries = async () => (await listDeliveries(deps, ctx)).deliveries;

test("a budget tells the administrators, if nothing else is said", async () => {
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "month", limitNanos: "5" });
  expect(await getAlertSettings(deps, ctx, { id })).toEqual({
    forecast: false,
    administrators: true,
    addresses: [],
    webhookIds: [],
  });
  await setAlertSettings(deps, ctx, { id, administrators: false, addresses: ["Cfo@Example.com", "cfo@example.com"] });
  await setBudget(deps, ctx, { scope: "organization", period: "month", limitNanos: "6" });
  expect(await getAlertSettings(deps, ctx, { id })).toMatchObject({
    administrators: false,
    addresses: ["cfo@example.com"],
  });
});

test("a webhook is told with a signature of Standard Webhooks, and where to look", async () => {
  const { webhook, secret } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  const id = await used({ administrators: false, webhookIds: [webhook.id] });
  await send();
  expect(received).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: "" }] = received;
  expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
  expect(JSON.parse(body)).toMatchObject({
    type: "budget.threshold_reached",
    data: {
      organizationId: ctx.organizationId,
      budget: { id, scope: "organization", period: "month", hard: true },
      thresholds: [80, 100],
      usedNanos: "5000000000",
      limitNanos: "5000000000",
      url: `https://nexus.example/budgets?budget=${id}`,
    },
  });
  expect(await deliveries()).toMatchObject([
    { id: headers["webhook-id"], channel: "webhook", state: "delivered", status: 204, tries: 1, thresholds: [80, 100] },
  ]);
});

test("a process that dies after it has sent leaves the message to be sent again under the same id, and no other", async () => {
  const { webhook } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  await used({ webhookIds: [webhook.id] });
  const told: AlertForAuth[] = [];
  // Whoever was told by it never hears that it was.
  const dying = sendAlerts({
    ...deps,
    db: {
      ...deps.db,
      pool: new Proxy(deps.db.pool, {
        get: (pool, name) => (name === "query" ? dyingQuery(pool) : Reflect.get(pool, name)),
      }),
    },
    dashboardUrl: "https://nexus.example",
    tellAuth: async (alert) => told.push(alert) > 0,
    isClosed: () => false,
  });
  await expect(dying).rejects.toThrow("killed");
  expect([told.length, received.length]).toEqual([1, 1]);
  await send(async (alert) => told.push(alert) > 0);
  expect([told.length, received.length]).toEqual([1, 1]);
  await makeDue();
  await send(async (alert) => told.push(alert) > 0);
  await makeDue();
  await send(async (alert) => told.push(alert) > 0);
  expect(told.map(({ id }) => id)).toEqual([told[0]?.id, told[0]?.id]);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"]))).toHaveProperty("size", 1);
  expect(received).toHaveLength(2);
  expect((await deliveries()).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
});

const dyingQuery =
  (pool: TestDeps["db"]["pool"]) =>
  (text: string, values: unknown[]): Promise<unknown> =>
    text.includes("set state") ? Promise.reject(new Error("killed")) : pool.query(text, values);

test("what is not taken is tried again, later each time, and given up after eight tries", async () => {
  const { webhook } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  await used({ administrators: false, webhookIds: [webhook.id] });
  status = 500;
  const waits: number[] = [];
  for (let tries = 1; tries <= 8; tries += 1) {
    await makeDue();
    await send();
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ tries, status: 500, error: "It answered with status 500." });
    if (tries < 8) {
      expect(delivery?.state).toBe("waiting");
      waits.push(Date.parse(delivery?.nextAt ?? "") - Date.now());
    }
  }
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect((await deliveries())[0]).toMatchObject({ state: "failed", nextAt: null });
  await makeDue();
  await send();
  expect(received).toHaveLength(8);
});

test.each([
  [410, "failed"],
  [302, "waiting"],
  [429, "waiting"],
])("an answer with status %i leaves it %s", async (answered, state) => {
  const { webhook } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  await used({ administrators: false, webhookIds: [webhook.id] });
  status = answered;
  await send();
  expect(await deliveries()).toMatchObject([{ state }]);
  expect(received).toHaveLength(1);
});

test("while Auth is away mail waits; what Auth will never take is given up", async () => {
  await used();
  await send(() => Promise.reject(new Error("away")));
  expect(await deliveries()).toMatchObject([{ channel: "mail", state: "waiting", tries: 1 }]);
  await makeDue();
  await send(async () => false);
  expect(await deliveries()).toMatchObject([{ state: "failed", tries: 2 }]);
});

test("after a rotation messages are signed with both secrets until the overlap ends", async () => {
  const first = await createWebhook(deps, ctx, { label: "Finance", url: address });
  const { id } = first.webhook;
  const second = await rotateWebhook(deps, ctx, { id });
  const verifies = (secret: string): boolean => {
    const { headers, body } = received.at(-1) ?? { headers: {}, body: "" };
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  expect(await testWebhook(deps, ctx, { id })).toEqual({ delivered: true, status: 204, error: null });
  expect([first.secret, second.secret].map(verifies)).toEqual([true, true]);
  const third = await rotateWebhook(deps, ctx, { id, overlapMs: 0 });
  await testWebhook(deps, ctx, { id });
  expect([first.secret, second.secret, third.secret].map(verifies)).toEqual([false, false, true]);
});

test("a secret is in no list, no log of deliveries, no audit event and no row as it is", async () => {
  const { webhook, secret } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  const shown = JSON.stringify([
    await listWebhooks(deps, ctx),
    await deliveries(),
    (await base.db.pool.query("select * from nexus.audit_event where target = $1", [webhook.id])).rows,
    (await base.db.pool.query("select encode(secrets, 'escape') from nexus.webhook where id = $1", [webhook.id])).rows,
  ]);
  expect(shown).toContain("Finance");
  expect(shown).not.toContain(secret.slice("whsec_".length, -4));
});

test.each([
  "http://127.0.0.1:1/hooks",
  "http://example.com/hooks",
  "https://10.0.0.1/hooks",
  "https://[::1]/hooks",
  "https://localhost/hooks",
  "https://user:secret@example.com/hooks",
  "https://example.com:8443/hooks",
  "ftp://example.com/hooks",
  "hooks",
])("a webhook at %s is refused at its field", async (url) => {
  await expect(createWebhook(deps, ctx, { label: "Finance", url })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    issues: [{ field: "url", expected: "a public https address, or one that the operator permits" }],
  });
});

test("a webhook that was removed is told nothing any more, and of another organization's nobody can be told", async () => {
  const { webhook } = await createWebhook(deps, ctx, { label: "Finance", url: address });
  const id = await used({ administrators: false, webhookIds: [webhook.id] });
  await removeWebhook(deps, ctx, { id: webhook.id });
  await send();
  expect(received).toEqual([]);
  expect(await deliveries()).toMatchObject([{ state: "failed", error: "The webhook was removed." }]);
  expect(await getAlertSettings(deps, ctx, { id })).toMatchObject({ webhookIds: [] });
  const elsewhere = await createWebhook(deps, testContext(), { label: "Theirs", url: address });
  await expect(setAlertSettings(deps, ctx, { id, webhookIds: [elsewhere.webhook.id] })).rejects.toMatchObject({
    issues: [{ field: "webhookIds.0" }],
  });
  await expect(testWebhook(deps, ctx, { id: elsewhere.webhook.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
