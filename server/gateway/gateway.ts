import type pg from "pg";
import type { CallContext } from "../contracts/call-context.ts";
import type { FamilyName, Operation } from "../contracts/operation.ts";
import type { ProviderFailure } from "../contracts/vendor-call.ts";
import type { Units } from "../contracts/units.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import type { RateAllowance } from "../domain/limits/index.ts";
import { NexusError } from "../errors.ts";
import type { Acts, CallRequest, Family, Route, RouteTarget } from "../families/family.ts";
import type { Clock } from "../platform/clock.ts";
import type { SealedBox } from "../platform/crypto/index.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Ledger } from "../platform/ledger/index.ts";
import type { Logger } from "../platform/logger.ts";
import type { ActStep } from "./provider-key.ts";
import type { UnderWay } from "./under-way.ts";

/** The levels a call is reserved on, and the version of the rules they were read from. */
export interface HoldLevels {
  readonly levels: readonly bigint[];
  readonly epoch: bigint;
}

/** Leave to go ahead under the rate limits; `correct` replaces the estimate with what was used. */
export interface RateGrant {
  readonly allowance: RateAllowance;
  readonly correct: (used: number) => void;
}

/** A stream under way, for the checkpoints from which a killed process's streams are estimated. */
export interface LiveStream {
  /** What it would be settled at now: the vendor's running numbers, or an estimate of what was delivered. */
  readonly progress: () => { readonly units: Units; readonly costNanos: bigint };
  readonly draining: boolean;
}

/** What a route is judged by. */
export type RouteReport = ProviderFailure | "answered" | "begun" | "finished";

/** Emitted once for every reservation that ended, for metrics and lazy bookkeeping. */
export interface CallEvent {
  readonly ctx: Pick<CallContext, "organizationId" | "appId">;
  readonly operation: string;
  readonly target: RouteTarget;
  readonly outcome: "settled" | "released" | "uncertain";
  readonly source: string;
  readonly units: Units;
  readonly costNanos: bigint;
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  readonly errorCode: string | undefined;
}

/** What became of something that was taken from the queue, this time. */
export type QueueOutcome = "done" | "unknown" | "failed" | "expired" | "waits";

/** A question to a vendor. */
interface ReadEvent {
  readonly operation: string;
  readonly vendor: string;
  readonly outcome: "answered" | "failed";
}

/** Everything the call path depends on; it knows no family, no domain room and no vendor by name. */
export interface Gateway {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: () => string;
  readonly ledger: Ledger;
  /** For reading stored answers; nothing is written through it. */
  readonly readPool: pg.Pool;
  /** Streams under way, by operation id: checkpointed once a second, counted for readiness. */
  readonly liveStreams: Map<string, LiveStream>;
  /** Calls under way, for a process that is stopping. */
  readonly underWay: UnderWay;
  readonly egress: Egress;
  readonly families: { readonly [F in FamilyName]?: Family<never> };
  /** Whether this actor may call without an app, and the app is enabled. Throws APP_REQUIRED. */
  readonly requireApp: (ctx: CallContext) => void;
  /** Whether a key that is bound to resources may make this call. Throws SCOPE_DENIED. */
  readonly requireBound: (ctx: CallContext) => void;
  readonly budgetLevels: (ctx: CallContext) => HoldLevels | undefined;
  /** The error for a budget row that had no room. */
  readonly budgetRefusal: (
    ctx: CallContext,
    budgetId: bigint,
    neededNanos: bigint,
    whyHeld?: string,
  ) => Promise<NexusError>;
  /** The error for a customer whose wallet does not pay for a call. */
  readonly walletRefusal: (
    ctx: CallContext,
    why: "wallet_empty" | "customer_unknown" | "customer_blocked",
    neededNanos: bigint,
  ) => Promise<NexusError>;
  /** Reads the organization's levels again, making its rows first where they are missing. */
  readonly refreshBudgetLevels: (ctx: CallContext) => Promise<void>;
  readonly takeRateGrant: (ctx: CallContext, cost: number) => RateGrant | Promise<RateGrant>;
  /** Opens the secret: only for the attempt that is about to send it. */
  readonly openCredential: (credential: CredentialRef) => Readonly<Record<string, string>>;
  /** False while the route's circuit is open; a half-open one lets one probe through. */
  readonly admitRoute: (ctx: CallContext, route: Route) => boolean;
  /**
   * Takes how an attempt went: a failure, `answered`, or of a stream `begun` and then `finished`. Says in how many ms the
   * route is tried again, where its circuit is open.
   */
  readonly report: (ctx: CallContext, route: Route, outcome: RouteReport) => number | undefined;
  /** Seals stored answers, bound to their operation. */
  readonly answers: SealedBox;
  /** Seals the requests of what acts. */
  readonly requests: SealedBox;
  /** A vendor's idempotency key: the same for the same step at the same account, and guessed by nobody. */
  readonly providerKeyOf: (step: ActStep) => string;
  /** The credential that an attempt was made with, as it is now. */
  readonly credentialOf: (organizationId: string, vendor: string, credentialId: string) => CredentialRef | undefined;
  readonly onCall: (event: CallEvent) => void;
  /** Told of each question that cost nothing. */
  readonly onRead: (event: ReadEvent) => void;
  /** A vendor shows an object in a state that nobody here knows: it is shown as unknown. */
  readonly onUnknownState: (vendor: string, providerStatus: string) => void;
  readonly onQueued: (outcome: QueueOutcome) => void;
  readonly callTimeoutMs: number;
  /** How long a vendor may say nothing in a stream; absent: as long as somebody is thought to wait for it. */
  readonly silenceMs?: number;
  /** How long a caller waits for a ledger that went away after the vendor answered. */
  readonly settlePatienceMs: number;
}

/** How a family carries out what acts; only requests of families that do come here. */
export const actsOf = ({ families }: Gateway, { family, id }: Pick<Operation, "family" | "id">): Acts => {
  const acts = families[family]?.acts;
  if (acts === undefined) throw new NexusError("INTERNAL", { cause: new Error(`${id} acts, and its family does not`) });
  return acts;
};

/**
 * The family of a request. A request names its family by its operation and is made by that family alone, so that what
 * the family reads of it is there.
 */
export const familyOf = <Q extends CallRequest>({ families }: Gateway, { operation }: Q): Family<Q> => {
  const family = families[operation.family];
  if (family === undefined)
    throw new NexusError("INTERNAL", { cause: new Error(`no family ${operation.family} for ${operation.id}`) });
  return family as Family<Q>;
};
