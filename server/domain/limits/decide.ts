import { slotCount, slotMs } from "./sliding-window.ts";
import type { LimitScope, RateAllowance, Refused, TakeRequest } from "./limit-scope.ts";

/** What is counted in one scope before a call, and how long until there would be room for it. */
export interface ScopeUsage {
  readonly requests: number;
  readonly tokens: number;
  readonly requestsRetryMs: number;
  readonly tokensRetryMs: number;
}

const minuteMs = slotCount * slotMs;

const refusalsOf = (scope: LimitScope, usage: ScopeUsage, tokensEstimate: number): Refused[] => {
  const { kind, id, rpm, tpm } = scope;
  const refusals: Refused[] = [];
  if (rpm !== undefined && usage.requests + 1 > rpm) {
    const remaining = Math.max(rpm - usage.requests, 0);
    const retryAfterMs = usage.requestsRetryMs;
    refusals.push({
      ok: false,
      retryAfterMs,
      scope: { kind, id },
      metric: "requests",
      limit: rpm,
      remaining,
      tooLarge: false,
    });
  }
  if (tpm !== undefined && usage.tokens + tokensEstimate > tpm) {
    const remaining = Math.max(tpm - usage.tokens, 0);
    const tooLarge = tokensEstimate > tpm;
    const retryAfterMs = tooLarge ? minuteMs : usage.tokensRetryMs;
    refusals.push({ ok: false, retryAfterMs, scope: { kind, id }, metric: "tokens", limit: tpm, remaining, tooLarge });
  }
  return refusals;
};

/** The refusal that lasts longest, or undefined where every scope has room. */
export const refusalOf = (
  { scopes, tokensEstimate }: TakeRequest,
  usages: readonly ScopeUsage[],
): Refused | undefined => {
  let longest: Refused | undefined;
  scopes.forEach((scope, index) => {
    const usage = usages[index];
    if (!usage) return;
    for (const refusal of refusalsOf(scope, usage, tokensEstimate)) {
      const worse = !longest || (refusal.tooLarge ? !longest.tooLarge : refusal.retryAfterMs > longest.retryAfterMs);
      if (worse) longest = refusal;
    }
  });
  return longest;
};

interface Left {
  readonly limit: number;
  readonly remaining: number;
}

const tighter = (a: Left | undefined, limit: number | undefined, used: number): Left | undefined => {
  if (limit === undefined) return a;
  const remaining = Math.max(limit - used, 0);
  return !a || remaining < a.remaining ? { limit, remaining } : a;
};

/** What is left after a call was counted, in the scope with least. */
export const allowanceOf = ({ scopes, tokensEstimate }: TakeRequest, usages: readonly ScopeUsage[]): RateAllowance => {
  let requests: Left | undefined;
  let tokens: Left | undefined;
  scopes.forEach(({ rpm, tpm }, index) => {
    const usage = usages[index];
    if (!usage) return;
    requests = tighter(requests, rpm, usage.requests + 1);
    tokens = tighter(tokens, tpm, usage.tokens + tokensEstimate);
  });
  return {
    limitRequests: requests?.limit,
    remainingRequests: requests?.remaining,
    limitTokens: tokens?.limit,
    remainingTokens: tokens?.remaining,
  };
};
