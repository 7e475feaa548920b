import type pg from "pg";
import type { PeriodPlan } from "./store-periods.ts";
import {
  columnsFor,
  pendingRows,
  StatementValues,
  summedColumns,
  sumRows,
  type SummedMeasure,
  type SumRows,
} from "./sum-rows.ts";
import { detailFor, groupingsOf, type UsageFilter, type UsageGrouping } from "./usage-dimension.ts";

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

const everything = [...summedColumns, "messages"] as const;
/** What groups are put into their order by. */
const ranking = ["calls", "failed", "cost"] as const;

const asText = everything.map((measure) => `${measure}::text`).join(", ");
const sumsOfAll = everything.map((measure) => `sum(u.${measure}) as ${measure}`).join(", ");

/** Conditions on a row `u`. */
const conditionsOf = ({ filter, wallets }: Pick<SumQuery, "filter" | "wallets">, into: StatementValues): string =>
  groupingsOf(filter)
    .map((grouping) => {
      if (grouping === "status") return "";
      if (grouping === "customer") return ` and u.customer = any (${into.add(wallets ?? [])}::bigint[])`;
      return ` and ${columnOf[grouping]} = ${into.add(filter[grouping])}`;
    })
    .join("");

type Rows = Omit<SumRows, "organizationId" | "where">;

/** Failed calls cost nothing: what they are told apart by is a count beside the others. */
const byStatus = ({ detail, measures }: Rows, text: string, status: UsageFilter["status"]): string => {
  const succeeded: Readonly<Partial<Record<SummedMeasure, string>>> = { calls: "u.calls - u.failed", failed: "0" };
  const failed: Readonly<Partial<Record<SummedMeasure, string>>> = { calls: "u.failed", failed: "u.failed" };
  return `select u.interval, ${columnsFor[detail].map((column) => `u.${column}`).join(", ")}, s.* from (${text}) u, lateral (values
         ('succeeded', ${measures.map((measure) => succeeded[measure] ?? `u.${measure}`).join(", ")}),
         ('failed', ${measures.map((measure) => failed[measure] ?? "0").join(", ")})) s (status, ${measures.join(", ")})
        ${status === undefined ? "" : `where s.status = '${status}'`}`;
};

/**
 * Sums of months, days and hours, and of the entries that are in none yet, in one snapshot of the database: every entry exactly once.
 * Groups are put into their order by the period as a whole, which takes few sums of few rows; of those that are told apart, and of
 * all together, everything is summed up by interval. Beyond `limit` groups the rest is one.
 */
export const selectSums = async (pool: pg.Pool, query: SumQuery): Promise<SumRow[]> => {
  const { organizationId, plan, filter, by, orderBy, limit, shown } = query;
  const into = new StatementValues();
  const where = conditionsOf(query, into);
  const most = into.add(limit);
  const filtered = groupingsOf(filter);
  const rowsOf = (rows: Rows): string => {
    const text = sumRows({ ...rows, organizationId, where }, into);
    return filter.status === undefined && !by.includes("status") ? text : byStatus(rows, text, filter.status);
  };
  const [g1, g2] = [groupAt(by, 0), groupAt(by, 1)];
  const detail = detailFor([...by, ...filtered]);
  const top = (): string => {
    if (shown !== undefined || by.length === 0) {
      const given = shown ?? [["", ""]];
      return `select t.g1, t.g2, count(*) over ()::int as groups, t.rank::int as rank
         from unnest(${into.add(given.map(([first]) => first))}::text[], ${into.add(given.map(([, second]) => second))}::text[]) with ordinality t (g1, g2, rank)`;
    }
    return `select ${g1} as g1, ${g2} as g2, count(*) over ()::int as groups,
            row_number() over (order by ${orders[orderBy]} desc, sum(u.cost) desc, sum(u.calls) desc, ${g1}, ${g2})::int as rank
       from (${rowsOf({ detail, measures: ranking, steps: plan.whole })}) u
      group by 1, 2 having sum(u.calls) <> 0 or sum(u.cost) <> 0 order by rank limit ${most}`;
  };
  const { rows } = await pool.query<SumRow>(
    `with pending as materialized (${pendingRows({ organizationId, ...plan }, into)}),
     top as materialized (${top()}),
     shown as materialized (
       select u.interval, t.g1, t.g2, t.rank, t.groups, ${sumsOfAll}
         from (${rowsOf({ detail, measures: everything, steps: plan.byInterval })}) u join top t on t.g1 = ${g1} and t.g2 = ${g2}
        group by 1, 2, 3, 4, 5),
     whole as materialized (
       select u.interval, ${sumsOfAll} from (${rowsOf({ detail: detailFor(filtered), measures: everything, steps: plan.byInterval })}) u group by 1),
     rest as (
       select w.interval, ${everything.map((measure) => `w.${measure} - coalesce(s.${measure}, 0) as ${measure}`).join(", ")}
         from whole w left join (select u.interval, ${sumsOfAll} from shown u group by 1) s using (interval)
        where ${shown === undefined ? `(select max(groups) from top) > ${most}::int` : "true"})
     select interval, nullif(g1, '') as g1, nullif(g2, '') as g2, false as other, rank, groups, ${asText} from shown
     union all
     select interval, null, null, true, ${most}::int + 1, (select max(groups) from top), ${asText} from rest
      order by rank, interval`,
    into.values,
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
