import type pg from "pg";
import type { PeriodPlan } from "./store-periods.ts";
import { pendingRows, StatementValues, sumRows } from "./sum-rows.ts";
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

const measures = ["calls", "failed", "cost", "input_units", "output_units"] as const;

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
  const into = new StatementValues();
  const where = (["app", "user"] as const)
    .map((name) => (filter[name] === undefined ? "" : ` and u.${name}_id = ${into.add(filter[name])}`))
    .join("");
  const { rows } = await pool.query<StatementRow>(
    `with pending as materialized (${pendingRows({ organizationId, ...plan }, into)})
     select ${columns}, sum(calls)::text as calls, sum(failed)::text as failed, sum(cost)::text as cost,
            sum(input_units)::text as input_units, sum(output_units)::text as output_units
       from (${sumRows({ organizationId, detail: filter.user === undefined ? "app" : "all", measures, steps: plan.whole, where }, into)}) u
      group by ${columns} having sum(calls) <> 0 or sum(cost) <> 0
      order by app_id, split_part(operation, '.', 1), sum(cost) desc, operation, vendor, model, tier`,
    into.values,
  );
  return rows;
};
