import { countUncertain } from "../domain/operations/index.ts";
import { answerWithin } from "../platform/db/answer-within.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";

interface ReportUncertain {
  readonly metrics: Metrics;
  readonly deps: Deps;
}

const limitMs = 2_000;

/** The uncertain operations now; nothing, rather than an old number, where the database does not answer in time. */
export const reportUncertain = async ({ metrics, deps }: ReportUncertain): Promise<void> => {
  metrics.doubtsOpen.reset();
  metrics.doubtsHeldNanoUsd.reset();
  try {
    for (const { vendor, count, heldNanos } of await answerWithin(countUncertain(deps), limitMs)) {
      metrics.doubtsOpen.set({ vendor }, count);
      metrics.doubtsHeldNanoUsd.set({ vendor }, Number(heldNanos));
    }
  } catch (error) {
    deps.log.warn({ err: error }, "doubts not counted");
  }
};
