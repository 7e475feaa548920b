import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import { allowanceOf, refusalOf } from "./decide.ts";
import type { Decision, TakeRequest } from "./limit-scope.ts";
import { createLocalWindows } from "./local-windows.ts";
import type { SharedStore } from "./shared-store.ts";

/** Decides whether a call comes too fast. */
export interface Limiter {
  /** A plain value where this process decides alone, a promise where a shared store is asked. Never rejects. */
  readonly take: (request: TakeRequest) => Decision | Promise<Decision>;
  /** Which windows decide just now. */
  readonly mode: () => "local" | "shared";
  readonly close: () => Promise<void>;
}

interface LimiterOptions {
  readonly clock: Clock;
  /** Redis or Valkey windows shared between processes; without them each process counts for itself. */
  readonly store?: SharedStore;
  readonly log?: Logger;
  readonly maxScopes?: number;
  /** Failures in a row after which the shared store is left alone for a while. */
  readonly maxFailures?: number;
  readonly pauseMs?: number;
}

const unlimited: Decision = {
  ok: true,
  allowance: {
    limitRequests: undefined,
    remainingRequests: undefined,
    limitTokens: undefined,
    remainingTokens: undefined,
  },
  correct: () => undefined,
};

/**
 * Counts in memory. With a shared store it asks there first and keeps its own count beside it, so that it can decide
 * at once, with its own share of the truth, while the store is down or slow.
 */
export const createLimiter = (options: LimiterOptions): Limiter => {
  const { clock, store, log, maxScopes = 20_000, maxFailures = 3, pauseMs = 1_000 } = options;
  const local = createLocalWindows(clock, maxScopes);
  let failures = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let probing = false;

  const failed = (error: unknown): void => {
    failures += 1;
    if (failures < maxFailures) return;
    if (failures === maxFailures)
      log?.warn({ err: error }, "shared rate limits not available; counting in this process");
    pausedUntil = clock.monotonic() + pauseMs;
  };

  const worked = (): void => {
    if (failures >= maxFailures) log?.info("shared rate limits available again");
    failures = 0;
  };

  /** Closed while it works, one call at a time after a pause. */
  const mayAsk = (): boolean => failures < maxFailures || (!probing && clock.monotonic() >= pausedUntil);

  const takeShared = async (shared: SharedStore, request: TakeRequest): Promise<Decision> => {
    const probe = failures >= maxFailures;
    if (probe) probing = true;
    try {
      const { admitted, slot, usages } = await shared.take(request);
      worked();
      const refusal = admitted ? undefined : refusalOf(request, usages);
      if (refusal) return refusal;
      const correctLocal = local.record(request);
      let corrected = false;
      const correct = (tokens: number): void => {
        if (corrected) return;
        corrected = true;
        correctLocal(tokens);
        const change = tokens - request.tokensEstimate;
        if (change !== 0 && mayAsk()) shared.correct(request, slot, change).catch(failed);
      };
      return { ok: true, allowance: allowanceOf(request, usages), correct };
    } catch (error) {
      failed(error);
      return local.take(request);
    } finally {
      if (probe) probing = false;
    }
  };

  return {
    take: (request) => {
      if (request.scopes.length === 0) return unlimited;
      return store && mayAsk() ? takeShared(store, request) : local.take(request);
    },
    mode: () => (store && failures < maxFailures ? "shared" : "local"),
    close: async () => store?.close(),
  };
};
