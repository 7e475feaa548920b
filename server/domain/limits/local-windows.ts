import type { Clock } from "../../platform/clock.ts";
import { allowanceOf, refusalOf, type ScopeUsage } from "./decide.ts";
import type { Decision, LimitScope, TakeRequest } from "./limit-scope.ts";
import { SlidingWindow, slotCount, slotMs } from "./sliding-window.ts";

/** The windows of this process. */
export interface LocalWindows {
  readonly take: (request: TakeRequest) => Decision;
  /** Counts a call that was admitted elsewhere, so that this process can go on alone. Returns its correction. */
  readonly record: (request: TakeRequest) => (tokens: number) => void;
  readonly size: () => number;
}

/** Names a scope within its organization; the braces keep an organization on one node of a cluster. */
export const keyOf = (organizationId: string, { kind, id }: LimitScope): string => `{${organizationId}}/${kind}/${id}`;

/** Windows in a bounded map: idle ones make room first, then the oldest. */
export const createLocalWindows = (clock: Clock, maxScopes: number): LocalWindows => {
  const windows = new Map<string, SlidingWindow>();
  let sweptAt = -1;

  const makeRoom = (slot: number): void => {
    if (windows.size < maxScopes) return;
    if (sweptAt !== slot) {
      sweptAt = slot;
      for (const [key, window] of windows) if (window.slot <= slot - slotCount) windows.delete(key);
    }
    const [oldest] = windows.size >= maxScopes ? windows.keys() : [];
    if (oldest !== undefined) windows.delete(oldest);
  };

  const windowsOf = ({ organizationId, scopes }: TakeRequest, slot: number): SlidingWindow[] =>
    scopes.map((scope) => {
      const key = keyOf(organizationId, scope);
      const present = windows.get(key);
      if (present) {
        present.advance(slot);
        return present;
      }
      makeRoom(slot);
      const added = new SlidingWindow(slot);
      windows.set(key, added);
      return added;
    });

  const count = (counted: readonly SlidingWindow[], slot: number, estimate: number): ((tokens: number) => void) => {
    for (const window of counted) window.add(1, estimate);
    let corrected = false;
    return (tokens) => {
      if (corrected) return;
      corrected = true;
      for (const window of counted) window.correct(slot, tokens - estimate);
    };
  };

  const slotAt = (nowMs: number): number => Math.floor(nowMs / slotMs);

  const usageOf = (window: SlidingWindow, { rpm, tpm }: LimitScope, estimate: number, nowMs: number): ScopeUsage => {
    const wait = (metric: "requests" | "tokens", limit: number | undefined, more: number): number => {
      const over = limit === undefined ? 0 : window[metric] + more - limit;
      return over > 0 ? window.freeSlot(metric, over) * slotMs - nowMs : 0;
    };
    return {
      requests: window.requests,
      tokens: window.tokens,
      requestsRetryMs: Math.ceil(wait("requests", rpm, 1)),
      tokensRetryMs: Math.ceil(wait("tokens", tpm, estimate)),
    };
  };

  return {
    take: (request) => {
      const nowMs = clock.monotonic();
      const slot = slotAt(nowMs);
      const counted = windowsOf(request, slot);
      const usages = request.scopes.flatMap((scope, index) => {
        const window = counted[index];
        return window ? [usageOf(window, scope, request.tokensEstimate, nowMs)] : [];
      });
      const refusal = refusalOf(request, usages);
      if (refusal) return refusal;
      return {
        ok: true,
        allowance: allowanceOf(request, usages),
        correct: count(counted, slot, request.tokensEstimate),
      };
    },
    record: (request) => {
      const slot = slotAt(clock.monotonic());
      return count(windowsOf(request, slot), slot, request.tokensEstimate);
    },
    size: () => windows.size,
  };
};
