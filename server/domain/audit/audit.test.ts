import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { auditedChange, emitSystemAudit, listAuditEvents } from "./index.ts";
import { inTransaction } from "./store.ts";

let deps: TestDeps;

beforeAll(async () => {
  deps = await openTestDeps();
  await deps.db.pool.query("create table nexus.thing (name text)");
});

afterAll(() => deps.close());

const things = async (): Promise<number> =>
  Number((await deps.db.pool.query<{ n: bigint }>("select count(*) n from nexus.thing")).rows[0]?.n);

test("the row says who changed what through which door", async () => {
  const ctx = testContext({ appId: "srv_roadmapper", door: "rest" });
  await auditedChange(deps, ctx, (_tx, audit) =>
    audit({ action: "thing.create", target: "t1", details: { label: "x" } }),
  );
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    actor: { kind: "user", id: ctx.userId },
    userId: ctx.userId,
    appId: "srv_roadmapper",
    door: "rest",
    requestId: ctx.requestId,
    action: "thing.create",
    target: "t1",
    details: { label: "x" },
  });
});

test("an operator's change is on record under its name, and in no organization's trail", async () => {
  const ctx = { ...operatorNamed("root"), organizationId: "org_watched" };
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "thing.create", target: "by-operator" }));
  const { rows } = await deps.db.pool.query(
    "select actor_kind, actor_id, organization_id, door from nexus.audit_event where target = 'by-operator'",
  );
  expect(rows).toEqual([{ actor_kind: "operator", actor_id: "root", organization_id: null, door: null }]);
  const watching = testContext({ organizationId: "org_watched" });
  expect((await listAuditEvents(deps, watching, {})).events).toEqual([]);
});

test("a change without an audit row is undone", async () => {
  const before = await things();
  const silent = auditedChange(deps, testContext(), (tx) => tx.query("insert into nexus.thing values ('silent')"));
  await expect(silent).rejects.toMatchObject({ code: "INTERNAL" });
  expect(await things()).toBe(before);
});

test("a change whose audit row cannot be written is undone", async () => {
  const before = await things();
  const change = auditedChange(deps, testContext(), async (tx, audit) => {
    await tx.query("insert into nexus.thing values ('unauditable')");
    await audit({ action: "Not An Action", target: "t" });
  });
  await expect(change).rejects.toThrow();
  expect(await things()).toBe(before);
});

test("history is append-only", async () => {
  const ctx = testContext();
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "thing.create", target: "t" }));
  const { pool } = deps.db;
  await expect(pool.query("update nexus.audit_event set target = 'x'")).rejects.toThrow("append-only");
  await expect(pool.query("delete from nexus.audit_event")).rejects.toThrow("append-only");
  await expect(pool.query("truncate nexus.audit_event")).rejects.toThrow("append-only");
  await expect(
    inTransaction(pool, async (tx) => {
      await tx.query("set local role nexus_app");
      await tx.query("delete from nexus.audit_event");
    }),
  ).rejects.toThrow("permission denied");
});

test("pages run from the newest to the oldest and stay in the organization", async () => {
  const ctx = testContext();
  const stranger = testContext();
  for (const target of ["a", "b", "c"]) {
    await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "thing.create", target }));
    await auditedChange(deps, stranger, (_tx, audit) => audit({ action: "thing.create", target: "theirs" }));
  }
  await inTransaction(deps.db.pool, (tx) => emitSystemAudit(tx, "start", { action: "thing.seed", target: "t" }));
  const first = await listAuditEvents(deps, ctx, { limit: 2 });
  expect(first.events.map(({ target }) => target)).toEqual(["c", "b"]);
  const second = await listAuditEvents(deps, ctx, {
    limit: 2,
    cursor: first.nextCursor ?? undefined,
  });
  expect(second.events.map(({ target }) => target)).toEqual(["a"]);
  expect(second.nextCursor).toBeNull();
});

test("filters by action, by family of actions and by target", async () => {
  const ctx = testContext();
  await auditedChange(deps, ctx, async (_tx, audit) => {
    await audit({ action: "key.create", target: "k" });
    await audit({ action: "key.rotate", target: "k" });
    await audit({ action: "keyring.rotate", target: "r" });
  });
  const targets = async (input: { action?: string; target?: string }) =>
    (await listAuditEvents(deps, ctx, input)).events.map(({ action }) => action);
  expect(await targets({ action: "key" })).toEqual(["key.rotate", "key.create"]);
  expect(await targets({ action: "key.create" })).toEqual(["key.create"]);
  expect(await targets({ target: "r" })).toEqual(["keyring.rotate"]);
});
