import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type Ledger } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { levelsFor, loadBudgetLevels } from "../budgets/index.ts";
import { followOperations, isLeft, type FollowOperationsInput } from "./follow-operations.ts";
import { listOperations, openOperationTail, tailSource, type ListOperationsInput } from "./index.ts";

let deps: TestDeps;
let ledger: Ledger;
const ctx = testContext();

/** What the calls differ in. */
interface Made {
  readonly operationId: string;
  readonly appId: string | undefined;
  readonly userId: string;
  readonly keyId: string | undefined;
  readonly operation: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialTier: "byok" | "platform_default";
  readonly end: "settled" | "released" | "uncertain" | undefined;
  readonly source: "provider" | "estimated" | "none";
  readonly unpriced: boolean;
}
const made: Made[] = [];

const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;

beforeAll(async () => {
  deps = await openTestDeps();
  ledger = await openLedger({
    connectionString: deps.url,
    processId: newId(),
    clock: systemClock,
    log,
    requireDurability: true,
  });
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [ctx.organizationId]);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), ctx, Date.now());
  for (let n = 0; n < 96; n += 1) {
    const end = pick(["settled", "released", "uncertain", undefined, "settled"] as const, n);
    const call: Made = {
      operationId: newId(),
      appId: pick([undefined, "srv_a", "srv_b"], n),
      userId: pick(["usr_a", "usr_b"], Math.floor(n / 3)),
      keyId: pick([undefined, "key_a"], Math.floor(n / 5)),
      operation: pick(["ai.generateText", "ai.embed", "email.send", "payments.order.create"], Math.floor(n / 2)),
      vendor: pick(["openai", "anthropic"], Math.floor(n / 7)),
      model: pick(["a", "b"], Math.floor(n / 4)),
      credentialTier: pick(["byok", "platform_default"] as const, Math.floor(n / 6)),
      end,
      source: end === "settled" ? pick(["provider", "estimated"] as const, Math.floor(n / 8)) : "none",
      unpriced: end === "settled" && n % 9 === 0,
    };
    made.unshift(call);
    const { operationId, end: _, source, unpriced, ...facts } = call;
    await ledger.reserve({
      operationId,
      organizationId: ctx.organizationId,
      levels: levels?.levels ?? [],
      epoch: levels?.epoch ?? 0n,
      heldNanos: 10n,
      ttlMs: 60_000,
      facts: { ...holdFacts, ...facts },
    });
    const result = { credentialTier: call.credentialTier, ...(unpriced && { unpricedClasses: ["inputAudio"] }) };
    if (end === "settled") await ledger.settle({ operationId, end, costNanos: 1n, source, result });
    else if (end !== undefined) await ledger.settle({ operationId, end, source: "none", result });
  }
});
afterAll(async () => {
  await ledger.close();
  await deps.close();
});

const stateOf = ({ end }: Made): string => end ?? "open";

/** What a filter leaves, by another way. */
const left = (input: ListOperationsInput): readonly string[] =>
  made
    .filter((call) =>
      [
        input.appId === undefined || call.appId === input.appId,
        input.userId === undefined || call.userId === input.userId,
        input.keyId === undefined || call.keyId === input.keyId,
        input.operation === undefined || call.operation === input.operation,
        input.family === undefined || call.operation.startsWith(`${input.family}.`),
        input.vendor === undefined || call.vendor === input.vendor,
        input.model === undefined || call.model === input.model,
        input.tier === undefined || call.credentialTier === input.tier,
        input.source === undefined ||
          (call.end === "settled" || call.end === "released" || call.end === "uncertain"
            ? call.source === input.source
            : false),
        input.status === undefined || stateOf(call) === (input.status === "failed" ? "released" : "settled"),
        input.unattributed !== true || call.appId === undefined,
        input.unpriced !== true || call.unpriced,
        input.state === undefined || stateOf(call) === input.state,
      ].every(Boolean),
    )
    .map(({ operationId }) => operationId);

const every: readonly ListOperationsInput[] = [
  {},
  { appId: "srv_a" },
  { userId: "usr_b" },
  { keyId: "key_a" },
  { operation: "ai.embed" },
  { family: "ai" },
  { family: "payments" },
  { vendor: "anthropic" },
  { model: "b" },
  { tier: "byok" },
  { source: "estimated" },
  { status: "failed" },
  { status: "succeeded" },
  { unattributed: true },
  { unpriced: true },
  { state: "open" },
  { state: "uncertain" },
];

test.each(["wait to be summed up", "are summed up"])(
  "each filter, and each two of them, leave the operations that they name, newest first, where they %s",
  async (where) => {
    if (where === "are summed up") await deps.db.pool.query("select nexus.nexus_roll_up_usage(1000)");
    for (const one of every)
      for (const other of every) {
        const input = { ...one, ...other, limit: 100 };
        const { operations } = await listOperations(deps, ctx, input);
        expect([input, operations.map(({ operationId }) => operationId)]).toEqual([input, left(input)]);
      }
    expect(every.filter((input) => left(input).length === 0)).toEqual([]);
  },
);

test("whoever follows is told of what the list with the same filters shows", async () => {
  const rows = await tailSource(deps.db.pool).rowsOf(made.map(({ operationId }) => operationId));
  for (const one of every)
    for (const other of every) {
      const filters = { ...one, ...other };
      const told = rows.filter((row) => isLeft(filters, row)).map((row) => row.operation_id);
      expect([filters, told.toReversed()]).toEqual([filters, left(filters)]);
    }
});

test("what begins and ends while somebody follows is told once to those whose filters leave it", async () => {
  const tail = openOperationTail({
    source: tailSource(deps.db.pool),
    now: systemClock.now,
    log,
    everyMs: 20,
    longestMs: 5_000,
  });
  const organization = testContext({ organizationId: "org_followed" });
  const over = new AbortController();
  const follow = (filters: FollowOperationsInput) =>
    followOperations({ ...deps, tail }, { ...organization, signal: over.signal }, filters);
  const [every, embeds] = [follow({}), follow({ operation: "ai.embed" })];
  for (const parts of [every, embeds])
    expect((await parts.next()).value).toEqual({ type: "operations", operations: [], missed: 0 });
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [organization.organizationId]);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), organization, Date.now());
  const begin = async (operation: string): Promise<string> => {
    const operationId = newId();
    await ledger.reserve({
      operationId,
      organizationId: organization.organizationId,
      levels: levels?.levels ?? [],
      epoch: levels?.epoch ?? 0n,
      heldNanos: 10n,
      ttlMs: 60_000,
      facts: { ...holdFacts, operation },
    });
    return operationId;
  };
  const told = async (parts: typeof every): Promise<unknown> =>
    (await parts.next()).value?.operations.map(({ operationId, state }) => [operationId, state]);
  const text = await begin("ai.generateText");
  expect(await told(every)).toEqual([[text, "open"]]);
  const embed = await begin("ai.embed");
  expect(await told(every)).toEqual([[embed, "open"]]);
  expect(await told(embeds)).toEqual([[embed, "open"]]);
  await ledger.settle({ operationId: text, end: "settled", costNanos: 1n, source: "provider", result: {} });
  expect(await told(every)).toEqual([[text, "settled"]]);
  const none = embeds.next();
  over.abort();
  expect([await none, await every.next(), tail.followers()]).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
    0,
  ]);
  tail.close();
});

test("pages of a filter follow each other without a gap", async () => {
  const found: string[] = [];
  let before: string | undefined;
  do {
    const page = await listOperations(deps, ctx, { family: "ai", tier: "byok", limit: 5, ...(before && { before }) });
    found.push(...page.operations.map(({ operationId }) => operationId));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(found).toEqual(left({ family: "ai", tier: "byok" }));
});

/** The same calls again so many hours earlier, with their entries; what was booked is corrected for some of them. */
const copyTo = async (hoursAgo: number): Promise<void> => {
  const moved = `(lpad(to_hex(nexus.nexus_uuid_ms(x.operation_id) - $2::bigint * 3600000), 12, '0') || substr(replace(x.operation_id::text, '-', ''), 13))::uuid`;
  const values = [ctx.organizationId, hoursAgo, made.map(({ operationId }) => operationId)];
  await deps.db.pool.query(
    `insert into nexus.operation select r.* from nexus.operation x, lateral jsonb_populate_record(x, jsonb_build_object(
       'operation_id', ${moved}, 'created_at', x.created_at - $2 * interval '1 hour')) r where x.org_id = $1 and x.operation_id = any ($3)`,
    values,
  );
  await deps.db.pool.query(
    `insert into nexus.entry select r.* from nexus.entry x, lateral jsonb_populate_record(x, jsonb_build_object(
       'operation_id', ${moved}, 'seq', nextval('nexus.entry_seq'))) r where x.org_id = $1 and x.operation_id = any ($3)`,
    values,
  );
};

test("pages are whole over hours and days, whatever is rolled up or corrected since", async () => {
  const { pool } = deps.db;
  const copies = [1, 7, 26, 75, 40 * 24];
  for (const hours of copies) await copyTo(hours);
  await pool.query(
    "update nexus.budget set spent = spent * $2, overrun = overrun * $2, reserved = reserved * $2 where org_id = $1",
    [ctx.organizationId, copies.length + 1],
  );
  await pool.query("select nexus.nexus_roll_up_usage(600)");
  await pool.query(
    `select nexus.nexus_correct(operation_id, case when state = 'released' then 'settled' else 'released' end, 5, 'operator', 'op', 'the bill says so', null, false)
       from nexus.operation where org_id = $1 and right(operation_id::text, 1) in ('3', '7', 'b')`,
    [ctx.organizationId],
  );
  interface Row extends Record<string, string | null> {
    readonly operation_id: string;
    readonly name: string;
    readonly state: string;
  }
  const { rows } = await pool.query<Row>(
    `select operation_id, app_id, user_id, key_id, name, vendor, model, state, source from nexus.operation where org_id = $1 order by operation_id desc`,
    [ctx.organizationId],
  );
  expect(new Set(rows.map(({ state }) => state)).size).toBeGreaterThan(3);
  const ended = { failed: ["released"], succeeded: ["settled", "late"] } as const;
  const questions: readonly (readonly [ListOperationsInput, (row: Row) => boolean])[] = [
    [{ appId: "srv_a" }, (row) => row["app_id"] === "srv_a"],
    [{ userId: "usr_b" }, (row) => row["user_id"] === "usr_b"],
    [{ keyId: "key_a", family: "email" }, (row) => row["key_id"] === "key_a" && row.name.startsWith("email.")],
    [{ userId: "usr_a", model: "b" }, (row) => row["user_id"] === "usr_a" && row["model"] === "b"],
    [{ vendor: "anthropic", status: "failed" }, (row) => row["vendor"] === "anthropic" && row.state === "released"],
    [{ operation: "ai.embed", state: "settled" }, (row) => row.name === "ai.embed" && row.state === "settled"],
    [{ source: "operator" }, (row) => row["source"] === "operator"],
    [{ source: "estimated", unattributed: true }, (row) => row["source"] === "estimated" && row["app_id"] === null],
    [{ status: "succeeded" }, (row) => ended.succeeded.some((state) => state === row.state)],
    [{ status: "failed" }, (row) => ended.failed.some((state) => state === row.state)],
    [{ state: "open" }, (row) => row.state === "open"],
    [{ model: "nothing" }, () => false],
  ];
  for (const [input, matches] of questions) {
    const wanted = rows.filter(matches).map((row) => row.operation_id);
    const pages: string[][] = [];
    for (let before: string | undefined; pages.length === 0 || before !== undefined;) {
      const page = await listOperations(deps, ctx, { ...input, limit: 40, ...(before && { before }) });
      pages.push(page.operations.map(({ operationId }) => operationId));
      before = page.next ?? undefined;
    }
    expect([input, pages.flat()]).toEqual([input, wanted]);
    expect(pages.slice(0, -1).every((page) => page.length === 40)).toBe(true);
  }
});
