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
  customer: ["app_id", "customer"],
  user: ["user_id", "key_id"],
  total: [],
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
  /** Whether the conditions name customers, so that calls without one are not asked for. */
  readonly customers?: "named" | "any";
  /** Conditions on a row `u`, each begun with `and`. */
  readonly where: string;
}

/** Mails that were sent, of whatever knows its operation; other sums have counted them. */
const messagesByOperation = "case when u.operation like 'email.%' then u.calls - u.failed else 0 end";
const messagesOf: Readonly<Record<UsageDetail, string>> = {
  all: messagesByOperation,
  app: messagesByOperation,
  user: "u.messages",
  customer: "u.messages",
  total: "u.messages",
};

interface Source {
  readonly detail: UsageDetail;
  readonly customer: string;
  readonly sign: "" | "-";
}

/** Calls without a customer are all calls, less those that have one. */
const sourcesOf = ({ detail, customers }: Pick<SumRows, "detail" | "customers">): readonly Source[] => {
  const own: Source = { detail, customer: "u.customer", sign: "" };
  if (detail !== "customer" || customers === "named") return [own];
  return [own, { ...own, customer: "0::bigint", sign: "-" }, { detail: "app", customer: "0::bigint", sign: "" }];
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
  const { organizationId, steps, where } = rows;
  const org = into.add(organizationId);
  const tables = sumSteps.flatMap((step) => {
    const planned = steps.filter((one) => one.step === step);
    if (planned.length === 0) return [];
    const [at, interval, sign] = [
      into.add(planned.map((one) => one.at)),
      into.add(planned.map((one) => one.interval)),
      into.add(planned.map((one) => one.sign)),
    ];
    return sourcesOf(rows).map(
      (
        source,
      ) => `select p.interval, ${selected(rows, { ...source, messages: messagesOf[source.detail], sign: `${source.sign} p.sign * ` })}
         from unnest(${at}::timestamptz[], ${interval}::int[], ${sign}::int[]) p (at, interval, sign)
         join nexus.usage_${step}${tableEndOf[source.detail]} u on u.${step} = p.at
        where u.org_id = ${org} and u.${step} = any (${at}::timestamptz[])${where}`,
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
