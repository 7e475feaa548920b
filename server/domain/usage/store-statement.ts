import type pg from "pg";
import type { PeriodPlan } from "./store-periods.ts";
import type { UsageFilter } from "./usage-dimension.ts";

interface StatementRow {
  readonly app_id: string;
  readonly operation: string;
  readonly vendor: string;
  readonly model: string;
  readonly tier: string;
  readonly calls: string;
  readonly failed: string;
  readonly cost: string;
  readonly input_units: string;
  readonly output_units: string;
}

const columns = "app_id, operation, vendor, model, tier";

/** Sums of a month by everything that a line of a statement names; every entry once. */
export const selectStatementLines = async (
  pool: pg.Pool,
  {
    organizationId,
    plan,
    filter,
  }: {
    readonly organizationId: string;
    readonly plan: PeriodPlan;
    readonly filter: Pick<UsageFilter, "app" | "user">;
  },
): Promise<StatementRow[]> => {
  const suffix = filter.user === undefined ? "_app" : "";
  const where = (alias: string): string =>
    `($7::text is null or ${alias}.app_id = $7) and ${filter.user === undefined ? "$8::text is null" : `${alias}.user_id = $8`}`;
  const { rows } = await pool.query<StatementRow>(
    `with u as (
       select ${columns}, calls, failed, cost, input_units, output_units from nexus.usage_day${suffix} d
        where d.org_id = $1 and d.day = any ($4::timestamptz[]) and ${where("d")}
       union all
       select ${columns}, p.sign * calls, p.sign * failed, p.sign * cost, p.sign * input_units, p.sign * output_units
         from nexus.usage_hour${suffix} h join unnest($5::timestamptz[], $6::int[]) p (at, sign) on p.at = h.hour
        where h.org_id = $1 and h.hour = any ($5::timestamptz[]) and ${where("h")}
       union all
       select ${columns}, calls, failed, cost, input_units, output_units from nexus.nexus_pending_usage($1) t
        where t.hour >= $2 and t.hour < $3 and ${where("t")})
     select ${columns}, sum(calls)::text as calls, sum(failed)::text as failed, sum(cost)::text as cost,
            sum(input_units)::text as input_units, sum(output_units)::text as output_units
       from u group by ${columns} having sum(calls) <> 0 or sum(cost) <> 0
      order by app_id, split_part(operation, '.', 1), sum(cost) desc, operation, vendor, model, tier`,
    [
      organizationId,
      plan.from,
      plan.to,
      plan.days.map(({ at }) => at),
      plan.hours.map(({ at }) => at),
      plan.hours.map(({ sign }) => sign),
      filter.app ?? null,
      filter.user ?? null,
    ],
  );
  return rows;
};
