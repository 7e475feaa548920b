import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type AttemptRecord, type Ledger, type SettleCall } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { levelsFor, loadBudgetLevels, setBudget } from "../budgets/index.ts";
import type { OpenCircuit } from "../routing/index.ts";
import { listAttention } from "./index.ts";

let deps: TestDeps;
let ledger: Ledger;
let ctx: CallContext;
let circuits: readonly OpenCircuit[];

const everything = [
  "usage:read",
  "budgets:read",
  "budgets:manage",
  "keys:read",
  "payments:read",
  "payments:approve",
  "preferences:read",
  "prices:read",
  "apps:read",
].map((name) => `srv_nexus.${name}`);

beforeAll(async () => {
  deps = await openTestDeps();
  ledger = await openLedger({
    connectionString: deps.url,
    processId: newId(),
    clock: systemClock,
    log,
    requireDurability: true,
  });
});
afterAll(async () => {
  await ledger.close();
  await deps.close();
});
beforeEach(() => {
  ctx = testContext({ permissions: new Set(everything) });
  circuits = [];
});

const look = async (reader: CallContext = ctx) =>
  (await listAttention({ ...deps, circuitsOf: () => circuits }, reader, {})).items;
const kinds = async (reader?: CallContext): Promise<readonly string[]> => (await look(reader)).map(({ kind }) => kind);

const call = async (
  end: Omit<SettleCall, "operationId">,
  { operation = holdFacts.operation, userId = ctx.userId }: { operation?: string; userId?: string | undefined } = {},
): Promise<string> => {
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [ctx.organizationId]);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), ctx, Date.now());
  const operationId = newId();
  const reply = await ledger.reserve({
    operationId,
    organizationId: ctx.organizationId,
    levels: levels?.levels ?? [],
    epoch: levels?.epoch ?? 0n,
    heldNanos: 100n,
    ttlMs: 60_000,
    facts: { ...holdFacts, operation, userId },
  });
  expect(reply).toEqual({ status: "held" });
  await ledger.settle({ operationId, ...end });
  return operationId;
};

const attempt = (credentialId: string, errorCode?: string): AttemptRecord => ({
  n: 1,
  vendor: "openai",
  model: "gpt-4o-mini",
  credentialTier: "byok",
  credentialId,
  startedAt: new Date().toISOString(),
  durationMs: 5,
  status: errorCode === undefined ? 200 : 401,
  outcome: errorCode === undefined ? "answered" : "refused",
  errorCode,
});

const storeKey = async (id: string, label: string): Promise<void> => {
  await deps.db.pool.query(
    `insert into nexus.api_keys (id, organization_id, vendor, label, is_primary, base_url, allowed_host, fingerprint, sealed_format,
                                 wrap_key_id, wrapped_key, ciphertext, created_at)
     values ($1, $2, 'openai', $3, false, 'https://api.openai.com/v1', 'api.openai.com', 'f', 1, 'k', '\\x00', '\\x00', now() - interval '1 hour')`,
    [id, ctx.organizationId, label],
  );
};

test("where all is well there is nothing", async () => {
  await call({ end: "settled", costNanos: 5n, source: "provider", result: {} });
  expect(await look()).toEqual([]);
});

describe("budgets", () => {
  it.each([
    [95n, true, ["budgets_near_limit"]],
    [100n, true, ["budgets_used_up"]],
    [100n, false, ["budgets_near_limit"]],
    [50n, true, []],
  ])("of which %d of 100 is spent, hard: %s", async (costNanos, hard, expected) => {
    await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "100", hard });
    await call({ end: "settled", costNanos, source: "provider", result: {} });
    expect(await look()).toMatchObject(
      expected.map((kind) => ({ kind, count: 1, subjects: ["Organization"], action: { page: "/budgets" } })),
    );
  });
});

describe("vendor keys", () => {
  const id = (n: number): string => `vkey_${String(n).padStart(32, "0")}`;
  const key = (): string => `vkey_${newId().replaceAll("-", "")}`;
  const refused = (credentialId: string) =>
    call({ end: "released", source: "none", result: {}, attempts: [attempt(credentialId, "PROVIDER_AUTH_FAILED")] });

  it("are named while their latest attempt was refused, and not once they work again or were replaced", async () => {
    const [main, spare] = [key(), key()];
    await storeKey(main, "main");
    await storeKey(spare, "spare");
    await refused(main);
    await refused(spare);
    expect(await look()).toMatchObject([
      { kind: "credentials_failing", urgent: true, count: 2, subjects: ["openai (main)", "openai (spare)"] },
    ]);
    await call({ end: "settled", costNanos: 1n, source: "provider", result: {}, attempts: [attempt(main)] });
    expect(await look()).toMatchObject([{ count: 1, subjects: ["openai (spare)"] }]);
    await deps.db.pool.query("update nexus.api_keys set rotated_at = now() where id = $1", [spare]);
    expect(await look()).toEqual([]);
  });

  it("are counted once where a circuit is open for them, too; other circuits are another matter", async () => {
    const known = key();
    await storeKey(known, "main");
    await refused(known);
    const circuit = { vendor: "openai", model: undefined, retryAfterMs: 5_000, openForMs: 1_000 };
    circuits = [
      { ...circuit, scope: "credential", reason: "credential", credentialId: known },
      { ...circuit, scope: "credential", reason: "account", credentialId: id(1) },
      { ...circuit, scope: "model", reason: "errors", credentialId: id(2), model: "gpt-4o-mini" },
    ];
    expect(await look()).toMatchObject([
      { kind: "credentials_failing", count: 2, title: "2 vendor keys are refused by their vendors" },
      { kind: "circuits_open", count: 1, subjects: ["openai/gpt-4o-mini"] },
    ]);
  });
});

test("operations of unknown outcome, units without a price and calls of no app are counted, and lead to themselves", async () => {
  await call({ end: "uncertain", source: "none", result: { doubt: "timeout" } });
  await call({ end: "uncertain", source: "none", result: { doubt: "timeout" } });
  await call({ end: "settled", costNanos: 1n, source: "provider", result: { unpricedClasses: ["inputAudio"] } });
  await deps.db.pool.query(
    "insert into nexus.attribution_gap (organization_id, day, calls) values ($1, current_date, 1200), ($1, current_date - 8, 5)",
    [ctx.organizationId],
  );
  expect(await look()).toMatchObject([
    { kind: "uncertain_operations", count: 2, action: { page: "/calls?state=uncertain" } },
    { kind: "unpriced_units", count: 1, subjects: ["openai/gpt-test"], title: "1 call used units without a price" },
    { kind: "unattributed_calls", count: 1200, title: "1,200 calls of the last 7 days name no app" },
  ]);
});

test("an app that called before and not for a week is named; one that is switched off, new or never called is not", async () => {
  const apps = ["silent", "calls", "off", "new"];
  await deps.db.pool.query(
    "insert into nexus.app (id, name, kind, registered, first_synced_at) select 'srv_at_' || n, initcap(n), 'app', true, now() from unnest($1::text[]) n",
    [apps],
  );
  await deps.db.pool.query(
    `insert into nexus.app_activity (organization_id, app_id, last_seen_at)
     values ($1, 'srv_at_silent', now() - interval '8 days'), ($1, 'srv_at_off', now() - interval '8 days'), ($1, 'srv_at_calls', now())`,
    [ctx.organizationId],
  );
  await deps.db.pool.query(
    "insert into nexus.app_state (organization_id, app_id, enabled, changed_at) values ($1, 'srv_at_off', false, now())",
    [ctx.organizationId],
  );
  expect(await look()).toMatchObject([{ kind: "silent_apps", count: 1, subjects: ["Silent"] }]);
});

describe("who is told", () => {
  it("of what needs a permission, only those who have it", async () => {
    await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "200" });
    await call({ end: "uncertain", source: "none", result: { doubt: "timeout" } });
    await call({ end: "settled", costNanos: 100n, source: "provider", result: { unpricedClasses: ["inputAudio"] } });
    expect(await kinds()).toEqual(["budgets_used_up", "uncertain_operations", "unpriced_units"]);
    const without = (...names: readonly string[]): CallContext => ({
      ...ctx,
      permissions: new Set(everything.filter((one) => !names.some((name) => one.endsWith(name)))),
    });
    expect(await kinds(without("budgets:read"))).toEqual(["uncertain_operations", "unpriced_units"]);
    expect(await kinds(without("prices:read"))).toEqual(["budgets_used_up", "uncertain_operations"]);
    expect(await kinds({ ...ctx, permissions: new Set(["srv_nexus.usage:read"]) })).toEqual(["uncertain_operations"]);
  });

  it("of operations, whoever sees them: a colleague is told of their own", async () => {
    await call({ end: "uncertain", source: "none", result: { doubt: "timeout" } });
    const permissions = new Set(["srv_nexus.usage:read", "srv_nexus.prices:read"]);
    const { organizationId } = ctx;
    expect(await kinds(testContext({ organizationId, permissions }))).toEqual([]);
    expect(await kinds({ ...ctx, permissions })).toEqual(["uncertain_operations"]);
  });
});
