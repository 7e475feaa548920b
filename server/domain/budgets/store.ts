import type pg from "pg";
import type { BudgetPeriod, BudgetScope, BudgetWindow } from "./budget.ts";
import type { SpendingStop } from "./budget-levels.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

type Reader = pg.Pool | pg.PoolClient;

interface NewRule {
  readonly id: string;
  readonly organizationId: string;
  readonly scope: BudgetScope;
  readonly scopeId: string | undefined;
  readonly period: BudgetPeriod;
  readonly window: BudgetWindow;
  readonly hard: boolean;
  readonly limitNanos: bigint;
  readonly alertThresholds: readonly number[];
  readonly timeZone: string;
  /** The platform's own, which the organization does not change. */
  readonly imposed?: boolean;
}

/** Returns the id of the rule that was created or changed. */
export const putRule = async (tx: pg.PoolClient, rule: NewRule): Promise<string> => {
  const { rows } = await tx.query<{ id: string }>(
    "select nexus.nexus_set_budget($1, $2, $3, $4, $5, $6, 'nanoUsd', $7, $8, $9, $10, $11) as id",
    [
      rule.id,
      rule.organizationId,
      rule.scope,
      rule.scopeId ?? null,
      rule.period,
      rule.window,
      rule.hard,
      rule.limitNanos,
      rule.alertThresholds,
      rule.timeZone,
      rule.imposed ?? false,
    ],
  );
  return rows[0]?.id ?? rule.id;
};

/** False where the organization has no such rule of its own. */
export const raiseRule = async (
  tx: pg.PoolClient,
  {
    organizationId,
    id,
    limitNanos,
    until,
  }: { readonly organizationId: string; readonly id: string; readonly limitNanos: bigint; readonly until: Date },
): Promise<boolean> => {
  const { rows } = await tx.query<{ raised: boolean }>("select nexus.nexus_raise_budget($1, $2, $3, $4) as raised", [
    organizationId,
    id,
    limitNanos,
    until,
  ]);
  return rows[0]?.raised ?? false;
};

export const countRules = async (tx: pg.PoolClient, organizationId: string): Promise<number> => {
  const { rows } = await tx.query<{ rules: string }>(
    "select count(*)::text as rules from nexus.budget_rule where org_id = $1 and active",
    [organizationId],
  );
  return Number(rows[0]?.rules ?? 0);
};

export const endRule = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
  imposed = false,
): Promise<boolean> => {
  const { rows } = await tx.query<{ ended: boolean }>("select nexus.nexus_remove_budget($1, $2, $3) as ended", [
    organizationId,
    id,
    imposed,
  ]);
  return rows[0]?.ended ?? false;
};

/** Makes the organization's root and the rows of its present periods where they are missing. */
export const openPeriods = async (pool: pg.Pool, organizationId: string): Promise<void> => {
  await pool.query("select nexus.nexus_ensure_org($1), nexus.nexus_open_periods($1)", [organizationId]);
};

/** The present period of a budget and the whole one before it, by the calendar of a zone; windows end now. */
export const selectPeriods = async (
  reader: Reader,
  {
    period,
    window,
    timeZone,
    now,
  }: {
    readonly period: BudgetPeriod;
    readonly window: BudgetWindow;
    readonly timeZone: string;
    readonly now: Date;
  },
): Promise<{ readonly pastFrom: Date | undefined; readonly from: Date; readonly to: Date | undefined }> => {
  const rolling = window === "rolling";
  const { rows } = await reader.query<{ past: Date | null; begins: Date; ends: Date | null }>(
    `with length as (select case $1 when 'total' then interval '30 days' when 'month' then case when $2 then interval '30 days' else interval '1 month' end
                                    else ('1 ' || $1)::interval end as one),
     begin as (select one, case when $2 or $1 = 'total' then $4::timestamptz - one else date_trunc($1, $4::timestamptz, $3) end as begins from length)
     select begins, case when $1 <> 'total' then (begins at time zone $3 - one) at time zone $3 end as past,
            case when not $2 and $1 <> 'total' then (begins at time zone $3 + one) at time zone $3 end as ends from begin`,
    [period, rolling, timeZone, now],
  );
  const [row] = rows;
  return { pastFrom: row?.past ?? undefined, from: row?.begins ?? now, to: row?.ends ?? undefined };
};

export interface BudgetRow {
  readonly id: string;
  readonly scope: BudgetScope;
  readonly scope_id: string | null;
  readonly period: BudgetPeriod;
  readonly window_kind: BudgetWindow;
  readonly hard: boolean;
  readonly imposed: boolean;
  readonly time_zone: string;
  /** The one that holds now. */
  readonly lim: string;
  readonly base_lim: string;
  /** Null: the budget's own limit holds. */
  readonly raised_until: Date | null;
  readonly spent: string;
  readonly reserved: string;
  readonly in_doubt: string;
  readonly overrun: string;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
  readonly alert_thresholds: number[];
  readonly alerts: { threshold: number; crossedAt: string }[];
  readonly forecast_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const limitNow = "case when r.raised_until > clock_timestamp() then r.raised_lim else r.lim end";

/** Active rules with the row of the present period. */
export const selectBudgets = async (
  reader: Reader,
  organizationId: string,
  id: string | undefined,
): Promise<BudgetRow[]> => {
  const { rows } = await reader.query<BudgetRow>(
    `with doubt as materialized (
       select l.id, sum(o.held) as held from nexus.operation o, unnest(o.levels) l (id)
        where o.state = 'uncertain' and o.org_id = $1 group by 1)
     select r.id, r.scope, r.scope_id, r.period, r.window_kind, r.hard, r.imposed, r.time_zone, ${limitNow}::text as lim,
            r.lim::text as base_lim, case when r.raised_until > clock_timestamp() then r.raised_until end as raised_until, r.alert_thresholds,
            r.created_at, r.updated_at, coalesce(b.spent, 0)::text as spent, coalesce(b.reserved, 0)::text as reserved,
            coalesce(d.held, 0)::text as in_doubt, coalesce(b.overrun, 0)::text as overrun,
            case when isfinite(b.starts_at) then b.starts_at end as starts_at, case when isfinite(b.ends_at) then b.ends_at end as ends_at,
            coalesce((select json_agg(json_build_object('threshold', a.threshold, 'crossedAt', a.crossed_at) order by a.threshold)
                        from nexus.budget_alert a where a.budget_id = b.id and a.threshold > 0 and a.cleared_at is null), '[]') as alerts,
            (select a.crossed_at from nexus.budget_alert a where a.budget_id = b.id and a.threshold = 0 and a.cleared_at is null) as forecast_at
       from nexus.budget_rule r
       left join nexus.budget b on b.rule_id = r.id and b.starts_at <= clock_timestamp() and b.ends_at > clock_timestamp()
       left join doubt d on d.id = b.id
      where r.org_id = $1 and r.active and ($2::uuid is null or r.id = $2)
      order by r.id`,
    [organizationId, id],
  );
  return rows;
};

/** The organization's rule that the platform imposes. */
export const selectImposed = async (
  tx: pg.PoolClient,
  organizationId: string,
): Promise<{ readonly id: string; readonly lim: bigint } | undefined> => {
  const { rows } = await tx.query<{ id: string; lim: bigint }>(
    "select id, lim from nexus.budget_rule where org_id = $1 and active and imposed",
    [organizationId],
  );
  return rows[0];
};

export interface LevelRow {
  /** Null: an active rule whose row has not been made. */
  readonly id: bigint | null;
  readonly org_id: string;
  /** Null: the organization's root. */
  readonly rule_id: string | null;
  readonly epoch: bigint;
  /** ms since the epoch; infinite for rows without an end. */
  readonly starts_at: number;
  readonly ends_at: number;
  readonly scope: BudgetScope | null;
  readonly scope_id: string | null;
  readonly period: BudgetPeriod | null;
  /** The limit of a rule that the platform imposes; null for every other. */
  readonly imposed: bigint | null;
  readonly now: number;
}

/** Roots, and active rules with their present and coming rows, in one snapshot of the database. */
export const selectLevels = async (pool: pg.Pool): Promise<LevelRow[]> => {
  const { rows } = await pool.query<LevelRow>(
    `select l.*, (extract(epoch from clock_timestamp()) * 1000)::float8 as now from (
       select id, org_id, rule_id, epoch, '-Infinity'::float8 as starts_at, 'Infinity'::float8 as ends_at,
              null::text as scope, null::text as scope_id, null::text as period,
              null::bigint as imposed
         from nexus.budget where rule_id is null
       union all
       select b.id, r.org_id, r.id, 0, (extract(epoch from b.starts_at) * 1000)::float8, (extract(epoch from b.ends_at) * 1000)::float8,
              r.scope, r.scope_id, r.period, case when r.imposed then r.lim end as imposed
         from nexus.budget_rule r left join nexus.budget b on b.rule_id = r.id and b.ends_at > clock_timestamp() - interval '1 minute'
        where r.active and r.unit = 'nanoUsd') l
      order by l.id`,
  );
  return rows;
};

/** Why nothing may be spent; undefined: calls are admitted. */
export const selectSpendingStop = async (reader: Reader): Promise<SpendingStop | undefined> => {
  const { rows } = await reader.query<{ stop: SpendingStop | null }>("select nexus.nexus_spending_stop() as stop");
  return rows[0]?.stop ?? undefined;
};

/** Returns since when spending had been stopped. */
export const allowSpending = async (tx: pg.PoolClient): Promise<Date | undefined> => {
  const { rows } = await tx.query<{ stopped_at: Date }>("select stopped_at from nexus.installation for update");
  await tx.query("select nexus.allow_spending()");
  return rows[0]?.stopped_at;
};

export interface ForecastRow {
  readonly id: string;
  readonly per_day: string;
  readonly left: string;
  readonly rolling: boolean;
  readonly ends_at: Date | null;
}

/** What is left of each budget, and what the calls that count against it cost a day. */
export const selectForecasts = async (reader: Reader, organizationId: string): Promise<ForecastRow[]> => {
  const { rows } = await reader.query<ForecastRow>(
    `select r.id, nexus.nexus_spend_rate(r.org_id, r.scope, r.scope_id)::text as per_day,
            (${limitNow} - coalesce(b.spent + b.overrun, 0))::text as left, r.window_kind = 'rolling' as rolling,
            case when isfinite(b.ends_at) then b.ends_at end as ends_at
       from nexus.budget_rule r
       left join nexus.budget b on b.rule_id = r.id and b.starts_at <= clock_timestamp() and b.ends_at > clock_timestamp()
      where r.org_id = $1 and r.active and r.unit = 'nanoUsd'
      order by r.id limit 1000`,
    [organizationId],
  );
  return rows;
};
