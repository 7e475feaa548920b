import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { newId } from "../../platform/ids.ts";
import {
  auditedChange,
  auditExportText,
  emitSystemAudit,
  exportAuditEvents,
  listAuditEvents,
  listAuditValues,
} from "./index.ts";
import type { AuditEvent } from "./emit-audit.ts";
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
    audit({ action: "key.create", target: "t1", details: { label: "x" } }),
  );
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    actor: { kind: "user", id: ctx.userId },
    userId: ctx.userId,
    appId: "srv_roadmapper",
    door: "rest",
    requestId: ctx.requestId,
    action: "key.create",
    target: "t1",
    details: { label: "x" },
  });
});

test("an operator's change is on record under its name, and in no organization's trail", async () => {
  const ctx = { ...operatorNamed("root"), organizationId: "org_watched" };
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "key.create", target: "by-operator" }));
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
    await audit({ action: "key.create", target: "" });
  });
  await expect(change).rejects.toThrow();
  expect(await things()).toBe(before);
});

test("history is append-only", async () => {
  const ctx = testContext();
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "key.create", target: "t" }));
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
    await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "key.create", target }));
    await auditedChange(deps, stranger, (_tx, audit) => audit({ action: "key.create", target: "theirs" }));
  }
  await inTransaction(deps.db.pool, (tx) => emitSystemAudit(tx, "start", { action: "credential.seed", target: "t" }));
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
    await audit({ action: "keyring.rewrap", target: "r" });
  });
  const targets = async (input: { action?: string; target?: string }) =>
    (await listAuditEvents(deps, ctx, input)).events.map(({ action }) => action);
  expect(await targets({ action: "key" })).toEqual(["key.rotate", "key.create"]);
  expect(await targets({ action: "key.create" })).toEqual(["key.create"]);
  expect(await targets({ target: "r" })).toEqual(["keyring.rewrap"]);
});

test("filters by who made the change and when, and refuses what is no moment", async () => {
  const ctx = testContext();
  const colleague = testContext({ organizationId: ctx.organizationId });
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "budget.set", target: "mine" }));
  await auditedChange(deps, colleague, (_tx, audit) => audit({ action: "budget.set", target: "theirs" }));
  const targets = async (input: object) => (await listAuditEvents(deps, ctx, input)).events.map(({ target }) => target);
  expect(await targets({ actor: colleague.userId })).toEqual(["theirs"]);
  expect(await targets({ from: new Date(Date.now() - 60_000).toISOString() })).toEqual(["theirs", "mine"]);
  expect(await targets({ to: "2020-01-01T00:00:00Z" })).toEqual([]);
  await expect(listAuditEvents(deps, ctx, { from: "yesterday" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("the platform's trail is for platform administrators and operators alone", async () => {
  const ctx = testContext();
  await auditedChange(deps, ctx, (_tx, audit) => audit({ action: "budget.set", target: "of-an-organization" }));
  await auditedChange(deps, operatorNamed("root"), (_tx, audit) =>
    audit({ action: "restore.confirm", target: "here" }),
  );
  const whose = "platform" as const;
  await expect(listAuditEvents(deps, ctx, { whose })).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  await expect(listAuditValues(deps, ctx, { of: "actor", whose })).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  expect(() => exportAuditEvents(deps, ctx, { whose })).toThrow();
  const { actor } = testContext();
  const administrator = testContext({ actor: { ...actor, kind: "user", platformBypass: true } as typeof actor });
  for (const reader of [administrator, { ...operatorNamed("root"), organizationId: undefined }]) {
    const { events } = await listAuditEvents(deps, reader, { whose, limit: 2 });
    expect(events).toMatchObject([
      { target: "here", organizationId: null, actor: { kind: "operator", name: "root at the command line" } },
      { target: "of-an-organization", organizationId: ctx.organizationId },
    ]);
  }
});

test("events say in words what was done, by whom and to what, by names where there are any", async () => {
  const ctx = testContext();
  const named = {
    ...deps,
    directory: { ...deps.directory, namesOf: async () => new Map([[ctx.userId ?? "", "Ann"]]) },
  };
  await auditedChange(deps, ctx, (_tx, audit) =>
    audit({ action: "plan.set", target: "p1", details: { before: null, after: { name: "Pro" } } }),
  );
  expect((await listAuditEvents(named, ctx, {})).events).toMatchObject([
    { words: "set up or changed a plan", actor: { name: "Ann" }, userName: "Ann", targetName: "Pro" },
  ]);
  expect((await listAuditValues(named, ctx, { of: "actor", search: "an" })).values).toEqual([
    { value: ctx.userId, name: "Ann" },
  ]);
  expect((await listAuditValues(named, ctx, { of: "action", search: "a plan" })).values).toEqual([
    { value: "plan.remove", name: "removed a plan" },
    { value: "plan.set", name: "set up or changed a plan" },
  ]);
});

test("budgets and requests beyond them are called by their amounts", async () => {
  const ctx = testContext();
  const change = (event: AuditEvent) => auditedChange(deps, ctx, (_tx, audit) => audit(event));
  await change({ action: "budget.set", target: "b", details: { limitNanos: "25000000000", period: "month" } });
  await change({ action: "budget-request.create", target: "r", details: { limitNanos: "1500000000" } });
  await change({ action: "budget.remove", target: "gone" });
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events.map(({ targetName }) => targetName)).toEqual([null, "1.50 USD", "25.00 USD a month"]);
});

test("an export has every event once, oldest first, tells at its end how many, and holds no formula", async () => {
  const ctx = testContext();
  await deps.db.pool.query(
    `insert into nexus.audit_event (id, organization_id, actor_kind, actor_id, action, target)
     select id, $1, 'operator', 'root', 'budget.set', '=' || place - 1 from unnest($2::uuid[]) with ordinality as made (id, place)`,
    [ctx.organizationId, Array.from({ length: 501 }, () => newId())],
  );
  let csv = "";
  for await (const piece of auditExportText(exportAuditEvents(deps, ctx, {}))) csv += piece;
  const lines = csv.trimEnd().split("\r\n");
  expect(lines.at(-1)).toBe("# complete: 501 rows");
  expect(lines).toHaveLength(503);
  expect(lines[1]).toContain(",set a budget,'=0,");
  expect(lines[501]).toContain(",set a budget,'=500,");
});
