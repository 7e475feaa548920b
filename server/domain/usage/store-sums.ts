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
      if (grouping === "customer")
        return ` and u.customer = any (${into.add(wallets ?? [])}::bigint[]) and u.customer <> 0`;
      return ` and ${columnOf[grouping]} = ${into.add(filter[grouping])}`;
    })
    .join("");

type Rows = Omit<SumRows, "organizationId" | "where">;

/** Failed calls cost nothing: what they are told apart by is a count beside the others. */
const byStatus = ({ detail, measures }: Rows, text: string, status: UsageFilter["status"]): string => {
  const succeeded: Readonly<Partial<Record<SummedMeasure, string>>> = { calls: "u.calls - u.failed", failed: "0" };
  const failed: Readonly<Partial<Record<SummedMeasure, string>>> = { calls: "u.failed", failed: "u.failed" };
  return `select ${["interval", ...columnsFor[detail]].map((column) => `u.${column}`).join(", ")}, s.* from (${text}) u, lateral (values
         ('succeeded', ${measures.map((measure) => succeeded[measure] ?? `u.${measure}`).join(", ")}),
         ('failed', ${measures.map((measure) => failed[measure] ?? "0").join(", ")})) s (status, ${measures.join(", ")})
        ${status === undefined ? "" : `where s.status = '${status}'`}`;
};

interface Statement {
  readonly into: StatementValues;
  /** Text of a query for rows of the sums, told apart by status where that is asked for. */
  readonly rowsOf: (rows: Rows, where?: string) => string;
}

const statementOf = (query: SumQuery): Statement => {
  const { organizationId, filter, by } = query;
  const into = new StatementValues();
  const filtered = conditionsOf(query, into);
  return {
    into,
    rowsOf: (rows, where = "") => {
      const customers = filter.customer === undefined ? "any" : "named";
      const text = sumRows({ ...rows, organizationId, customers, where: `${filtered}${where}` }, into);
      return filter.status === undefined && !by.includes("status") ? text : byStatus(rows, text, filter.status);
    },
  };
};

interface Shown {
  readonly groups: readonly (readonly [string, string])[];
  /** Of all groups, told apart or not; undefined where it is not known. */
  readonly count: number | undefined;
}

/** The groups with most, of the period as a whole: few sums of few rows tell them. */
const selectShown = async (pool: pg.Pool, query: SumQuery): Promise<Shown> => {
  const { plan, filter, by, orderBy, limit } = query;
  if (query.shown !== undefined) return { groups: query.shown, count: undefined };
  if (by.length === 0) return { groups: [["", ""]], count: 1 };
  const { into, rowsOf } = statementOf(query);
  const [g1, g2] = [groupAt(by, 0), groupAt(by, 1)];
  const detail = detailFor(by, groupingsOf(filter));
  const { rows } = await pool.query<{ readonly g1: string; readonly g2: string; readonly groups: number }>(
    `with pending as materialized (${pendingRows({ ...query, ...plan }, into)})
     select ${g1} as g1, ${g2} as g2, count(*) over ()::int as groups
       from (${rowsOf({ detail, measures: ranking, steps: plan.whole })}) u
      group by 1, 2 having sum(u.calls) <> 0 or sum(u.cost) <> 0
      order by ${orders[orderBy]} desc, sum(u.cost) desc, sum(u.calls) desc, 1, 2 limit ${into.add(limit)}`,
    into.values,
  );
  return { groups: rows.map((row) => [row.g1, row.g2]), count: rows[0]?.groups ?? 0 };
};

/**
 * Sums of months, days and hours, and of the entries that are in none yet, in one snapshot of the database: every entry exactly once.
 * Which groups are told apart was asked before; beyond them the rest is one.
 */
export const selectSums = async (pool: pg.Pool, query: SumQuery): Promise<SumRow[]> => {
  const { plan, filter, by, limit } = query;
  const { groups, count } = await selectShown(pool, query);
  const { into, rowsOf } = statementOf(query);
  const pending = pendingRows({ ...query, ...plan }, into);
  const filtered = groupingsOf(filter);
  const whole = rowsOf({ detail: detailFor([], filtered), measures: everything, steps: plan.byInterval });
  const firsts = into.add(groups.map(([first]) => first));
  const seconds = into.add(groups.map(([, second]) => second));
  const [g1, g2] = [groupAt(by, 0), groupAt(by, 1)];
  // Told to the tables, too: an index may have them.
  const told = [firsts, seconds].flatMap((values, place) => {
    const grouping = by[place];
    return grouping === undefined || grouping === "status"
      ? []
      : [` and ${columnOf[grouping]} = any (${values}::text[])`];
  });
  const shown = rowsOf(
    { detail: detailFor(by, filtered), measures: everything, steps: plan.byInterval },
    by.includes("customer") ? "" : told.join(""),
  );
  const most = into.add(limit);
  const { rows } = await pool.query<SumRow>(
    `with pending as materialized (${pending}),
     top as materialized (
       select t.g1, t.g2, t.rank::int as rank from unnest(${firsts}::text[], ${seconds}::text[]) with ordinality t (g1, g2, rank)),
     shown as materialized (
       select s.*, t.rank from (select u.interval, ${g1} as g1, ${g2} as g2, ${sumsOfAll} from (${shown}) u group by 1, 2, 3) s join top t using (g1, g2)),
     whole as materialized (select u.interval, ${sumsOfAll} from (${whole}) u group by 1),
     rest as (
       select w.interval, ${everything.map((measure) => `w.${measure} - coalesce(s.${measure}, 0) as ${measure}`).join(", ")}
         from whole w left join (select u.interval, ${sumsOfAll} from shown u group by 1) s using (interval)
        where ${count === undefined || count > limit ? "true" : "false"})
     select interval, nullif(g1, '') as g1, nullif(g2, '') as g2, false as other, rank, ${asText} from shown
     union all
     select interval, null, null, true, ${most}::int + 1, ${asText} from rest
      order by rank, interval`,
    into.values,
  );
  return rows.map((row) => ({ ...row, groups: count ?? groups.length }));
};

/** Costs of the intervals that have any, in order. */
export const selectCosts = async (
  pool: pg.Pool,
  { organizationId, plan, filter }: Pick<SumQuery, "organizationId" | "plan" | "filter">,
): Promise<{ readonly interval: number; readonly cost: string }[]> => {
  const into = new StatementValues();
  const where = conditionsOf({ filter, wallets: undefined }, into);
  const detail = detailFor([], groupingsOf(filter));
  const { rows } = await pool.query<{ interval: number; cost: string }>(
    `with pending as materialized (${pendingRows({ organizationId, ...plan }, into)})
     select u.interval, sum(u.cost)::text as cost
       from (${sumRows({ organizationId, detail, measures: ["cost"], steps: plan.byInterval, where }, into)}) u
      group by 1 having sum(u.cost) <> 0 order by 1`,
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
