import type { SharedFault } from "../campaign-fault.ts";
import type { AnswerWatch } from "./watch-answers.ts";

/** How long a fault of the database was felt. */
export interface RecoveryTime {
  readonly fault: string;
  /** The longest time in which no call was answered, anywhere. */
  readonly unansweredMs: number;
  /** From the begin of the fault until the cluster was whole again, what was made undone by then included. */
  readonly wholeMs: number;
  /** Nodes that had to be copied anew. */
  readonly copied: readonly string[];
}

/** How long a cluster may take until every node follows its primary again. */
const patienceMs = 150_000;
/** Calls are answered again by then. */
const settleMs = 3_000;

/** The same fault, over only when the cluster is whole and calls are answered, with the times that took. */
export const timeRecovery = (
  fault: SharedFault,
  watch: AnswerWatch,
  onRecovered: (time: RecoveryTime) => void,
): SharedFault => ({
  ...fault,
  make: async (scene, random) => {
    const began = performance.now();
    const made = await fault.make(scene, random);
    let copied: readonly string[] = [];
    try {
      copied = (await scene.patroni?.healthy(patienceMs)) ?? [];
    } catch (error) {
      scene.complain(`${fault.name}: ${error instanceof Error ? error.message : "the cluster is not whole"}`);
    }
    const wholeMs = Math.round(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    onRecovered({ fault: fault.name, unansweredMs: watch.longestSilenceMs(began), wholeMs, copied });
    return made;
  },
});

/** Of each fault, how often and how long at the middle and at most. */
export const tableOfRecoveries = (times: readonly RecoveryTime[]): readonly object[] =>
  [...new Set(times.map(({ fault }) => fault))].map((fault) => {
    const own = times.filter((time) => time.fault === fault);
    const spread = (values: readonly number[]) => {
      const sorted = values.toSorted((a, b) => a - b);
      return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
    };
    return {
      recovery: fault,
      times: own.length,
      unansweredMs: spread(own.map(({ unansweredMs }) => unansweredMs)),
      wholeMs: spread(own.map(({ wholeMs }) => wholeMs)),
      copied: own.reduce((sum, { copied }) => sum + copied.length, 0),
    };
  });
