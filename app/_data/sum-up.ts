import type { UsageSumAnswer } from "./answers.ts";

export interface Total {
  readonly costNanos: bigint;
  readonly calls: number;
  readonly failed: number;
  readonly tokens: number;
}

/** One sum of many. */
export const sumUp = (sums: readonly UsageSumAnswer[]): Total =>
  sums.reduce<Total>(
    (total, { costNanos, calls, failed, inputUnits, outputUnits }) => ({
      costNanos: total.costNanos + BigInt(costNanos),
      calls: total.calls + calls,
      failed: total.failed + failed,
      tokens: total.tokens + inputUnits + outputUnits,
    }),
    { costNanos: 0n, calls: 0, failed: 0, tokens: 0 },
  );
