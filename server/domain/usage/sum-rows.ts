import { sumSteps } from "./cover-period.ts";
import type { PlannedStep } from "./store-periods.ts";
import { tableEndOf, type UsageDetail } from "./usage-dimension.ts";

/** Measures that the tables of sums have columns of. */
export const summedColumns = ["calls", "failed", "cost", "overrun", "input_units", "output_units", "latency"] as const;
export type SummedMeasure = (typeof summedColumns)[number] | "messages";

/** What each kind of sums tells apart. */
export const columnsFor = {
  all: ["app_id", "user_id", "key_id", "operation", "vendor", "model", "source", "tier", "customer"],
  app: ["app_id", "operation", "vendor", "model", "source", "tier"],
  customer: ["app_id", "operation", "vendor", "model", "source", "tier", "customer"],
  user: ["user_id", "key_id"],
} as const satisfies Readonly<Record<UsageDetail, readonly string[]>>;

/** Values of a statement, by the places that stand for them in its text. */
export class StatementValues {
  readonly values: unknown[] = [];

  /** The place of a value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export interface SumRows {
  readonly organizationId: string;
  readonly detail: UsageDetail;
  readonly measures: readonly SummedMeasure[];
  readonly steps: readonly PlannedStep[];
  /** Conditions on a row `u`, each begun with `and`. */
  readonly where: string;
}

/** Mails that were sent, of whatever knows its operation; the sums by user have counted them. */
const messagesByOperation = "case when u.operation like 'email.%' then u.calls - u.failed else 0 end";

interface Source {
  readonly tableEnd: string;
  readonly customer: string;
  readonly sign: "" | "-";
  readonly where: string;
}

const ofCustomers = " and u.customer <> 0";

/** Calls without a customer are all calls, less those that have one: these are few, and an index has them. */
const sourcesOf = (detail: UsageDetail): readonly Source[] => {
  const own = { tableEnd: tableEndOf[detail], customer: "u.customer", sign: "", where: "" } as const;
  if (detail !== "customer") return [own];
  return [
    { ...own, tableEnd: tableEndOf.app, customer: "0::bigint" },
    { ...own, where: ofCustomers },
    { ...own, customer: "0::bigint", sign: "-", where: ofCustomers },
  ];
};

const selected = (
  { detail, measures }: Pick<SumRows, "detail" | "measures">,
  { messages, customer, sign }: { readonly messages: string; readonly customer: string; readonly sign: string },
): string =>
  [
    ...columnsFor[detail].map((column) => (column === "customer" ? `${customer} as customer` : `u.${column}`)),
    ...measures.map((measure) => `${sign}(${measure === "messages" ? messages : `u.${measure}`}) as ${measure}`),
  ].join(", ");

/**
 * Text of a query for the rows of the sums that planned steps name, with their interval, and of the entries that are in no sum yet:
 * those are expected in `pending`, which `pendingRows` writes.
 */
export const sumRows = (rows: SumRows, into: StatementValues): string => {
  const { organizationId, detail, steps, where } = rows;
  const messages = detail === "user" ? "u.messages" : messagesByOperation;
  const org = into.add(organizationId);
  const tables = sumSteps.flatMap((step) => {
    const planned = steps.filter((one) => one.step === step);
    if (planned.length === 0) return [];
    const [at, interval, sign] = [
      into.add(planned.map((one) => one.at)),
      into.add(planned.map((one) => one.interval)),
      into.add(planned.map((one) => one.sign)),
    ];
    return sourcesOf(detail).map(
      (source) => `select p.interval, ${selected(rows, { ...source, messages, sign: `${source.sign} p.sign * ` })}
         from unnest(${at}::timestamptz[], ${interval}::int[], ${sign}::int[]) p (at, interval, sign)
         join nexus.usage_${step}${source.tableEnd} u on u.${step} = p.at
        where u.org_id = ${org} and u.${step} = any (${at}::timestamptz[])${where}${source.where}`,
    );
  });
  const waiting = `select u.interval, ${selected(rows, { messages: messagesByOperation, customer: "u.customer", sign: "" })} from pending u where true${where}`;
  return [...tables, waiting].join("\n       union all\n       ");
};

/** Text of a query for the entries of a period that are in no sum yet. */
export const pendingRows = (
  {
    organizationId,
    from,
    to,
    starts,
  }: { readonly organizationId: string; readonly from: Date; readonly to: Date; readonly starts: readonly Date[] },
  into: StatementValues,
): string =>
  `select width_bucket(t.hour, ${into.add(starts)}::timestamptz[]) - 1 as interval, t.* from nexus.nexus_pending_usage(${into.add(organizationId)}) t
        where t.hour >= ${into.add(from)} and t.hour < ${into.add(to)}`;
