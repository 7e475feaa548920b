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
  /** Which are told apart, instead of those with most. */
  readonly shown?: readonly (readonly [string, string])[];
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

/** Empty where no grouping has this place. */
const groupAt = (by: readonly UsageGrouping[], place: 0 | 1): string => {
  const grouping = by[place];
  if (grouping === undefined) return "''";
  return grouping === "status" ? "u.status" : `coalesce(${columnOf[grouping]}, '')`;
};

const orders: Readonly<Record<SumOrder, string>> = {
  cost: "sum(u.cost)",
  calls: "sum(u.calls)",
  errors: "sum(u.failed)",
};

const columnsFor: Readonly<Record<UsageDetail, readonly string[]>> = {
  all: ["app_id", "user_id", "key_id", "operation", "vendor", "model", "source", "tier", "customer"],
  app: ["app_id", "operation", "vendor", "model", "source", "tier"],
  user: ["user_id", "key_id"],
};
const measures = ["calls", "failed", "cost", "overrun", "input_units", "output_units", "latency"] as const;

const columnsOf = (detail: UsageDetail): string => columnsFor[detail].map((column) => `u.${column}`).join(", ");

const everything = [...measures, "messages"] as const;
/** What groups are put into their order by. */
const ranking = ["calls", "failed", "cost"] as const;
type Measure = (typeof everything)[number];

/** Mails that were sent: the sums by user, which know no operation, have counted them. */
const messagesOf = (detail: UsageDetail): string =>
  detail === "user" ? "u.messages" : "case when u.operation like 'email.%' then u.calls - u.failed else 0 end";

const valuesOf = (detail: UsageDetail, of: readonly Measure[], sign = ""): string =>
  of
    .map((measure) => `${sign}(${measure === "messages" ? messagesOf(detail) : `u.${measure}`}) as ${measure}`)
    .join(", ");

const asText = everything.map((measure) => `${measure}::text`).join(", ");

/** Values of a filter as parameters, and the conditions on them. */
const conditionsOf = (
  { filter, wallets }: Pick<SumQuery, "filter" | "wallets">,
  first: number,
): { readonly where: string; readonly values: readonly unknown[] } => {
  const values: unknown[] = [];
  const where = groupingsOf(filter).map((grouping) => {
    if (grouping === "status") return "";
    values.push(grouping === "customer" ? (wallets ?? []) : filter[grouping]);
    const place = `$${first + values.length - 1}`;
    return grouping === "customer"
      ? ` and u.customer = any (${place}::bigint[])`
      : ` and ${columnOf[grouping]} = ${place}`;
  });
  return { where: where.join(""), values };
};

interface Rows {
  readonly detail: UsageDetail;
  readonly of: readonly Measure[];
  readonly where: string;
}

const days =
  "u.org_id = $1 and u.day >= ($4::timestamptz[])[1] and u.day <= ($4::timestamptz[])[cardinality($4::timestamptz[])]";

/** Rows of whole days, of the hours by which days differ from the intervals, and of the entries that are in neither yet. */
const rowsByInterval = ({ detail, of, where }: Rows): string => `
       select d.interval, ${columnsOf(detail)}, ${valuesOf(detail, of)}
         from nexus.usage_day${tableEndOf[detail]} u join day d on d.at = u.day where ${days}${where}
       union all
       select h.interval, ${columnsOf(detail)}, ${valuesOf(detail, of, "h.sign * ")}
         from hour h join nexus.usage_hour${tableEndOf[detail]} u on u.hour = h.at and u.org_id = $1
        where u.hour = any ($6::timestamptz[])${where}
       union all
       select u.interval, ${columnsOf(detail)}, ${valuesOf("all", of)} from pending u where true${where}`;

/** The same of the period as a whole: an hour that is another interval's is still the period's. */
const rowsOfPeriod = ({ detail, of, where }: Rows): string => `
       select ${columnsOf(detail)}, ${valuesOf(detail, of)} from nexus.usage_day${tableEndOf[detail]} u where ${days}${where}
       union all
       select ${columnsOf(detail)}, ${valuesOf(detail, of, "e.sign * ")}
         from (select at, sum(sign) as sign from hour group by 1 having sum(sign) <> 0) e join nexus.usage_hour${tableEndOf[detail]} u on u.hour = e.at and u.org_id = $1
        where true${where}
       union all
       select ${columnsOf(detail)}, ${valuesOf("all", of)} from pending u where true${where}`;

/** Failed calls cost nothing: what they are told apart by is a count beside the others. */
const byStatus = ({ detail, of }: Rows, rows: string, status: UsageFilter["status"], interval = ""): string => {
  const succeeded: Readonly<Partial<Record<Measure, string>>> = { calls: "u.calls - u.failed", failed: "0" };
  const failed: Readonly<Partial<Record<Measure, string>>> = { calls: "u.failed", failed: "u.failed" };
  return `select ${interval}${columnsOf(detail)}, s.* from (${rows}) u, lateral (values
         ('succeeded', ${of.map((measure) => succeeded[measure] ?? `u.${measure}`).join(", ")}),
         ('failed', ${of.map((measure) => failed[measure] ?? "0").join(", ")})) s (status, ${of.join(", ")})
        ${status === undefined ? "" : `where s.status = '${status}'`}`;
};

const sumsOf = (of: readonly Measure[]): string => of.map((measure) => `sum(u.${measure}) as ${measure}`).join(", ");

/**
 * Sums of days, of hours where a day is cut, and of the entries that are in neither yet, in one snapshot of the database: every
 * entry exactly once. Groups are put into their order by the period as a whole, which takes few sums of many rows; of those that are
 * told apart, and of all together, everything is summed up by interval. Beyond `limit` groups the rest is one.
 */
export const selectSums = async (pool: pg.Pool, query: SumQuery): Promise<SumRow[]> => {
  const { organizationId, plan, filter, by, orderBy, limit } = query;
  const shown = by.length === 0 ? [["", ""] as const] : query.shown;
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
    ...(shown === undefined ? [] : [shown.map(([g1]) => g1), shown.map(([, g2]) => g2)]),
  ];
  const { where, values } = conditionsOf(query, fixed.length + 1);
  const filtered = groupingsOf(filter);
  const grouped: Rows = { detail: detailFor([...by, ...filtered]), of: everything, where };
  const whole: Rows = { ...grouped, detail: detailFor(filtered) };
  const ranked: Rows = { ...grouped, of: ranking };
  const told = (rows: Rows, text: string, interval = ""): string =>
    filter.status === undefined && !by.includes("status") ? text : byStatus(rows, text, filter.status, interval);
  const [g1, g2] = [groupAt(by, 0), groupAt(by, 1)];
  const { rows } = await pool.query<SumRow>(
    `with day as materialized (select * from unnest($4::timestamptz[], $5::int[]) d (at, interval)),
     hour as materialized (select * from unnest($6::timestamptz[], $7::int[], $8::int[]) h (at, interval, sign)),
     pending as materialized (
       select width_bucket(t.hour, $9::timestamptz[]) - 1 as interval, t.* from nexus.nexus_pending_usage($1) t where t.hour >= $2 and t.hour < $3),
     top as materialized (${
       shown === undefined
         ? `select ${g1} as g1, ${g2} as g2, count(*) over ()::int as groups,
              row_number() over (order by ${orders[orderBy]} desc, sum(u.cost) desc, sum(u.calls) desc, ${g1}, ${g2})::int as rank
         from (${told(ranked, rowsOfPeriod(ranked))}) u
        group by 1, 2 having sum(u.calls) <> 0 or sum(u.cost) <> 0 order by rank limit $10`
         : "select t.g1, t.g2, count(*) over ()::int as groups, t.rank::int as rank from unnest($11::text[], $12::text[]) with ordinality t (g1, g2, rank)"
     }),
     shown as materialized (
       select u.interval, t.g1, t.g2, t.rank, t.groups, ${sumsOf(everything)}
         from (${told(grouped, rowsByInterval(grouped), "u.interval, ")}) u join top t on t.g1 = ${g1} and t.g2 = ${g2} group by 1, 2, 3, 4, 5),
     whole as materialized (
       select u.interval, ${sumsOf(everything)} from (${told(whole, rowsByInterval(whole), "u.interval, ")}) u group by 1),
     rest as (
       select w.interval, ${everything.map((measure) => `w.${measure} - coalesce(s.${measure}, 0) as ${measure}`).join(", ")}
         from whole w left join (select u.interval, ${sumsOf(everything)} from shown u group by 1) s using (interval)
        where ${query.shown === undefined ? "(select max(groups) from top) > $10" : "true"})
     select interval, nullif(g1, '') as g1, nullif(g2, '') as g2, false as other, rank, groups, ${asText} from shown
     union all
     select interval, null, null, true, $10::int + 1, (select max(groups) from top), ${asText} from rest
      order by rank, interval`,
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
