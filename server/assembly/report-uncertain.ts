import { countUncertain } from "../domain/operations/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { answerWithin } from "../platform/db/answer-within.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";

interface ReportUncertain {
  readonly metrics: Metrics;
  readonly gateway: Gateway;
  readonly deps: Deps;
}

const limitMs = 2_000;

/** The uncertain operations now; nothing, rather than an old number, where the database does not answer in time. */
export const reportUncertain = async ({ metrics, gateway, deps }: ReportUncertain): Promise<void> => {
  const { byPolicy, byLookup } = gateway.ledger.counts;
  metrics.doubtsEnded.reset();
  metrics.doubtsEnded.inc({ by: "policy" }, byPolicy);
  metrics.doubtsEnded.inc({ by: "lookup" }, byLookup);
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
