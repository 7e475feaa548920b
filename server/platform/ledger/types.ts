import type { Door } from "../../contracts/call-context.ts";
import type { Doubt } from "../../contracts/doubt.ts";
import type { OperationEffect } from "../../contracts/operation.ts";
import type { CredentialTier, Units, UsageSource } from "../../contracts/units.ts";

/** What is known of an operation before its vendor is called. */
export interface HoldFacts {
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
  /** `family.verb` */
  readonly operation: string;
  readonly effect: OperationEffect;
  readonly vendor: string;
  /** The vendor's model id that the first attempt goes to. */
  readonly model: string;
  /** The model as the caller named it. */
  readonly requestedModel: string;
  readonly credentialTier: CredentialTier;
  readonly credentialId: string;
  readonly credentialVersion: number;
  /** The prices the operation was admitted under, in whatever form their owner reads again. */
  readonly priceIds: readonly string[];
  readonly door: Door;
  readonly requestId: string;
}

/** An idempotency key with the fingerprint of what was asked: SHA-256 digests of 32 bytes. */
export interface IdempotencyClaim {
  readonly key: Uint8Array;
  readonly fingerprint: Uint8Array;
  /** The hold of the same call before this one: the call's first key stays used as long as any of its holds is. */
  readonly after?: string | undefined;
}

/** Money to set aside before a call, on every level or on none. */
export interface ReserveCall {
  /** UUIDv7, made now: ids more than five minutes off the database's clock are refused. */
  readonly operationId: string;
  readonly organizationId: string;
  /** Budget rows, the organization's root first. Empty: not known to this process, answered `stale`. */
  readonly levels: readonly bigint[];
  /** The root's epoch that the levels were read under. */
  readonly epoch: bigint;
  readonly heldNanos: bigint;
  /** After it an unended hold is recovered, even if its process lives. */
  readonly ttlMs: number;
  readonly idempotency?: IdempotencyClaim | undefined;
  readonly facts: HoldFacts;
}

/** The states of an operation. */
export type OperationState = "open" | "settled" | "released" | "uncertain" | "late";

/**
 * `held` the money is set aside, durably. `replay` the key was used before, by that operation. `refused` that budget has
 * no room. `stale` the levels are not current: read them again and repeat. `mismatch` the key was used with another
 * request. `known` the operation id was used before. Nothing is changed but by `held`.
 */
export type ReserveReply =
  | { readonly status: "held" }
  | { readonly status: "replay"; readonly operationId: string }
  | { readonly status: "refused"; readonly budgetId: bigint }
  | { readonly status: "stale" }
  | { readonly status: "mismatch" }
  | { readonly status: "known"; readonly state: OperationState };

/** One request sent, or not sent, to a vendor. */
export interface AttemptRecord {
  /** From 1. */
  readonly n: number;
  readonly vendor: string;
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
}

/**
 * How an operation was ended in its process's place: `policy` at its bound, nobody having said anything in time; `lookup`
 * the vendor was asked; `operator` by hand; `import` by the vendor's export or invoice.
 */
export interface Resolution {
  readonly by: "policy" | "lookup" | "operator" | "import";
}

/** What is known of an operation after it. */
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
  /** Why what the vendor did is not known; kept when it is known, or settled by policy. */
  readonly doubt?: Doubt | undefined;
  /** Who ended it, where its own process did not. */
  readonly resolution?: Resolution | undefined;
  readonly latencyMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
  readonly streamed?: boolean | undefined;
  /** Unit classes that were metered without a price; the row waits to be rated again. */
  readonly unpricedClasses?: readonly string[] | undefined;
  /** What was odd about the vendor's numbers. */
  readonly notes?: readonly string[] | undefined;
  /** The vendor's tier that served the call. */
  readonly serviceTier?: string | undefined;
  /** Nano-USD by our own prices, where the vendor's charge was booked instead. */
  readonly listCostNanos?: string | undefined;
  /** Where another route than the first answered. */
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
 * The new state; or `corrected` (it was booked by estimate, and is booked by a better word now), `same` (a repeat, nothing
 * changed), `late` (a cost after a release, booked to overrun), `conflict` (ended otherwise before), `invalid`, `unknown`
 * (no such operation). The last four are alarms.
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

/** A further attempt that is about to be sent. */
export type AttemptStart = Pick<AttemptRecord, "n" | "vendor" | "model" | "credentialTier" | "credentialId"> & {
  readonly operationId: string;
};
