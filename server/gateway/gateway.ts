import type pg from "pg";
import type { CallContext } from "../contracts/call-context.ts";
import type { ProviderDefinition, ProviderFailure } from "../contracts/provider.ts";
import type { NexusError } from "../errors.ts";
import type { Units } from "../contracts/units.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import type { PriceSet } from "../domain/pricing/index.ts";
import type { Clock } from "../platform/clock.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Ledger } from "../platform/ledger/index.ts";
import type { Logger } from "../platform/logger.ts";
import type { MeteredRequest } from "./metered-request.ts";
import type { UnderWay } from "./under-way.ts";

/** A credential before it is opened. */
export type RouteCredential = CredentialRef;

/** One way to answer a request: who, with which model, at whose expense, at which price. */
export interface Route {
  readonly vendor: string;
  readonly model: string;
  readonly credential: RouteCredential;
  readonly priceSet: PriceSet;
  /** Why it stands where it stands. */
  readonly reason: string;
}

/** The levels a call is reserved on, and the version of the rules they were read from. */
export interface BudgetLevels {
  readonly levels: readonly bigint[];
  readonly epoch: bigint;
}

/** Remaining allowance, for the door's own headers. */
export interface RateAllowance {
  readonly limitRequests: number | undefined;
  readonly remainingRequests: number | undefined;
  readonly limitTokens: number | undefined;
  readonly remainingTokens: number | undefined;
}

/** A rate-limit token; `correct` replaces the estimate with what was used. */
export interface RateToken {
  readonly allowance: RateAllowance;
  readonly correct: (tokens: number) => void;
}

/** A stream under way, for the checkpoints from which a killed process's streams are estimated. */
export interface LiveStream {
  /** What it would be settled at now: the vendor's running numbers, or an estimate of what was delivered. */
  readonly progress: () => { readonly units: Units; readonly costNanos: bigint };
  readonly draining: boolean;
}

/** What a route is judged by. */
export type RouteNews = ProviderFailure | "answered" | "begun" | "finished";

/** Told once for every call that ended, for metrics and lazy bookkeeping. */
export interface CallEvent {
  readonly ctx: CallContext;
  readonly operation: string;
  readonly vendor: string;
  readonly model: string;
  readonly credential: RouteCredential;
  readonly outcome: "settled" | "released" | "uncertain";
  readonly source: string;
  readonly units: Units;
  readonly costNanos: bigint;
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  readonly errorCode: string | undefined;
}

/** Everything the call path stands on. Each member is one rule or one store. */
export interface Gateway {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: () => string;
  readonly ledger: Ledger;
  /** For reading stored answers; nothing is written through it. */
  readonly readPool: pg.Pool;
  /** Streams under way, by ledger row: checkpointed once a second, counted for readiness. */
  readonly liveStreams: Map<string, LiveStream>;
  /** Calls under way, for a process that is stopping. */
  readonly underWay: UnderWay;
  readonly egress: Egress;
  readonly vendorOf: (id: string) => ProviderDefinition | undefined;
  /** Ordered routes, never empty; throws a NexusError where there is none. */
  readonly chooseRoutes: (ctx: CallContext, request: MeteredRequest) => readonly Route[];
  /** Whether this actor may call without an app, and the app is enabled. Throws APP_REQUIRED. */
  readonly requireApp: (ctx: CallContext) => void;
  readonly budgetLevels: (ctx: CallContext) => BudgetLevels | undefined;
  /** What a caller is told of the budget row that had no room. */
  readonly budgetRefusal: (ctx: CallContext, budgetId: bigint, neededNanos: bigint) => Promise<NexusError>;
  /** Reads the organization's levels again, making its rows first where they are missing. */
  readonly refreshBudgetLevels: (organizationId: string) => Promise<void>;
  readonly takeRateToken: (ctx: CallContext, tokensEstimate: number) => RateToken | Promise<RateToken>;
  /** Opens the secret: only for the attempt that is about to send it. */
  readonly openCredential: (credential: RouteCredential) => Readonly<Record<string, string>>;
  /** Of another model than the route's, paid by the route's credential. */
  readonly priceSetOf: (ctx: CallContext, route: Route, model: string) => PriceSet | null;
  /** False while the route's circuit is open; a half-open one lets one probe through. */
  readonly admitRoute: (ctx: CallContext, route: Route) => boolean;
  /**
   * Takes how an attempt went: a failure, `answered`, or of a stream `begun` and then `finished`. Says in how many ms the
   * route is tried again, where it is shut.
   */
  readonly report: (ctx: CallContext, route: Route, news: RouteNews) => number | undefined;
  /** Seals stored answers, bound to their ledger row. */
  readonly answers: {
    readonly seal: (operationId: string, answer: Uint8Array) => Uint8Array;
    readonly open: (operationId: string, sealed: Uint8Array) => Uint8Array;
  };
  readonly onCall: (event: CallEvent) => void;
  readonly callTimeoutMs: number;
  /** How long a caller waits for a ledger that went away after the vendor answered. */
  readonly settlePatienceMs: number;
}
