import type { Door } from "../../contracts/call-context.ts";
import type { Doubt } from "../../contracts/doubt.ts";
import type { OperationEffect } from "../../contracts/operation.ts";
import type { CredentialTier, Units, UsageSource } from "../../contracts/units.ts";

/** What is known about an operation before its vendor is called. */
export interface HoldFacts {
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
  /** The app's customer whose wallet pays, too. */
  readonly customerId?: string | undefined;
  /** `family.verb` */
  readonly operation: string;
  readonly effect: OperationEffect;
  readonly vendor: string;
  /** The vendor's model id that the first attempt goes to; empty where no model is asked for. */
  readonly model: string;
  /** The model as the caller named it; left out where no model is asked for. */
  readonly requestedModel?: string;
  readonly credentialTier: CredentialTier;
  readonly credentialId: string;
  readonly credentialVersion: number;
  /** The prices at the time of the reservation, as the pricing module writes and reads them. */
  readonly priceIds: readonly string[];
  readonly door: Door;
  readonly requestId: string;
  /** Of what acts: what it is done for, such as a mail, where that has another id than the operation. */
  readonly about?: string | undefined;
}

/** An idempotency key with the fingerprint of what was asked: SHA-256 digests of 32 bytes. */
export interface IdempotencyClaim {
  readonly key: Uint8Array;
  readonly fingerprint: Uint8Array;
  /** The previous hold of the same call. The call's first key stays used as long as one of its holds is. */
  readonly after?: string | undefined;
}

/** Money to set aside before a call, on all its budgets or on none. */
export interface ReserveCall {
  /** UUIDv7 made just now: ids more than five minutes off the database's clock are refused. */
  readonly operationId: string;
  readonly organizationId: string;
  /** Budget rows, the organization's root first. Empty where this process does not know them: answered `stale`. */
  readonly levels: readonly bigint[];
  /** The root's epoch when the levels were read. */
  readonly epoch: bigint;
  readonly heldNanos: bigint;
  /** After this time a hold that has not ended is recovered, even if its process lives. */
  readonly ttlMs: number;
  readonly idempotency?: IdempotencyClaim | undefined;
  readonly facts: HoldFacts;
}

/** The states of an operation. */
export type HoldState = "open" | "settled" | "released" | "uncertain" | "late";

/**
 * `held`: the money is set aside, durably. `replay`: that operation used the key before. `refused`: that budget has no
 * room. `wallet_empty`: that wallet has none. `customer_unknown`, `customer_blocked`: the customer that the call names. `stale`: the levels are not current; read them again and repeat. `mismatch`: the key was used with another request.
 * `known`: the operation id was used before. Only `held` changes anything.
 */
export type ReserveReply =
  | { readonly status: "held" }
  | { readonly status: "replay"; readonly operationId: string }
  | { readonly status: "refused"; readonly budgetId: bigint }
  | { readonly status: "wallet_empty" | "customer_unknown" | "customer_blocked" }
  | { readonly status: "stale" }
  | { readonly status: "mismatch" }
  | { readonly status: "known"; readonly state: HoldState };

/** One request sent, or not sent, to a vendor. */
export interface AttemptRecord {
  /** From 1. */
  readonly n: number;
  readonly vendor: string;
  /** Empty where no model is asked for. */
  readonly model: string;
  readonly credentialTier: CredentialTier;
  readonly credentialId: string;
  readonly vendorRequestId?: string | undefined;
  /** ISO 8601. */
  readonly startedAt?: string | undefined;
  readonly durationMs?: number | undefined;
  /** The vendor's HTTP status. */
  readonly status?: number | undefined;
  readonly outcome: "answered" | "not_sent" | "refused" | "unknown";
  readonly errorCode?: string | undefined;
  /** Of an attempt to act: what it proves, and how far it got. */
  readonly evidence?: ActEvidence | undefined;
  readonly phase?: AttemptPhase | undefined;
}

/** What one attempt of an operation that acts proves. Only `done` has an effect, and of `unknown` nobody can tell. */
export type ActEvidence = "not_sent" | "not_executed" | "rejected" | "done" | "unknown";

/** How far a request got: no byte left yet, bytes may have left, the head of an answer came. */
export type AttemptPhase = "connecting" | "sent" | "answered";

/** All that `HoldResolution` knows. */
export const resolvers = ["policy", "lookup", "replay", "report", "operator", "import"] as const;

/**
 * How an operation was ended in place of its process: `policy`, at its bound after a time; `lookup`, by the vendor's answer;
 * `replay`, by the vendor's answer to the same request under the same key; `report`, by the app that owns it; `operator`, by
 * hand; `import`, by the vendor's export or invoice.
 */
export interface HoldResolution {
  readonly by: (typeof resolvers)[number];
  /** The process that proved that nothing was done: it counts while that one has the lease. */
  readonly worker?: string;
}

/** A definite no, as its caller was told it. */
export interface HoldRefusal {
  readonly message: string;
  readonly http: number;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly issues?: readonly { readonly field: string; readonly expected: string }[] | undefined;
}

/** What is known about an operation afterwards. */
export interface HoldResult {
  /** Null where the vendor reported nothing usable. */
  readonly units?: Units | null | undefined;
  /** The vendor's own usage object; dropped above 8 KiB of JSON. */
  readonly rawUsage?: unknown;
  readonly responseModel?: string | undefined;
  readonly vendorRequestId?: string | undefined;
  /** The vendor's HTTP status, of the last attempt. */
  readonly status?: number | undefined;
  readonly errorCode?: string | undefined;
  /** Of what acts and was not done: what its caller was told, for a repeat with the same key. */
  readonly refusal?: HoldRefusal | undefined;
  /** Why it is not known what the vendor did; kept when the operation ends. */
  readonly doubt?: Doubt | undefined;
  /** Who ended it, where its own process did not. */
  readonly resolution?: HoldResolution | undefined;
  readonly latencyMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
  readonly streamed?: boolean | undefined;
  /** Unit classes that were metered without a price; the row waits to be rerated. */
  readonly unpricedClasses?: readonly string[] | undefined;
  /** What is odd about the vendor's numbers. */
  readonly notes?: readonly string[] | undefined;
  /** The vendor's tier that served the call. */
  readonly serviceTier?: string | undefined;
  /** Nano-USD by our price list, where the vendor's charge was booked instead. */
  readonly listCostNanos?: string | undefined;
  /** Given where another route than the first answered. */
  readonly target?:
    | {
        readonly vendor: string;
        readonly model: string;
        readonly credentialTier: CredentialTier;
        readonly credentialId: string;
      }
    | undefined;
}

/** The end of a hold. */
export interface SettleCall {
  readonly operationId: string;
  readonly end: "settled" | "released" | "uncertain";
  /** Only with `settled`. What exceeds the hold is booked as overrun. */
  readonly costNanos?: bigint | undefined;
  readonly source: UsageSource;
  readonly result: HoldResult;
  readonly attempts?: readonly AttemptRecord[] | undefined;
  /** The sealed first answer of a keyed call, written in the same commit; dropped above 4 MiB. */
  readonly answer?: Uint8Array | undefined;
}

/**
 * The new state; or `corrected` (it was booked by estimate and is booked by a better source now), `same` (a repetition,
 * nothing changed), `late` (a cost after a release, booked as overrun), `conflict` (it has ended in another way), `invalid`,
 * `unknown` (no such operation). The last four are alarms.
 */
export type SettleReply =
  | "settled"
  | "released"
  | "uncertain"
  | "corrected"
  | "same"
  | "late"
  | "conflict"
  | "invalid"
  | "unknown";

/** Units a running stream has used so far, and what they would cost. */
export interface StreamCheckpoint {
  readonly operationId: string;
  readonly costNanos: bigint;
  readonly units: Units;
}

/** A further attempt, about to be sent. */
export type AttemptStart = Pick<AttemptRecord, "n" | "vendor" | "model" | "credentialTier" | "credentialId"> & {
  readonly operationId: string;
};
