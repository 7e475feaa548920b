import type { ProviderFailure } from "../../contracts/vendor-call.ts";

/**
 * What an attempt says about its route. `begun` is an answer whose end is still to come, `finished`
 * that end. `neutral` says nothing: what callers bring about never counts. `reached` says
 * no more than that somebody answers. `refused` shuts
 * what it is about, for a time. `errors` count, and shut by their share of the calls, `slow` ones, which take so long that no window sees many of
 * them, also by following one another. `unreachable` is no answer at all.
 */
export type CircuitOutcome =
  | { readonly kind: "answered" | "begun" | "finished" | "neutral" | "reached" | "unreachable" }
  | { readonly kind: "errors"; readonly slow?: boolean }
  | {
      readonly kind: "refused";
      readonly scope: "model" | "credential";
      readonly reason: "credential" | "account" | "access";
    }
  | { readonly kind: "limited"; readonly scope: "model" | "credential"; readonly retryAfterMs: number | undefined };

const refusals: ReadonlyMap<ProviderFailure["code"], "credential" | "account" | "access"> = new Map([
  ["PROVIDER_AUTH_FAILED", "credential"],
  ["PROVIDER_ACCOUNT_EXHAUSTED", "account"],
  ["PROVIDER_REJECTED", "access"],
]);

const failing: ReadonlySet<ProviderFailure["code"]> = new Set<ProviderFailure["code"]>([
  "PROVIDER_UNAVAILABLE",
  "PROVIDER_TIMEOUT",
  "PROVIDER_BAD_RESPONSE",
]);

/** What a vendor failure says about the route. */
export const outcomeOf = ({ code, about, status, retryAfterMs, doubt }: ProviderFailure): CircuitOutcome => {
  const nothingMore = { kind: status === undefined ? "neutral" : "reached" } as const;
  if (about === "vendor") return { kind: "unreachable" };
  if (failing.has(code)) return about === "request" ? nothingMore : { kind: "errors", slow: doubt === "timeout" };
  if (about !== "model" && about !== "credential") return nothingMore;
  if (code === "PROVIDER_RATE_LIMITED") return { kind: "limited", scope: about, retryAfterMs };
  const reason = refusals.get(code);
  return reason === undefined ? nothingMore : { kind: "refused", scope: about, reason };
};
