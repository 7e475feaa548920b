import type pg from "pg";
import { detailFor, tableEndOf } from "./usage-dimension.ts";

/** What sums may be grouped by. */
export const usageDimensions = ["appId", "userId", "keyId", "vendor", "model", "source"] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** What they are called where detail is chosen. */
const groupingOf: Readonly<Record<UsageDimension, string>> = {
  appId: "app",
  userId: "user",
  keyId: "key",
  vendor: "vendor",
  model: "model",
  source: "source",
};

/** Columns of the sums; those that they do not tell apart are empty. */
const columnsFor = {
  all: "app_id, user_id, key_id, vendor, model, source",
  app: "app_id, '' as user_id, '' as key_id, vendor, model, source",
  user: "'' as app_id, user_id, key_id, '' as vendor, '' as model, '' as source",
  total: "'' as app_id, '' as user_id, '' as key_id, '' as vendor, '' as model, '' as source",
  customer: "app_id, '' as user_id, '' as key_id, '' as vendor, '' as model, '' as source",
} as const;

const columnOf: Readonly<Record<UsageDimension, string>> = {
  appId: "app_id",
  userId: "user_id",
  keyId: "key_id",
  vendor: "vendor",
  model: "model",
  source: "source",
};

export interface UsageQuery {
  readonly organizationId: string;
  readonly from: Date;
  readonly to: Date;
  readonly step: "hour" | "day";
  readonly by: readonly UsageDimension[];
  readonly filters: Readonly<Partial<Record<UsageDimension, string | undefined>>>;
  readonly limit: number;
}

export interface UsageSumRow {
  readonly at: Date;
  readonly app_id: string | null;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly source: string | null;
  readonly calls: string;
  readonly failed: string;
  readonly cost: string;
  readonly overrun: string;
  readonly input_units: string;
  readonly output_units: string;
}

/** Of the whole days of UTC in the period. Where there is none they are the same, and hours are read alone. */
const firstDay = "date_trunc('day', $2::timestamptz + interval '1 day' - interval '1 microsecond', 'UTC')";
const lastDay = `greatest(date_trunc('day', $3::timestamptz, 'UTC'), ${firstDay})`;

/** The sums of hours or days and the entries that are not in them yet, in one snapshot: every entry exactly once. */
export const selectUsageSums = async (pool: pg.Pool, query: UsageQuery): Promise<UsageSumRow[]> => {
  const filters = usageDimensions.flatMap((dimension) => {
    const value = query.filters[dimension];
    return value === undefined ? [] : [{ column: columnOf[dimension], value }];
  });
  const where = filters.map(({ column }, index) => `and u.${column} = $${index + 6}`).join(" ");
  const columns = usageDimensions.map((dimension) => {
    const column = columnOf[dimension];
    return query.by.includes(dimension) ? `nullif(u.${column}, '') as ${column}` : `null::text as ${column}`;
  });
  const detail = detailFor(
    usageDimensions
      .filter((dimension) => query.by.includes(dimension) || query.filters[dimension] !== undefined)
      .map((dimension) => groupingOf[dimension]),
  );
  const tableEnd = tableEndOf[detail];
  const { rows } = await pool.query<UsageSumRow>(
    `with u as (
       select hour, ${columnsFor[detail]}, calls, failed, cost, overrun, input_units, output_units
         from nexus.usage_hour${tableEnd} where org_id = $1 and hour >= $2 and hour < $3
          and ($4 <> 'day' or hour < ${firstDay} or hour >= ${lastDay})
       union all
       select day, ${columnsFor[detail]}, calls, failed, cost, overrun, input_units, output_units
         from nexus.usage_day${tableEnd} where $4 = 'day' and org_id = $1 and day >= ${firstDay} and day < ${lastDay}
       union all
       select t.hour, t.app_id, t.user_id, t.key_id, t.vendor, t.model, t.source, t.calls, t.failed, t.cost, t.overrun, t.input_units, t.output_units
         from nexus.nexus_pending_usage($1) t where t.hour >= $2 and t.hour < $3)
     select date_trunc($4, u.hour, 'UTC') as at, ${columns.join(", ")}, sum(u.calls)::text as calls, sum(u.failed)::text as failed,
            sum(u.cost)::text as cost, sum(u.overrun)::text as overrun, sum(u.input_units)::text as input_units,
            sum(u.output_units)::text as output_units
       from u where true ${where}
      group by 1, 2, 3, 4, 5, 6, 7
     having sum(u.calls) <> 0 or sum(u.cost) <> 0
      order by 1, sum(u.cost) desc, 2, 3, 4, 5, 6, 7
      limit $5`,
    [query.organizationId, query.from, query.to, query.step, query.limit, ...filters.map(({ value }) => value)],
  );
  return rows;
};
