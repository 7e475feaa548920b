import type { OperationEffect } from "../contracts/operation.ts";
import { isTold, type Metered, type ProviderFailure } from "../contracts/vendor-call.ts";

/** What an attempt proves: that nothing was done, that something was, or neither. */
export const evidenceKinds = {
  not_sent: "No byte of the request left.",
  not_executed: "The vendor answered that nothing was done, for a reason that is this route's.",
  rejected: "A definite no that is about the request itself: it would fail everywhere.",
  done: "The vendor answered.",
  billed: "The vendor reported what it bills, but its answer cannot be delivered.",
  unknown: "Bytes left, and no complete answer came.",
} as const;
export type Evidence = keyof typeof evidenceKinds;

/** What becomes of the reservation that an attempt was made under. `carry`: it stays for the next route; with none left it is released. */
type Hold = "settle" | "keep" | "carry";

/** What becomes of the call: the caller is answered, the next route is tried (under a second reservation where the first has ended), or the call ends with an error. */
type Next = "answer" | "next" | "stop";

export interface CallOutcome {
  readonly hold: Hold;
  readonly call: Next;
}

/** By what an attempt is judged: the effect of its operation, or `act_again` where the caller accepts that it is done twice. */
export type OutcomeRule = OperationEffect | "act_again";

/** How the call path goes on after an attempt: the one table that `tryRoutes` decides by. */
export const callOutcomes: Readonly<Record<OutcomeRule, Readonly<Record<Evidence, CallOutcome>>>> = {
  // An answer is worth asking for elsewhere: at worst it is paid for twice.
  read: {
    not_sent: { hold: "carry", call: "next" },
    not_executed: { hold: "carry", call: "next" },
    rejected: { hold: "carry", call: "stop" },
    done: { hold: "settle", call: "answer" },
    billed: { hold: "settle", call: "next" },
    unknown: { hold: "keep", call: "next" },
  },
  // What may have been done must not be done again: only a proved no goes elsewhere.
  act: {
    not_sent: { hold: "carry", call: "next" },
    not_executed: { hold: "carry", call: "next" },
    rejected: { hold: "carry", call: "stop" },
    done: { hold: "settle", call: "answer" },
    billed: { hold: "keep", call: "stop" },
    unknown: { hold: "keep", call: "stop" },
  },
  // A second copy does no harm, and none may do: it goes on under another reservation.
  act_again: {
    not_sent: { hold: "carry", call: "next" },
    not_executed: { hold: "carry", call: "next" },
    rejected: { hold: "carry", call: "stop" },
    done: { hold: "settle", call: "answer" },
    billed: { hold: "keep", call: "next" },
    unknown: { hold: "keep", call: "next" },
  },
};

/** Statuses of which nobody can tell whether something was done behind them, unless the vendor documents that nothing was. */
const saysNothing = (status: number | undefined): boolean =>
  status !== undefined && ((status >= 300 && status < 400) || status === 408 || status >= 500);

/** What a failed attempt proves. Of what acts, less than of what reads. */
export const evidenceOf = (
  { kind, about, documented, status }: ProviderFailure,
  metered: Metered | undefined,
  effect: OperationEffect,
): Evidence => {
  if (effect === "act" && kind === "refused" && documented !== true && saysNothing(status)) return "unknown";
  if (kind === "unknown") return metered !== undefined && isTold(metered) ? "billed" : "unknown";
  if (about === "request") return "rejected";
  return kind === "not_sent" ? "not_sent" : "not_executed";
};
