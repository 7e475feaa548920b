/** Whom a rate limit counts. */
export const scopeKinds = ["organization", "app", "user", "key"] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** One counted scope of a call with its limits a minute; an absent limit is none. */
export interface LimitScope {
  readonly kind: ScopeKind;
  readonly id: string;
  readonly rpm?: number;
  readonly tpm?: number;
}

/** A call that asks to start. */
export interface TakeRequest {
  /** Scopes are counted within it: one app in two organizations is two scopes. */
  readonly organizationId: string;
  readonly scopes: readonly LimitScope[];
  /** Taken now, replaced by `correct` when the real number is known. */
  readonly tokensEstimate: number;
}

/** What is left in the tightest scope, for `x-ratelimit-*` headers; undefined where nothing limits. */
export interface RateAllowance {
  readonly limitRequests: number | undefined;
  readonly remainingRequests: number | undefined;
  readonly limitTokens: number | undefined;
  readonly remainingTokens: number | undefined;
}

/** The call may start. */
export interface Taken {
  readonly ok: true;
  readonly allowance: RateAllowance;
  /** Replaces the estimate by the tokens really used (0 for a call that never left). Only the first call counts. */
  readonly correct: (tokens: number) => void;
}

/** The call may not start; nothing was counted. */
export interface Refused {
  readonly ok: false;
  readonly retryAfterMs: number;
  readonly scope: { readonly kind: ScopeKind; readonly id: string };
  readonly metric: "requests" | "tokens";
  readonly limit: number;
  readonly remaining: number;
  /** The call alone is larger than the limit: waiting does not help. */
  readonly tooLarge: boolean;
}

export type Decision = Taken | Refused;
