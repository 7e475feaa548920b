import type pg from "pg";
import type { BudgetPeriod, BudgetScope, BudgetWindow } from "../budgets/index.ts";

type Reader = pg.Pool | pg.PoolClient;

export interface RequestRow {
  readonly id: string;
  readonly organization_id: string;
  readonly user_id: string;
  readonly rule_id: string;
  readonly scope: BudgetScope;
  readonly scope_id: string | null;
  readonly period: BudgetPeriod;
  readonly window_kind: BudgetWindow;
  readonly limit_before: string;
  readonly limit_wanted: string;
  readonly reason: string;
  readonly state: "open" | "granted" | "declined";
  readonly decision_id: string | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly note: string | null;
  readonly granted_lim: string | null;
  readonly granted_until: Date | null;
  readonly created_at: Date;
}

const shown = `q.id, q.organization_id, q.user_id, q.rule_id, r.scope, r.scope_id, r.period, r.window_kind, q.limit_before::text,
  q.limit_wanted::text, q.reason, q.state, q.decision_id, q.decided_by, q.decided_at, q.note,
  q.granted_lim::text, q.granted_until, q.created_at`;

interface NewRequest {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly budgetId: string;
  readonly limitBefore: bigint;
  readonly limitWanted: bigint;
  readonly reason: string;
}

/** False where the person has an open request for that budget. */
export const insertRequest = async (tx: pg.PoolClient, request: NewRequest): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nexus.budget_request (id, organization_id, user_id, rule_id, limit_before, limit_wanted, reason)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (organization_id, user_id, rule_id) where state = 'open' do nothing`,
    [
      request.id,
      request.organizationId,
      request.userId,
      request.budgetId,
      request.limitBefore,
      request.limitWanted,
      request.reason,
    ],
  );
  return rowCount === 1;
};

/** How many a person has made within a day; the person's others wait until this transaction ends. */
export const countOfDay = async (tx: pg.PoolClient, organizationId: string, userId: string): Promise<number> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `budget_request ${organizationId} ${userId}`,
  ]);
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from nexus.budget_request
      where organization_id = $1 and user_id = $2 and created_at > clock_timestamp() - interval '1 day'`,
    [organizationId, userId],
  );
  return rows[0]?.n ?? 0;
};

interface WantedRequests {
  readonly organizationId: string;
  /** Undefined: everybody's. */
  readonly userId: string | undefined;
  readonly state: RequestRow["state"] | undefined;
  readonly limit: number;
}

/** Newest first. */
export const selectRequests = async (
  db: Reader,
  { organizationId, userId, state, limit }: WantedRequests,
): Promise<RequestRow[]> => {
  const { rows } = await db.query<RequestRow>(
    `select ${shown} from nexus.budget_request q join nexus.budget_rule r on r.id = q.rule_id
      where q.organization_id = $1 and ($2::text is null or q.user_id = $2) and ($3::text is null or q.state = $3)
      order by q.id desc limit $4`,
    [organizationId, userId ?? null, state ?? null, limit],
  );
  return rows;
};

/** The request, locked until the transaction ends. */
export const lockRequest = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
): Promise<RequestRow | undefined> => {
  const { rows } = await tx.query<RequestRow>(
    `select ${shown} from nexus.budget_request q join nexus.budget_rule r on r.id = q.rule_id
      where q.organization_id = $1 and q.id = $2 for update of q`,
    [organizationId, id],
  );
  return rows[0];
};

interface Decision {
  readonly id: string;
  readonly state: "granted" | "declined";
  readonly decisionId: string;
  readonly decidedBy: string;
  readonly note: string | undefined;
  readonly granted: { readonly limitNanos: bigint; readonly until: Date } | undefined;
}

/** Decides it; whoever asked is to be told. */
export const decide = async (
  tx: pg.PoolClient,
  { id, state, decisionId, decidedBy, note, granted }: Decision,
): Promise<void> => {
  await tx.query(
    `update nexus.budget_request set state = $2, decision_id = $3, decided_by = $4, note = $5, decided_at = clock_timestamp(),
            granted_lim = $6, granted_until = $7, tell_at = clock_timestamp(), tries = 0 where id = $1`,
    [id, state, decisionId, decidedBy, note ?? null, granted?.limitNanos ?? null, granted?.until ?? null],
  );
};

/** One of which people are to be mailed, taken by this process for a while. */
export type UntoldRequest = RequestRow & { readonly tries: number };

export const takeUntold = async (
  pool: pg.Pool,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<UntoldRequest[]> => {
  const { rows } = await pool.query<UntoldRequest>(
    `with due as (
       select id from nexus.budget_request where tell_at <= clock_timestamp() order by tell_at limit $1 for update skip locked),
     q as (
       update nexus.budget_request t set tries = t.tries + 1, tell_at = clock_timestamp() + $2::bigint * interval '1 millisecond'
         from due where t.id = due.id returning t.*)
     select ${shown}, q.tries from q join nexus.budget_rule r on r.id = q.rule_id`,
    [limit, leaseMs],
  );
  return rows;
};

/** Told, given up, or to be told again; one that was decided meanwhile is left as it is. */
export const endTelling = async (
  pool: pg.Pool,
  { id, state }: Pick<RequestRow, "id" | "state">,
  afterMs: number | undefined,
): Promise<void> => {
  await pool.query(
    `update nexus.budget_request set tell_at = clock_timestamp() + $3::bigint * interval '1 millisecond' where id = $1 and state = $2`,
    [id, state, afterMs === undefined ? null : Math.ceil(afterMs)],
  );
};
