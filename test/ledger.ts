import type { Pool } from "pg";
import { openPool } from "../server/platform/db/pool.ts";
import { systemClock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import {
  openLedger,
  type HoldFacts,
  type Ledger,
  type ReserveCall,
  type SettleCall,
  type SettleReply,
} from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** A budget of a test organization. */
export interface TestBudget {
  readonly scope?: "organization" | "app" | "user" | "key";
  readonly scopeId?: string;
  readonly period?: "hour" | "day" | "week" | "month" | "total";
  readonly window?: "calendar" | "rolling";
  readonly hard?: boolean;
  readonly limit: bigint;
  readonly thresholds?: readonly number[];
  readonly timeZone?: string;
}

/** An organization of the test's own with the levels its calls are reserved on. */
export interface TestOrganization {
  readonly organizationId: string;
  readonly levels: readonly bigint[];
  readonly epoch: bigint;
}

export const holdFacts: HoldFacts = {
  appId: "srv_test",
  userId: "usr_test",
  keyId: undefined,
  operation: "ai.generateText",
  effect: "read",
  vendor: "openai",
  model: "gpt-test",
  requestedModel: "openai/gpt-test",
  credentialTier: "byok",
  credentialId: "cred_test",
  credentialVersion: 1,
  priceIds: ["price_test"],
  door: "rest",
  requestId: "req_test",
};

/** A database, a superuser pool into it, and ledgers like those of separate processes. */
export interface TestLedger {
  readonly url: string;
  readonly pool: Pool;
  /** The first process's. */
  readonly ledger: Ledger;
  /** At another address of the same database, if one is given. */
  readonly open: (url?: string) => Promise<Ledger>;
  readonly organization: (budgets?: readonly TestBudget[]) => Promise<TestOrganization>;
  readonly call: (organization: TestOrganization, heldNanos: bigint, more?: Partial<ReserveCall>) => ReserveCall;
  /** Reserves and insists on it. */
  readonly hold: (organization: TestOrganization, heldNanos: bigint, more?: Partial<ReserveCall>) => Promise<string>;
  readonly settle: (operationId: string, costNanos: bigint, more?: Partial<SettleCall>) => Promise<SettleReply>;
  readonly end: (operationId: string, end: "released" | "uncertain") => Promise<SettleReply>;
  readonly budget: (id: bigint | undefined) => Promise<BudgetCounters>;
  /** Budget rows whose counters do not equal their holds and entries; to be empty, always. */
  readonly disagreeing: () => Promise<unknown[]>;
  readonly close: () => Promise<void>;
}

export interface BudgetCounters {
  readonly lim: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
  readonly rolled_off: bigint;
}

const disagreeing = `
  select * from (
    select b.id, b.reserved, b.spent, b.overrun, b.rolled_off,
           coalesce((select sum(o.held) from nexus.operation o where o.levels @> array[b.id] and o.state in ('open', 'uncertain')), 0) as held,
           coalesce((select sum(case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end)
                       from nexus.operation o join nexus.entry e using (operation_id) where o.levels @> array[b.id]), 0) as booked,
           coalesce((select sum(k.spent + k.overrun) from nexus.budget_bucket k where k.budget_id = b.id), 0) as bucketed
      from nexus.budget b where not b.of_wallet) s
   where reserved <> held or spent + overrun + rolled_off <> booked
      or exists (select from nexus.budget r where r.id = s.id and r.span is not null and r.spent + r.overrun <> s.bucketed)`;

/** Opens it in a database of its own, or in one that is given. */
export const openTestLedger = async (given?: Pick<TestDatabase, "url" | "drop">): Promise<TestLedger> => {
  const database = given ?? (await createTestDatabase());
  const pool = openPool({
    connectionString: database.url,
    schema: "nexus",
    maxConnections: 4,
    applicationName: "test",
    log,
  });
  // Production may lower a limit below what is committed; here every commit is checked.
  await pool.query(
    "alter table nexus.budget add constraint within_limit check (not hard or of_wallet or spent + reserved <= lim)",
  );
  const ledgers: Ledger[] = [];
  const open = async (url = database.url): Promise<Ledger> => {
    const opened = await openLedger({
      connectionString: url,
      processId: newId(),
      clock: systemClock,
      log,
      requireDurability: true,
    });
    ledgers.push(opened);
    return opened;
  };
  const ledger = await open();
  let made = 0;

  const organization = async (budgets: readonly TestBudget[] = []): Promise<TestOrganization> => {
    made += 1;
    const organizationId = `org_${made}_${newId().slice(-6)}`;
    await pool.query("select nexus.nexus_ensure_org($1)", [organizationId]);
    for (const budget of budgets) {
      const {
        scope = "organization",
        period = "total",
        window = "calendar",
        hard = true,
        timeZone = "UTC",
        thresholds = [],
      } = budget;
      const scopeId = scope === "organization" ? null : (budget.scopeId ?? `${scope}_test`);
      await pool.query("select nexus.nexus_set_budget($1, $2, $3, $4, $5, $6, 'nanoUsd', $7, $8, $9, $10)", [
        newId(),
        organizationId,
        scope,
        scopeId,
        period,
        window,
        hard,
        budget.limit,
        thresholds,
        timeZone,
      ]);
    }
    const { rows } = await pool.query<{ id: bigint; epoch: bigint }>(
      `select id, epoch from nexus.budget where org_id = $1 and starts_at <= clock_timestamp() and ends_at > clock_timestamp() order by id`,
      [organizationId],
    );
    return { organizationId, levels: rows.map(({ id }) => id), epoch: rows[0]?.epoch ?? 0n };
  };

  const call: TestLedger["call"] = ({ organizationId, levels, epoch }, heldNanos, more = {}) => ({
    operationId: newId(),
    organizationId,
    levels,
    epoch,
    heldNanos,
    ttlMs: 60_000,
    facts: holdFacts,
    ...more,
  });

  return {
    url: database.url,
    pool,
    ledger,
    open,
    organization,
    call,
    hold: async (...args) => {
      const wanted = call(...args);
      const reply = await ledger.reserve(wanted);
      if (reply.status !== "held") throw new Error(`not held but ${reply.status}`);
      return wanted.operationId;
    },
    settle: (operationId, costNanos, more = {}) =>
      ledger.settle({
        operationId,
        end: "settled",
        costNanos,
        source: "provider",
        result: { units: { input: 10, output: 5 }, status: 200 },
        ...more,
      }),
    end: (operationId, end) => ledger.settle({ operationId, end, source: "none", result: {} }),
    budget: async (id) => {
      const { rows } = await pool.query<BudgetCounters>(
        "select lim, reserved, spent, overrun, rolled_off from nexus.budget where id = $1",
        [id],
      );
      const [row] = rows;
      if (!row) throw new Error("no such budget row");
      return row;
    },
    disagreeing: async () => (await pool.query(disagreeing)).rows,
    close: async () => {
      await Promise.all(ledgers.map((each) => each.close(2_000)));
      await pool.end();
      await database.drop();
    },
  };
};
