import type { Deps } from "../../platform/deps.ts";
import { selectPlan } from "./store-periods.ts";
import { selectCosts } from "./store-sums.ts";
import type { UsageFilter } from "./usage-dimension.ts";

/** What was booked for the calls of an hour. */
export interface HourlyCost {
  readonly at: Date;
  readonly costNanos: bigint;
}

interface AskedCosts {
  readonly organizationId: string;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly filter: Pick<UsageFilter, "app" | "user" | "key">;
}

/** Costs by hour of UTC, oldest first; hours without any are left out. */
export const hourlyCosts = async (
  { db }: Pick<Deps, "db">,
  { organizationId, from, to, filter }: AskedCosts,
): Promise<readonly HourlyCost[]> => {
  if (from >= to) return [];
  const plan = await selectPlan(db.pool, { organizationId, from, to, interval: "hour", timeZone: "UTC" });
  const costs = await selectCosts(db.pool, { organizationId, plan, filter });
  return costs.map(({ interval, cost }) => ({ at: plan.starts[interval] ?? from, costNanos: BigInt(cost) }));
};
