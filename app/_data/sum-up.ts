import type { UsageSum } from "./answers.ts";

export interface Total {
  readonly costNanos: bigint;
  readonly calls: number;
  readonly failed: number;
}

/** One sum of many. */
export const sumUp = (sums: readonly UsageSum[]): Total =>
  sums.reduce<Total>(
    (total, { costNanos, calls, failed }) => ({
      costNanos: total.costNanos + BigInt(costNanos),
      calls: total.calls + calls,
      failed: total.failed + failed,
    }),
    { costNanos: 0n, calls: 0, failed: 0 },
  );

/** One sum for each value of a grouping, the dearest first. */
export const sumUpBy = (
  sums: readonly UsageSum[],
  nameOf: (sum: UsageSum) => string,
): { readonly name: string; readonly total: Total }[] =>
  [...Map.groupBy(sums, nameOf)]
    .map(([name, group]) => ({ name, total: sumUp(group) }))
    .sort((a, b) => Number(b.total.costNanos - a.total.costNanos) || b.total.calls - a.total.calls);
