import { queueDepth } from "../domain/queue/index.ts";
import { answerWithin } from "../platform/db/answer-within.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";

interface ReportQueue {
  readonly metrics: Metrics;
  readonly deps: Deps;
}

const limitMs = 2_000;

/** What waits in the queue now; the numbers before, where the database does not answer in time. */
export const reportQueue = async ({ metrics, deps }: ReportQueue): Promise<void> => {
  try {
    const { due, scheduled, oldestDueAt } = await answerWithin(queueDepth(deps), limitMs);
    metrics.queueDue.set(due);
    metrics.queueScheduled.set(scheduled);
    const ageMs = oldestDueAt === undefined ? 0 : deps.clock.now() - oldestDueAt.getTime();
    metrics.queueOldestDueSeconds.set(Math.max(0, ageMs) / 1_000);
  } catch (error) {
    deps.log.warn({ err: error }, "queue not counted");
  }
};
