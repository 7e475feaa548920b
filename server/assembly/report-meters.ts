import { countMeterEvents } from "../domain/billing/index.ts";
import { answerWithin } from "../platform/db/answer-within.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";

interface ReportMeters {
  readonly metrics: Metrics;
  readonly deps: Deps;
}

const limitMs = 2_000;

/** Charges that Stripe's meters do not have; the numbers before, where the database does not answer in time. */
export const reportMeters = async ({ metrics, deps }: ReportMeters): Promise<void> => {
  try {
    const { waiting, refused, unclear, oldest } = await answerWithin(countMeterEvents(deps.db.pool), limitMs);
    metrics.meterEvents.set({ state: "waiting" }, waiting);
    metrics.meterEvents.set({ state: "refused" }, refused);
    metrics.meterEvents.set({ state: "unclear" }, unclear);
    const ageMs = oldest === null ? 0 : deps.clock.now() - oldest.getTime();
    metrics.meterOldestSeconds.set(Math.max(0, ageMs) / 1_000);
  } catch (error) {
    deps.log.warn({ err: error }, "meter events not counted");
  }
};
