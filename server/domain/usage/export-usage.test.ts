import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { readAll } from "../../../test/read-all.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  exploreUsage,
  exportUsage,
  getAppStatement,
  getAppStatementCsv,
  listUsageValues,
  usageExportText,
} from "./index.ts";

const calls = 2_503;
const period = {
  from: "2026-10-31",
  to: "2026-12-01",
  timeZone: "America/New_York",
};

let t: TestLedger;
let deps: TestDeps;
let ctx: CallContext;
let first: string;
beforeAll(async () => {
  t = await openTestLedger();
  deps = await openTestDeps(undefined, t.url);
  const organization = await t.organization();
  ctx = testContext({
    organizationId: organization.organizationId,
    permissions: new Set(["srv_nexus.usage:read", "srv_nexus.budgets:manage"]),
  });
  first = await t.hold(organization, 100n, {
    facts: {
      ...holdFacts,
      appId: "=HYPERLINK(1)",
      userId: "usr_a",
      model: '-1"+x,y',
    },
  });
  await t.settle(first, 130n, {
    result: { units: { input: 7, output: 3 }, status: 200, latencyMs: 12 },
  });
  await t.end(
    await t.hold(organization, 100n, {
      facts: { ...holdFacts, userId: "usr_b" },
    }),
    "released",
  );
  // A row as the ledger has written it, again and again: more than an export holds in memory.
  await t.pool.query(
    `insert into nexus.operation
       select r.* from nexus.operation o, generate_series(1, $2::int) n,
              lateral (select (jsonb_populate_record(o, jsonb_build_object('operation_id',
                overlay(o.operation_id::text placing lpad(to_hex(n), 12, '0') from 25)))).*) r
        where o.operation_id = $1`,
    [first, calls - 2],
  );
  await t.pool.query(
    `insert into nexus.entry select e.* from nexus.entry f, nexus.operation o,
            lateral (select (jsonb_populate_record(f, jsonb_build_object('operation_id', o.operation_id, 'seq', nextval('nexus.entry_seq')))).*) e
      where f.operation_id = $1 and o.vendor = 'openai' and o.state = 'settled' and o.operation_id <> $1`,
    [first],
  );
  await t.pool.query("update nexus.operation set created_at = '2026-11-10T10:30:00Z'");
});
afterAll(async () => {
  await deps.close();
  await t.close();
});

const textOf = async (format: "csv" | "ndjson" | "json", more = {}): Promise<string> => {
  let text = "";
  for await (const piece of usageExportText(await exportUsage(deps, ctx, { ...period, format, ...more })))
    text += piece;
  return text;
};

test("CSV has every operation once, tells at its end how many, and holds no formula", async () => {
  const text = await textOf("csv");
  expect(text.endsWith(`# complete: ${calls} rows\r\n`)).toBe(true);
  const rows: Record<string, string>[] = parse(text, {
    columns: true,
    comment: "#",
    comment_no_infix: true,
  });
  expect(new Set(rows.map((row) => row["operation_id"])).size).toBe(calls);
  expect(rows.find((row) => row["operation_id"] === first)).toMatchObject({
    app: "'=HYPERLINK(1)",
    model: `'-1"+x,y`,
    input_units: "7",
    output_units: "3",
    cost_nanos: "130",
    overrun_nanos: "30",
    latency_ms: "12",
    tier: "byok",
    request_id: "req_test",
  });
  expect(text).not.toMatch(/(^|,)"?[=+\-@]/m);
  const told = await exploreUsage(deps, ctx, period);
  expect(rows.reduce((sum, row) => sum + BigInt(row["cost_nanos"] ?? 0), 0n).toString()).toBe(told.totals.costNanos);
});

test("NDJSON and JSON say the same, and are cut short where their end is missing", async () => {
  const lines = (await textOf("ndjson")).trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
    complete: true,
    rows: calls,
  });
  const all: { operations: unknown[]; rows: number } = JSON.parse(await textOf("json"));
  expect(all.rows).toBe(calls);
  expect(all.operations).toEqual(lines.slice(0, -1).map((line) => JSON.parse(line)));
  expect(JSON.parse(await textOf("json", { app: "srv_nobody" }))).toEqual({
    operations: [],
    rows: 0,
  });
});

test("an export holds what is filtered, and what its reader may see", async () => {
  expect((await textOf("ndjson", { status: "failed" })).trimEnd().split("\n")).toHaveLength(2);
  const member = testContext({
    organizationId: ctx.organizationId,
    actor: {
      kind: "user",
      userId: "usr_b",
      sessionId: "ses_1",
      role: "member",
      platformBypass: false,
    },
    permissions: new Set(["srv_nexus.usage:read"]),
  });
  const own = await exportUsage(deps, member, { ...period, format: "json" });
  const pages = await readAll(own.pages);
  expect(pages.flat().map(({ user }) => user)).toEqual(["usr_b"]);
  await expect(exportUsage(deps, ctx, { from: "2024-01-01", to: "2026-01-01" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});

test("rows are read as they are taken, and nothing runs on for a reader that has left", async () => {
  let asked = 0;
  const pool = new Proxy(deps.db.pool, {
    get: (target, name) => {
      if (name === "query") asked += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const counted = { ...deps, db: { ...deps.db, pool } };
  for (const more of [{}, { app: "srv_nobody" }]) {
    const { pages } = await exportUsage(counted, ctx, { ...period, ...more });
    asked = 0;
    await pages.next();
    expect(asked).toBe(1);
    await pages.return();
    expect(await pages.next()).toMatchObject({ done: true });
    expect(asked).toBe(1);
  }
  expect(deps.db.pool.idleCount).toBe(deps.db.pool.totalCount);
});

test("a statement's lines add up to the ledger's entries of the month", async () => {
  const { rows } = await t.pool.query<{ cost: string }>(
    "select sum(cost)::text as cost from nexus.entry_usage where org_id = $1",
    [ctx.organizationId],
  );
  const statement = await getAppStatement(deps, ctx, {
    month: "2026-11",
    timeZone: "Europe/Berlin",
  });
  expect(statement).toMatchObject({
    amountNanos: rows[0]?.cost,
    calls,
    errors: 1,
    from: "2026-10-31T23:00:00.000Z",
  });
  expect(statement.lines.reduce((sum, { amountNanos }) => sum + BigInt(amountNanos), 0n).toString()).toBe(
    rows[0]?.cost,
  );
  expect(statement.lines.find(({ app }) => app === "=HYPERLINK(1)")).toMatchObject({
    family: "ai",
    operation: "ai.generateText",
    calls: calls - 1,
    inputUnits: 7 * (calls - 1),
    nanosPerCall: "130",
  });
  expect((await getAppStatement(deps, ctx, { app: "srv_test", month: "2026-11" })).calls).toBe(1);
  expect((await getAppStatement(deps, ctx, { month: "2026-12" })).lines).toEqual([]);
  const { csv, fileName } = await getAppStatementCsv(deps, ctx, {
    month: "2026-11",
  });
  expect(fileName).toBe("usage-all-apps-2026-11.csv");
  const table: Record<string, string>[] = parse(csv, { columns: true });
  expect(table.at(-1)).toMatchObject({
    family: "total",
    nano_usd: rows[0]?.cost,
  });
  expect(csv).toContain("'=HYPERLINK(1)");
});

test("values are found by part of them or of their name, those with most calls first", async () => {
  await t.pool.query("select nexus.nexus_roll_up_usage(10000)");
  const ask = async (of: "model" | "user", search = "") =>
    (await listUsageValues(deps, ctx, { of, search, days: 400 })).values.map(({ value, calls: n }) => [value, n]);
  expect(await ask("model")).toEqual([
    ['-1"+x,y', calls - 1],
    ["gpt-test", 1],
  ]);
  expect(await ask("model", "GPT")).toEqual([["gpt-test", 1]]);
  const named = {
    ...deps,
    directory: {
      ...deps.directory,
      namesOf: async () => new Map([["usr_b", "Berta"]]),
    },
  };
  expect(
    (
      await listUsageValues(named, ctx, {
        of: "user",
        search: "bert",
        days: 400,
      })
    ).values,
  ).toEqual([{ value: "usr_b", name: "Berta", app: null, calls: 1 }]);
});
