import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { Reach, withinReach, type UsageReader } from "../reach/index.ts";
import { nameUsage, UsageValue } from "./name-usage.ts";
import { requireCustomersRead } from "./require-customers-read.ts";
import { selectWalletsOf } from "./store-names.ts";
import { selectBounds, selectPlan, type PeriodPlan } from "./store-periods.ts";
import { selectHeld, selectSums, type SumRow } from "./store-sums.ts";
import { usageFilters, UsageGrouping, type UsageFilter } from "./usage-dimension.ts";
import { measuresOf, UsageMeasures } from "./usage-measures.ts";
import { endsAfterItBegins, isShortEnough, UsageInterval, usagePeriod } from "./usage-period.ts";

const mostPoints = 20_000;

/** Input of `exploreUsage`. */
export const ExploreUsageInput = z
  .strictObject({
    ...usagePeriod,
    interval: UsageInterval.default("day").describe(
      "Steps of the series. At most 32 days of hours, 400 days of days, 1,100 days of weeks and months",
    ),
    groupBy: z.array(UsageGrouping).max(2).default([]).describe("One dimension, or two"),
    orderBy: z
      .enum(["cost", "calls", "errors"])
      .default("cost")
      .describe("Which groups are told apart: those with most"),
    limit: z.int().min(1).max(100).default(10).describe("How many groups are told apart; the others are one group"),
    compare: z.boolean().default(false).describe("Also sum up the period of the same length before"),
    ...usageFilters,
  })
  .refine(endsAfterItBegins, { path: ["to"], error: "later than from" })
  .refine((input) => isShortEnough(input, input.interval), {
    path: ["to"],
    error: "a shorter period for this interval",
  })
  .refine(({ groupBy }) => new Set(groupBy).size === groupBy.length, {
    path: ["groupBy"],
    error: "different dimensions",
  });
export type ExploreUsageInput = z.input<typeof ExploreUsageInput>;

const moment = z.iso.datetime();

const UsagePoint = UsageMeasures.extend({
  interval: z.int().describe("Place in `intervals`; intervals without calls are left out"),
});

const UsageGroup = z.object({
  by: z.array(UsageValue).describe("In the order of `groupBy`; empty for the other groups"),
  other: z.boolean().describe("All groups beyond `limit` as one"),
  totals: UsageMeasures.describe("Of the group"),
  before: UsageMeasures.nullable().describe("The same group in the period before; null unless compared"),
  series: z.array(UsagePoint).describe("By interval"),
});

export const ExploreUsageOutput = z.object({
  reach: Reach,
  from: moment,
  to: moment.describe("Exclusive"),
  timeZone: z.string(),
  intervals: z.array(moment).describe("Begins of the intervals"),
  totals: UsageMeasures.extend({
    heldNanos: z.string().describe("Nano-USD: held now for calls of the period that have not ended"),
  }).describe("Of all that the filter lets through"),
  before: z
    .object({
      from: moment,
      to: moment.describe("Exclusive: where the period itself begins"),
      totals: UsageMeasures.describe("Of the period before"),
    })
    .nullable()
    .describe("The period of the same length before; null unless compared"),
  series: z.array(UsagePoint).describe("Of all groups together"),
  groups: z.array(UsageGroup).describe("They add up to the totals, exactly"),
  groupCount: z.int().describe("How many there are, told apart or not"),
});
export type ExploreUsageOutput = z.output<typeof ExploreUsageOutput>;

const seriesOf = (rows: readonly SumRow[]): ExploreUsageOutput["series"] =>
  [...Map.groupBy(rows, ({ interval }) => interval)]
    .toSorted(([a], [b]) => a - b)
    .map(([interval, ofInterval]) => ({ interval, ...measuresOf(ofInterval) }));

const keyOf = ({ g1, g2, other }: Pick<SumRow, "g1" | "g2" | "other">): string => JSON.stringify([other, g1, g2]);

const asText = (values: readonly (string | null)[]): string[] => [...new Set(values.filter((value) => value !== null))];

/** The period of the same length before, in one piece. */
const planBefore = (
  deps: Pick<DirectoryDeps, "db">,
  {
    organizationId,
    plan,
    timeZone,
  }: { readonly organizationId: string; readonly plan: PeriodPlan; readonly timeZone: string },
): Promise<PeriodPlan> => {
  const from = new Date(2 * plan.from.getTime() - plan.to.getTime());
  return selectPlan(deps.db.pool, { organizationId, from, to: plan.from, interval: "all", timeZone });
};

/** The wallets that a filter for a customer means. */
export const walletsOf = async (
  { db }: Pick<DirectoryDeps, "db">,
  reader: UsageReader,
  { app, customer }: UsageFilter,
): Promise<readonly string[] | undefined> => {
  if (customer === undefined) return undefined;
  requireCustomersRead(reader);
  return selectWalletsOf(db.pool, reader.organizationId, app, customer);
};

/**
 * Usage of a period by one or two dimensions, as table and series. Sums come from the hours and days that the ledger's entries
 * are added to, and from the entries that are in neither yet: they equal the ledger.
 */
export const exploreUsage = async (
  deps: DirectoryDeps,
  reader: UsageReader,
  input: ExploreUsageInput,
): Promise<ExploreUsageOutput> => {
  const { from, to, timeZone, interval, groupBy, orderBy, limit, compare, ...asked } = parseInput(
    ExploreUsageInput,
    input,
  );
  const { pool } = deps.db;
  const { organizationId } = reader;
  const { reach, userId } = withinReach(reader, asked.user);
  const filter = { ...asked, user: userId };
  if (groupBy.includes("customer")) requireCustomersRead(reader);
  const wallets = await walletsOf(deps, reader, filter);
  const bounds = await selectBounds(pool, { from, to, timeZone });
  const plan = await selectPlan(pool, { organizationId, ...bounds, interval, timeZone });
  if (plan.starts.length * (limit + 1) > mostPoints)
    throw new NexusError("INVALID_INPUT", {
      issues: [
        {
          field: "limit",
          expected: `at most ${mostPoints} points: fewer groups, longer intervals or a shorter period`,
        },
      ],
    });
  const query = {
    organizationId,
    plan,
    filter,
    wallets,
    by: groupBy,
    orderBy,
    limit,
  };
  const [rows, held, planned] = await Promise.all([
    selectSums(pool, query),
    selectHeld(pool, query),
    compare ? planBefore(deps, { organizationId, plan, timeZone }) : undefined,
  ]);
  const groups = [...Map.groupBy(rows, keyOf).values()].toSorted((a, b) => (a[0]?.rank ?? 0) - (b[0]?.rank ?? 0));
  const shown = groups.flatMap(([first]) =>
    first === undefined || first.other ? [] : [[first.g1 ?? "", first.g2 ?? ""] as const],
  );
  const earlier = planned && {
    plan: planned,
    rows: await selectSums(pool, { ...query, plan: planned, shown }),
  };
  const before = earlier && Map.groupBy(earlier.rows, keyOf);
  const values = (place: "g1" | "g2"): string[] => asText(rows.map((row) => row[place]));
  const nameOf = await nameUsage(deps, organizationId, {
    ...(groupBy[0] === undefined ? {} : { [groupBy[0]]: values("g1") }),
    ...(groupBy[1] === undefined ? {} : { [groupBy[1]]: values("g2") }),
  });
  return {
    reach,
    from: plan.from.toISOString(),
    to: plan.to.toISOString(),
    timeZone,
    intervals: plan.starts.map((at) => at.toISOString()),
    totals: { ...measuresOf(rows), heldNanos: held },
    before: earlier
      ? {
          from: earlier.plan.from.toISOString(),
          to: earlier.plan.to.toISOString(),
          totals: measuresOf(earlier.rows),
        }
      : null,
    series: seriesOf(rows),
    groups:
      groupBy.length === 0
        ? []
        : groups.map((ofGroup) => {
            const [first] = ofGroup;
            const other = first?.other ?? false;
            const raw = [first?.g1 ?? null, first?.g2 ?? null];
            return {
              by: other ? [] : groupBy.map((grouping, place) => nameOf(grouping, raw[place] ?? null)),
              other,
              totals: measuresOf(ofGroup),
              before: before ? measuresOf(first === undefined ? [] : (before.get(keyOf(first)) ?? [])) : null,
              series: seriesOf(ofGroup),
            };
          }),
    groupCount: groupBy.length === 0 ? 0 : (rows[0]?.groups ?? 0),
  };
};
