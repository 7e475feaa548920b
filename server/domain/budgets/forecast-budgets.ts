import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { runsOut } from "./runs-out.ts";
import { selectForecasts } from "./store.ts";

/** Input of `forecastBudgets`. */
export const ForecastBudgetsInput = z.strictObject({});
export type ForecastBudgetsInput = z.input<typeof ForecastBudgetsInput>;

export const ForecastBudgetsOutput = z.object({
  forecasts: z
    .array(
      z.object({
        id: z.string().describe("Id of the budget"),
        nanosPerDay: z
          .string()
          .describe("What the calls that count against it cost a day, over the last seven days; nano-USD"),
        runsOutAt: z.iso
          .datetime()
          .nullable()
          .describe(
            "When its money is used up at that rate, within the period; null: not in this one, or it is rolling",
          ),
      }),
    )
    .describe("One for each budget, oldest first"),
});
export type ForecastBudgetsOutput = z.output<typeof ForecastBudgetsOutput>;

/** When each budget's money runs out at the rate of the last seven days. */
export const forecastBudgets = async (
  { db, clock }: Deps,
  { organizationId }: Pick<CallContext, "organizationId">,
): Promise<ForecastBudgetsOutput> => {
  const rows = await selectForecasts(db.pool, organizationId);
  const now = clock.now();
  return {
    forecasts: rows.map(({ id, per_day: perDay, left, rolling, ends_at: end }) => ({
      id,
      nanosPerDay: perDay,
      runsOutAt: rolling
        ? null
        : (runsOut(BigInt(left), BigInt(perDay), now, end?.getTime() ?? Infinity)?.toISOString() ?? null),
    })),
  };
};
