import type pg from "pg";
import { detailFor, tableEndOf, type UsageGrouping } from "./usage-dimension.ts";

const columnOf: Readonly<Record<Exclude<UsageGrouping, "status">, string>> = {
  app: "d.app_id",
  user: "d.user_id",
  key: "d.key_id",
  customer: "nullif(d.customer, 0)::text",
  family: "split_part(d.operation, '.', 1)",
  operation: "d.operation",
  vendor: "d.vendor",
  model: "d.model",
  tier: "d.tier",
  source: "d.source",
};

interface ValueQuery {
  readonly organizationId: string;
  readonly of: Exclude<UsageGrouping, "status">;
  readonly userId: string | undefined;
  readonly since: Date;
  readonly limit: number;
}

/** Values that were used since a day, those with most calls first. */
export const selectValues = async (
  pool: pg.Pool,
  { organizationId, of, userId, since, limit }: ValueQuery,
): Promise<{ readonly value: string; readonly calls: string }[]> => {
  const detail = detailFor(userId === undefined ? [of] : [of, "user"]);
  const column = columnOf[of];
  const { rows } = await pool.query<{ value: string; calls: string }>(
    `select ${column} as value, sum(d.calls)::text as calls from nexus.usage_day${tableEndOf[detail]} d
      where d.org_id = $1 and d.day >= date_trunc('day', $2::timestamptz, 'UTC') ${detail === "app" || detail === "customer" ? "and $4::text is null" : "and ($4::text is null or d.user_id = $4)"}
      group by 1 having ${column} <> '' order by sum(d.calls) desc, 1 limit $3`,
    [organizationId, since, limit, userId ?? null],
  );
  return rows;
};
