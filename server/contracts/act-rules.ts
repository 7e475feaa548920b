import type { Metered } from "./vendor-call.ts";

/** What a vendor promises of repeats and look-ups; each with its source beside the adapter. */
export interface ActRules {
  /** How long a repeat under the same key is done at most once. Undefined: there are no keys. `unknown`: nobody says. */
  readonly keyLifetimeMs: number | "unknown" | undefined;
  /** `strong`: what was done shows at once. `eventual`: after a while. `none`: nobody can be asked. */
  readonly lookUp: "strong" | "eventual" | "none";
  /** After so long a request that was sent is no longer on its way, and is not carried out late. */
  readonly settleMs: number;
  /** What was done under a key can be cancelled by it. */
  readonly cancelByKey: boolean;
}

/** What a look-up says of an operation of unknown outcome. */
export type LookUpOf<T> =
  | { readonly kind: "done"; readonly metered: Metered; readonly result: T }
  | { readonly kind: "not_done" }
  /** What is there is not what was asked for: another amount, say. Only a person can tell what to do. */
  | { readonly kind: "contradicted" }
  | { readonly kind: "unknown" };

/** What makes a request to act the same request, whoever sends it. */
export interface ActIdentity {
  /** To be written into a field by which the vendor can be asked. */
  readonly operationId: string;
  /** 43 characters of `A–Z a–z 0–9 - _`; the vendor's idempotency key, where it takes one. */
  readonly providerKey: string;
}
