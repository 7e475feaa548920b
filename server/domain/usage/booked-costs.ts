import type { Deps } from "../../platform/deps.ts";
import { selectPlan } from "./store-periods.ts";
import { selectCosts } from "./store-sums.ts";
import type { UsageFilter } from "./usage-dimension.ts";

/** What was booked for the calls of an interval. */
export interface BookedCost {
  readonly at: Date;
  readonly costNanos: bigint;
}

interface AskedCosts {
  readonly organizationId: string;
  /** A whole hour, as `to` is. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly interval: "hour" | "day" | "all";
  readonly filter: Pick<UsageFilter, "app" | "user" | "key">;
}

/** Costs by hour or day of UTC, or of the period as one, oldest first; intervals without any are left out. */
export const bookedCosts = async (
  { db }: Pick<Deps, "db">,
  { organizationId, from, to, interval, filter }: AskedCosts,
): Promise<readonly BookedCost[]> => {
  if (from >= to) return [];
  const plan = await selectPlan(db.pool, { organizationId, from, to, interval, timeZone: "UTC" });
  const costs = await selectCosts(db.pool, { organizationId, plan, filter });
  return costs.map(({ interval: place, cost }) => ({ at: plan.starts[place] ?? from, costNanos: BigInt(cost) }));
};
