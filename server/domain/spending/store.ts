import type pg from "pg";
import { SpendingRules } from "./spending-rules.ts";

export interface SpendingPolicyRow {
  readonly organizationId: string;
  /** Empty: all apps together. */
  readonly appId: string;
  readonly rules: SpendingRules;
}

interface StoredPolicy {
  readonly org_id: string;
  readonly app_id: string;
  readonly rules: unknown;
}

const rowOf = ({ org_id, app_id, rules }: StoredPolicy): SpendingPolicyRow => ({
  organizationId: org_id,
  appId: app_id,
  rules: SpendingRules.parse(rules),
});

/** Of one organization, or of all. */
export const selectPolicies = async (
  db: pg.Pool | pg.PoolClient,
  organizationId?: string,
): Promise<readonly SpendingPolicyRow[]> => {
  const { rows } = await db.query<StoredPolicy>(
    "select org_id, app_id, rules from nexus.spending_policy where $1::text is null or org_id = $1 order by org_id, app_id",
    [organizationId ?? null],
  );
  return rows.map(rowOf);
};

export const upsertPolicy = async (
  tx: pg.PoolClient,
  { organizationId, appId, rules }: SpendingPolicyRow,
): Promise<void> => {
  await tx.query(
    `insert into nexus.spending_policy (org_id, app_id, rules) values ($1, $2, $3)
     on conflict (org_id, app_id) do update set rules = excluded.rules, updated_at = clock_timestamp()`,
    [organizationId, appId, JSON.stringify(rules)],
  );
};

export const deletePolicy = async (tx: pg.PoolClient, organizationId: string, appId: string): Promise<void> => {
  await tx.query("delete from nexus.spending_policy where org_id = $1 and app_id = $2", [organizationId, appId]);
};

/** Whose day's limit it is, and of what. */
export interface DayUnit {
  readonly organizationId: string;
  /** Empty: all apps together. */
  readonly appId: string;
  /** `2026-11-29`, in UTC. */
  readonly day: string;
  readonly unit: string;
}

const keyOf = ({ organizationId, appId, day, unit }: DayUnit) => [organizationId, appId, day, unit];

/** Takes an amount where the day has been begun and its limit has room, under the row's lock until the transaction ends. */
export const takeOfDay = async (
  db: pg.Pool | pg.PoolClient,
  of: DayUnit,
  amount: bigint,
  limit: bigint,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update nexus.spending_day set taken = taken + $5
      where org_id = $1 and app_id = $2 and day = $3::date and unit = $4 and taken + $5 <= $6`,
    [...keyOf(of), amount, limit],
  );
  return rowCount === 1;
};

/** Begins a day, unless it has begun. */
export const beginDay = async (db: pg.Pool | pg.PoolClient, of: DayUnit): Promise<void> => {
  await db.query(
    `insert into nexus.spending_day (org_id, app_id, day, unit) values ($1, $2, $3::date, $4) on conflict do nothing`,
    keyOf(of),
  );
};

/** Corrects what was taken by what payments of the day came to, without those that were not made or can never be paid. */
export const recountDay = async (
  tx: pg.PoolClient,
  of: DayUnit,
  {
    kinds,
    currency,
    from,
    to,
  }: { readonly kinds: readonly string[]; readonly currency: string; readonly from: string; readonly to: string },
): Promise<void> => {
  await tx.query(
    "select from nexus.spending_day where org_id = $1 and app_id = $2 and day = $3::date and unit = $4 for update",
    keyOf(of),
  );
  await tx.query(
    `update nexus.spending_day set taken = (
       select coalesce(sum(p.amount), 0) from nexus.payment p
        where p.org_id = $1 and ($2 = '' or p.app_id = $2) and p.kind = any ($5) and p.currency = $6
          and p.operation_id >= $7 and p.operation_id < $8 and not nexus.nexus_payment_is_over(p.operation_id))
      where org_id = $1 and app_id = $2 and day = $3::date and unit = $4`,
    [...keyOf(of), kinds, currency, from, to],
  );
};

export interface DayUseRow {
  /** Empty: all apps together. */
  readonly appId: string;
  readonly kind: "payment" | "refund" | "message";
  readonly currency: string | null;
  readonly taken: bigint;
}

/** What was taken of a day by each of these apps, or by all together: payments as a recount finds them, and messages as far as they are counted. */
export const selectDayUse = async (
  pool: pg.Pool,
  organizationId: string,
  appIds: readonly string[],
  { day, from, to }: { readonly day: string; readonly from: string; readonly to: string },
): Promise<readonly DayUseRow[]> => {
  if (appIds.length === 0) return [];
  const { rows } = await pool.query<DayUseRow>(
    `select a.app as "appId", case when p.kind = 'refund' then 'refund' else 'payment' end as kind, p.currency, sum(p.amount)::bigint as taken
       from unnest($2::text[]) a (app) join nexus.payment p on p.org_id = $1 and (a.app = '' or p.app_id = a.app)
      where p.operation_id >= $4 and p.operation_id < $5 and p.kind in ('order', 'checkout', 'refund') and p.amount is not null
        and not nexus.nexus_payment_is_over(p.operation_id)
      group by 1, 2, 3
     union all
     select d.app_id, 'message', null, d.taken from nexus.spending_day d
      where d.org_id = $1 and d.app_id = any ($2) and d.day = $3::date and d.unit = 'message'
      order by 1, 2, 3`,
    [organizationId, appIds, day, from, to],
  );
  return rows;
};
