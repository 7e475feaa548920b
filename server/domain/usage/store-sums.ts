import type pg from "pg";
import type { PeriodPlan } from "./store-periods.ts";
import {
  detailFor,
  groupingsOf,
  tableEndOf,
  type UsageDetail,
  type UsageFilter,
  type UsageGrouping,
} from "./usage-dimension.ts";

/** Sums of one group in one interval. */
export interface SumRow {
  readonly interval: number;
  readonly g1: string | null;
  readonly g2: string | null;
  /** The groups that are not told apart. */
  readonly other: boolean;
  readonly rank: number;
  readonly calls: string;
  readonly failed: string;
  readonly messages: string;
  readonly cost: string;
  readonly overrun: string;
  readonly input_units: string;
  readonly output_units: string;
  readonly latency: string;
  readonly groups: number;
}

export type SumOrder = "cost" | "calls" | "errors";

interface SumQuery {
  readonly organizationId: string;
  readonly plan: PeriodPlan;
  readonly filter: UsageFilter;
  /** Budget rows of the customers' wallets, where the filter names a customer. */
  readonly wallets: readonly string[] | undefined;
  readonly by: readonly UsageGrouping[];
  readonly orderBy: SumOrder;
  /** How many groups are told apart. */
  readonly limit: number;
}

const columnOf: Readonly<Record<Exclude<UsageGrouping, "status">, string>> = {
  app: "u.app_id",
  user: "u.user_id",
  key: "u.key_id",
  customer: "nullif(u.customer, 0)::text",
  family: "split_part(u.operation, '.', 1)",
  operation: "u.operation",
  vendor: "u.vendor",
  model: "u.model",
  tier: "u.tier",
  source: "u.source",
};

const orders: Readonly<Record<SumOrder, string>> = {
  cost: "sum(cost)",
  calls: "sum(calls)",
  errors: "sum(failed)",
};

const columnsFor: Readonly<Record<UsageDetail, readonly string[]>> = {
  all: ["app_id", "user_id", "key_id", "operation", "vendor", "model", "source", "tier", "customer"],
  app: ["app_id", "operation", "vendor", "model", "source", "tier"],
  user: ["user_id", "key_id"],
};
const measures = ["calls", "failed", "cost", "overrun", "input_units", "output_units", "latency"] as const;

const columnsOf = (alias: string, detail: UsageDetail): string =>
  columnsFor[detail].map((column) => `${alias}.${column}`).join(", ");

/** Mails that were sent: the sums by user, which know no operation, have counted them. */
const messagesOf = (alias: string, detail: UsageDetail): string =>
  detail === "user"
    ? `${alias}.messages`
    : `case when ${alias}.operation like 'email.%' then ${alias}.calls - ${alias}.failed else 0 end`;

const signed = measures.map((measure) => `p.sign * h.${measure} as ${measure}`).join(", ");
const plain = (alias: string): string => measures.map((measure) => `${alias}.${measure}`).join(", ");

/** Failed calls cost nothing: what they are told apart by is a count beside the others. */
const statuses = `lateral (values ('succeeded', u.calls - u.failed, 0::bigint, u.cost, u.overrun, u.input_units, u.output_units, u.latency, u.messages),
                                  ('failed', u.failed, u.failed, 0, 0, 0, 0, 0, 0)) s (status, calls, failed, cost, overrun, input_units, output_units, latency, messages)`;

/** Values of a filter as parameters, and the conditions on them. */
const conditionsOf = (
  { filter, wallets }: Pick<SumQuery, "filter" | "wallets">,
  first: number,
): {
  readonly where: (alias: string) => string;
  readonly values: readonly unknown[];
} => {
  const values: unknown[] = [];
  const parts: ((alias: string) => string)[] = [];
  for (const grouping of groupingsOf(filter)) {
    if (grouping === "status") continue;
    values.push(grouping === "customer" ? (wallets ?? []) : filter[grouping]);
    const place = `$${first + values.length - 1}`;
    const column = columnOf[grouping];
    parts.push((alias) =>
      grouping === "customer"
        ? `${alias}.customer = any (${place}::bigint[])`
        : `${column.replaceAll("u.", `${alias}.`)} = ${place}`,
    );
  }
  return {
    where: (alias) => parts.map((part) => ` and ${part(alias)}`).join(""),
    values,
  };
};

/**
 * Sums of days, of hours where a day is cut, and of the entries that are in neither yet, in one snapshot of the database: every
 * entry exactly once. Beyond `limit` groups the rest is one.
 */
export const selectSums = async (pool: pg.Pool, query: SumQuery): Promise<SumRow[]> => {
  const { organizationId, plan, filter, by, orderBy, limit } = query;
  const detail = detailFor([...by, ...groupingsOf(filter)]);
  const tableEnd = tableEndOf[detail];
  const fixed = [
    organizationId,
    plan.from,
    plan.to,
    plan.days.map(({ at }) => at),
    plan.days.map(({ interval }) => interval),
    plan.hours.map(({ at }) => at),
    plan.hours.map(({ interval }) => interval),
    plan.hours.map(({ sign }) => sign),
    plan.starts,
    limit,
  ];
  const { where, values } = conditionsOf(query, fixed.length + 1);
  const byStatus = filter.status !== undefined || by.includes("status");
  const group = (place: 0 | 1): string => {
    const grouping = by[place];
    if (grouping === undefined) return "''";
    return grouping === "status" ? "s.status" : `coalesce(${columnOf[grouping]}, '')`;
  };
  const counted = byStatus ? "s" : "u";
  const { rows } = await pool.query<SumRow>(
    `with u as (
       select p.interval, ${columnsOf("d", detail)}, ${plain("d")}, ${messagesOf("d", detail)} as messages
         from nexus.usage_day${tableEnd} d join unnest($4::timestamptz[], $5::int[]) p (at, interval) on p.at = d.day
        where d.org_id = $1 and d.day >= $2 and d.day < $3${where("d")}
       union all
       select p.interval, ${columnsOf("h", detail)}, ${signed}, p.sign * (${messagesOf("h", detail)}) as messages
         from nexus.usage_hour${tableEnd} h join unnest($6::timestamptz[], $7::int[], $8::int[]) p (at, interval, sign) on p.at = h.hour
        where h.org_id = $1 and h.hour = any ($6::timestamptz[])${where("h")}
       union all
       select width_bucket(t.hour, $9::timestamptz[]) - 1, ${columnsOf("t", detail)}, ${plain("t")}, ${messagesOf("t", "all")}
         from nexus.nexus_pending_usage($1) t where t.hour >= $2 and t.hour < $3${where("t")}),
     sums as materialized (
       select u.interval, ${group(0)} as g1, ${group(1)} as g2, sum(${counted}.calls) as calls, sum(${counted}.failed) as failed,
              sum(${counted}.messages) as messages, sum(${counted}.cost) as cost,
              sum(${counted}.overrun) as overrun, sum(${counted}.input_units) as input_units, sum(${counted}.output_units) as output_units,
              sum(${counted}.latency) as latency
         from u ${byStatus ? `, ${statuses}` : ""} ${filter.status === undefined ? "" : `where s.status = '${filter.status}'`}
        group by 1, 2, 3),
     ranked as materialized (
       select g1, g2, row_number() over (order by ${orders[orderBy]} desc, sum(cost) desc, sum(calls) desc, g1, g2)::int as rank
         from sums group by 1, 2 having sum(calls) <> 0 or sum(cost) <> 0)
     select s.interval, nullif(case when r.rank <= $10 then s.g1 end, '') as g1, nullif(case when r.rank <= $10 then s.g2 end, '') as g2, r.rank > $10 as other,
            least(r.rank, $10 + 1) as rank, sum(s.calls)::text as calls, sum(s.failed)::text as failed, coalesce(sum(s.messages), 0)::text as messages,
            sum(s.cost)::text as cost, sum(s.overrun)::text as overrun, sum(s.input_units)::text as input_units,
            sum(s.output_units)::text as output_units, sum(s.latency)::text as latency, (select count(*) from ranked)::int as groups
       from sums s join ranked r using (g1, g2)
      group by 1, 2, 3, 4, 5 order by 5, 1`,
    [...fixed, ...values],
  );
  return rows;
};

/** What is held now for calls that were made in the period and have not ended. */
export const selectHeld = async (
  pool: pg.Pool,
  { organizationId, plan, filter, wallets }: Pick<SumQuery, "organizationId" | "plan" | "filter" | "wallets">,
): Promise<string> => {
  const { rows } = await pool.query<{ held: string }>(
    `select coalesce(sum(o.held), 0)::text as held from nexus.operation o
      where o.state in ('open', 'uncertain') and o.org_id = $1 and o.created_at >= $2 and o.created_at < $3
        and ($4::text is null or o.app_id = $4) and ($5::text is null or o.user_id = $5) and ($6::text is null or o.key_id = $6)
        and ($7::bigint[] is null or o.wallet_level = any ($7)) and ($8::text is null or split_part(o.name, '.', 1) = $8)
        and ($9::text is null or o.name = $9) and ($10::text is null or o.vendor = $10) and ($11::text is null or o.model = $11)
        and ($12::text is null or o.facts->>'credentialTier' = $12)`,
    [
      organizationId,
      plan.from,
      plan.to,
      filter.app ?? null,
      filter.user ?? null,
      filter.key ?? null,
      wallets ?? null,
      filter.family ?? null,
      filter.operation ?? null,
      filter.vendor ?? null,
      filter.model ?? null,
      filter.tier ?? null,
    ],
  );
  return rows[0]?.held ?? "0";
};
