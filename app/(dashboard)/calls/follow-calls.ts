import type { NexusOutputs } from "@topolo/nexus-client";
import type { OperationAnswer } from "../../_data/answers.ts";

type FollowedPart = Awaited<NexusOutputs["operations"]["follow"]> extends AsyncIterable<infer Part> ? Part : never;

/**
 * How what comes in reaches the page: told one by one; more than is told (`behind`); interrupted, and tried again at
 * once; or not to be had, so that somebody has to ask (it is still tried again).
 */
export type FollowState = "beginning" | "following" | "behind" | "reconnecting" | "asking";

interface FollowCalls {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<FollowedPart>>;
  readonly signal: AbortSignal;
  readonly onState: (state: FollowState) => void;
  /** There may be changes that were not told: at the beginning, after an interruption, and after too many at once. */
  readonly onGap: () => void;
  readonly onTold: (calls: readonly OperationAnswer[]) => void;
}

/** A stream says at once that it is there. One that does not is held back on its way. */
const firstPartMs = 10_000;
/** Longer than any lasts. */
const longestStreamMs = 60_000;
const behindMs = 5_000;
const earlyMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const failuresUntilAsked = 3;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

const isOverloaded = (problem: unknown): boolean =>
  typeof problem === "object" && problem !== null && Reflect.get(problem, "code") === "OVERLOADED";

/** Follows until the signal aborts, stream after stream. */
export const followCalls = async ({ open, signal, onState, onGap, onTold }: FollowCalls): Promise<void> => {
  let behind: ReturnType<typeof setTimeout> | undefined;

  const followOnce = async (): Promise<void> => {
    const stream = new AbortController();
    const stop = (): void => stream.abort();
    signal.addEventListener("abort", stop);
    let limit = setTimeout(stop, firstPartMs);
    let isThere = false;
    try {
      for await (const { operations, missed } of await open(stream.signal)) {
        if (signal.aborted) return;
        if (!isThere) {
          isThere = true;
          clearTimeout(limit);
          limit = setTimeout(stop, longestStreamMs);
          if (behind === undefined) onState("following");
          onGap();
        }
        if (missed > 0) {
          clearTimeout(behind);
          onState("behind");
          behind = setTimeout(() => {
            behind = undefined;
            onState("following");
            onGap();
          }, behindMs);
        }
        if (operations.length > 0) onTold(operations);
      }
    } finally {
      clearTimeout(limit);
      signal.removeEventListener("abort", stop);
    }
    if (!isThere) throw new Error("The stream ended before it began.");
  };

  for (let failures = 0; !signal.aborted;) {
    try {
      const began = Date.now();
      await followOnce();
      failures = 0;
      // One that ended early was ended: there is another process, which may need a moment.
      if (Date.now() - began < earlyMs) await pause(firstPauseMs, signal);
    } catch (problem) {
      if (signal.aborted) break;
      clearTimeout(behind);
      behind = undefined;
      failures += 1;
      onState(failures >= failuresUntilAsked || isOverloaded(problem) ? "asking" : "reconnecting");
      const longest = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
      await pause(longest * (0.5 + Math.random() / 2), signal);
    }
  }
  clearTimeout(behind);
};
