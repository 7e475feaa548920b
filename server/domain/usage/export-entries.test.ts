import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts, openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { readAll } from "../../../test/read-all.ts";
import { writeWholeFile } from "../../cli/write-whole-file.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import type { ExportedEntry, ExportEntriesInput } from "./index.ts";
import { endOf, entryBytes, entryColumns, EntryFormat, exportEntries } from "./index.ts";

let t: TestLedger;
let deps: TestDeps;
let ours: TestOrganization;
let theirs: TestOrganization;
let ctx: CallContext;
let folder: string;
const operator = operatorNamed("root");
const longAgo = "2020-01-01";

/** More than any number of JavaScript holds exactly. */
const large = 9_007_199_254_740_993n;

beforeAll(async () => {
  t = await openTestLedger();
  deps = await openTestDeps(undefined, t.url);
  folder = await mkdtemp(join(tmpdir(), "nexus-entries-"));
  [ours, theirs] = [await t.organization(), await t.organization()];
  ctx = testContext({
    organizationId: ours.organizationId,
    permissions: new Set(["srv_nexus.usage:read", "srv_nexus.budgets:manage"]),
  });
  for (const [organization, cost] of [
    [ours, 130n],
    [theirs, 7n],
    [ours, large],
  ] as const)
    await t.settle(await t.hold(organization, cost, { facts: { ...holdFacts, appId: "=HYPERLINK(1)" } }), cost, {
      result: { units: { input: 7, output: 3 }, status: 200, latencyMs: 12 },
    });
  // Twice what was held: a cost and an overrun. And a call that came to nothing.
  await t.settle(await t.hold(ours, 100n, { facts: { ...holdFacts, userId: "usr_ann" } }), 200n);
  await t.end(await t.hold(ours, 100n), "released");
});
afterAll(async () => {
  await deps.close();
  await t.close();
  await rm(folder, { recursive: true });
});

const entriesOf = async (
  input: ExportEntriesInput,
  reader: Parameters<typeof exportEntries>[1] = operator,
): Promise<{ readonly entries: readonly ExportedEntry[]; readonly next: string }> => {
  const exported = await exportEntries(deps, reader, input);
  const entries = (await readAll(exported.pages)).flat();
  expect(exported.totals().costNanos).toBe(
    entries.reduce((sum, { costNanos }) => sum + BigInt(costNanos), 0n).toString(),
  );
  return { entries, next: exported.next.toString() };
};

/** What the ledger itself says: its entries, each with its sign. */
const ledgerSum = async (organizationId?: string): Promise<{ readonly rows: number; readonly cost: string }> => {
  const { rows } = await t.pool.query<{ rows: number; cost: string }>(
    `select count(*)::int as rows, coalesce(sum(case when kind in ('adjust_down', 'rerate_down') then -amount else amount end), 0)::text as cost
       from nexus.entry where $1::text is null or org_id = $1`,
    [organizationId ?? null],
  );
  return rows[0] ?? { rows: 0, cost: "" };
};

const imported = (operationId: string, cost: bigint): Promise<unknown> =>
  t.pool.query("select nexus.nexus_correct($1, 'settled', $2, 'import', 'root', 'the bill', $3, false)", [
    operationId,
    cost,
    "0".repeat(64),
  ]);

test.each(EntryFormat.options)(
  "DuckDB reads %s: every column typed, and to the nano what the ledger adds up to",
  async (format) => {
    const file = join(folder, `all.${format}`);
    const exported = await exportEntries(deps, operator, { since: longAgo, format });
    const written = await writeWholeFile(
      file,
      entryBytes(exported, { rowsAtOnce: 2, endless: true }),
      new AbortController().signal,
    );
    expect(written.bytes).toBeGreaterThan(100);
    const duck = await DuckDBConnection.create();
    const read = {
      parquet: `read_parquet('${file}')`,
      csv: `read_csv('${file}', types = {'operation_id': 'UUID', 'cost_nanos': 'BIGINT', 'cost_usd': 'DECIMAL(38, 9)', 'booked_at': 'TIMESTAMPTZ'})`,
      jsonl: `(select position::bigint as position, "operationId"::uuid as operation_id, "bookedAt"::timestamptz as booked_at, organization, app, "costNanos"::bigint as cost_nanos,
              "costNanos"::decimal(38, 0) / 1000000000 as cost_usd, calls, failed from read_json('${file}', format = 'newline_delimited'))`,
    }[format];
    const ask = async (sql: string) => (await duck.runAndReadAll(sql)).getRowObjectsJson();
    const told = await ledgerSum();
    expect(
      await ask(
        `select count(*)::int as rows, sum(cost_nanos)::varchar as cost, sum(calls)::int as calls, sum(failed)::int as failed from ${read}`,
      ),
    ).toEqual([{ ...told, calls: 5, failed: 1 }]);
    expect(
      await ask(
        `select cost_nanos::varchar as nanos from ${read} where cost_nanos > 1000000 and app like '%HYPERLINK(1)'`,
      ),
    ).toEqual([{ nanos: large.toString() }]);
    if (format !== "parquet") return;
    const types = await ask(`describe select * from ${read}`);
    expect(types.map((row) => row["column_name"])).toEqual(Object.keys(entryColumns));
    expect(new Map(types.map((row) => [row["column_name"], row["column_type"]]))).toEqual(
      new Map(
        Object.entries(entryColumns).map(([name, { type }]) => [
          name,
          {
            text: "VARCHAR",
            uuid: "UUID",
            int32: "INTEGER",
            int64: "BIGINT",
            moment: "TIMESTAMP WITH TIME ZONE",
            usd: "DECIMAL(38,9)",
          }[type],
        ]),
      ),
    );
    expect(await ask(`select sum(cost_usd)::varchar as usd from ${read}`)).toEqual([
      {
        usd: `${BigInt(told.cost) / 1_000_000_000n}.${(BigInt(told.cost) % 1_000_000_000n).toString().padStart(9, "0")}`,
      },
    ]);
    const notes = await ask(`select decode(key) as key, decode(value) as value from parquet_kv_metadata('${file}')`);
    expect(Object.fromEntries(notes.map((row) => [row["key"], row["value"]]))).toEqual(
      Object.fromEntries(Object.entries(endOf(exported)).map(([name, value]) => [name, String(value)])),
    );
    expect(endOf(exported)).toMatchObject({ rows: told.rows, costNanos: told.cost, overrunNanos: "100" });
  },
);

test("exports that go on where the last one ended tell each entry once, also one that is committed after a later one", async () => {
  const { next: before } = await entriesOf({ since: longAgo });
  const [slow, quick] = [await t.hold(ours, 50n), await t.hold(theirs, 60n)];
  const late = await t.pool.connect();
  try {
    await late.query("begin");
    await late.query(
      "select nexus.nexus_settle(array[$1]::uuid[], array['settled'], array[50], array['provider'], array[null::text], array[null::text], '{}', '', '{}', '{}')",
      [slow],
    );
    await t.settle(quick, 60n);
    const first = entriesOf({ since: before });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await late.query("commit");
    const { entries, next } = await first;
    expect(entries.map(({ operationId }) => operationId)).toEqual([slow, quick]);
    expect((await entriesOf({ since: next })).entries).toEqual([]);
  } finally {
    late.release();
  }
});

test("while calls are booked, a chain of exports has every entry exactly once and in order", async () => {
  const { next: start } = await entriesOf({ since: longAgo });
  let booking = true;
  const other = await t.open();
  const calls = [t.ledger, other].map(async (ledger) => {
    for (let n = 0; n < 60; n += 1) {
      const call = t.call(n % 2 === 0 ? ours : theirs, 10n);
      await ledger.reserve(call);
      await ledger.settle({
        operationId: call.operationId,
        end: "settled",
        costNanos: BigInt(n),
        source: "provider",
        result: {},
      });
    }
  });
  const ended = Promise.all(calls).then(() => {
    booking = false;
  });
  const chain: ExportedEntry[] = [];
  let since = start;
  for (let last = false; !last;) {
    last = !booking;
    const { entries, next } = await entriesOf({ since });
    chain.push(...entries);
    since = next;
  }
  await ended;
  const places = chain.map(({ position }) => BigInt(position));
  expect(places).toEqual(places.toSorted((a, b) => (a < b ? -1 : 1)));
  const { rows } = await t.pool.query<{ n: number }>("select count(*)::int as n from nexus.entry where seq > $1", [
    start,
  ]);
  expect([new Set(places).size, chain.length]).toEqual([rows[0]?.n, rows[0]?.n]);
});

test("a correction and a doubt that ends are told by entries of their own; what was told before stays as it was", async () => {
  const { next: start } = await entriesOf({ since: longAgo });
  const [estimated, doubted] = [await t.hold(ours, 500n), await t.hold(ours, 900n)];
  await t.settle(estimated, 400n, { source: "estimated" });
  await t.end(doubted, "uncertain");
  const first = await entriesOf({ since: start });
  expect(first.entries.map(({ operationId, kind, costNanos }) => [operationId, kind, costNanos])).toEqual([
    [estimated, "cost", "400"],
  ]);
  await imported(estimated, 350n);
  await imported(doubted, 900n);
  const second = await entriesOf({ since: first.next });
  expect(
    second.entries.map(({ operationId, kind, costNanos, calls, source }) => [
      operationId,
      kind,
      costNanos,
      calls,
      source,
    ]),
  ).toEqual([
    [estimated, "adjust_down", "-400", -1, "estimated"],
    [estimated, "adjust_up", "350", 1, "import"],
    [doubted, "cost", "900", 1, "import"],
  ]);
  expect((await entriesOf({ since: start, until: first.next })).entries).toEqual(first.entries);
  const { entries } = await entriesOf({ since: longAgo }, ctx);
  const told = await ledgerSum(ours.organizationId);
  expect([entries.length, entries.reduce((sum, { costNanos }) => sum + BigInt(costNanos), 0n).toString()]).toEqual([
    told.rows,
    told.cost,
  ]);
});

test("moments cut where the first entry of them was booked: periods side by side leave nothing out", async () => {
  const { entries: all } = await entriesOf({ since: longAgo });
  const middle = all[Math.floor(all.length / 2)]?.bookedAt ?? "";
  const [before, after] = [await entriesOf({ since: longAgo, until: middle }), await entriesOf({ since: middle })];
  expect([...before.entries, ...after.entries]).toEqual(all);
  expect(after.entries[0]?.bookedAt.slice(0, 23)).toBe(middle.slice(0, 23));
  expect((await entriesOf({ since: "2999-01-01" })).entries).toEqual([]);
});

test("a person is shown their own entries, and an organization no other's", async () => {
  const { entries } = await entriesOf({ since: longAgo }, ctx);
  expect(new Set(entries.map(({ organization }) => organization))).toEqual(new Set([ours.organizationId]));
  const ann = testContext({
    organizationId: ours.organizationId,
    actor: { kind: "user", userId: "usr_ann", sessionId: "ses_1", role: "member", platformBypass: false },
    permissions: new Set(["srv_nexus.usage:read"]),
  });
  expect((await entriesOf({ since: longAgo }, ann)).entries.map(({ kind, costNanos }) => [kind, costNanos])).toEqual([
    ["cost", "100"],
    ["overrun", "100"],
  ]);
  await expect(exportEntries(deps, ann, { since: longAgo, user: "usr_bob" })).rejects.toMatchObject({
    code: "SCOPE_DENIED",
  });
  expect((await entriesOf({ since: longAgo, app: "srv_nobody" })).entries).toEqual([]);
});

test("an export has the index summed up first, so that its pages read no more than they show", async () => {
  const summed = async (): Promise<number | undefined> =>
    (await t.pool.query<{ n: number }>("select nexus.nexus_summarize_entries() as n")).rows[0]?.n;
  await summed();
  await t.pool.query(
    "insert into nexus.entry (operation_id, kind, org_id, amount) select overlay(nexus.nexus_uuid_floor(now())::text placing lpad(n::text, 12, '0') from 25)::uuid, 'cost', 'org_many', 0 from generate_series(1, 12000) n",
  );
  await exportEntries(deps, ctx, { since: longAgo });
  expect(await summed()).toBe(0);
});

test.each<[string, ExportEntriesInput, string]>([
  ["no date", { since: "yesterday" }, "since"],
  ["no day of the calendar", { since: "2026-02-30" }, "since"],
  ["a position that was never given out", { since: "999999999999" }, "since"],
  ["an end before the beginning", { since: "2026-11-02", until: "2026-11-01" }, "until"],
  ["positions the wrong way round", { since: "3", until: "1" }, "until"],
])("%s is refused, by the name of its field", async (_, input, field) => {
  await expect(exportEntries(deps, operator, input)).rejects.toMatchObject({
    code: "INVALID_INPUT",
    issues: [expect.objectContaining({ field })],
  });
});
