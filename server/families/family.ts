import type { ActIdentity, ActRules, LookUpOf } from "../contracts/act-rules.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { NexusFacts } from "../contracts/nexus-facts.ts";
import type { Operation, OperationOf } from "../contracts/operation.ts";
import type { Answered, Metered, SessionIo, Streaming, VendorIo } from "../contracts/vendor-call.ts";
import type { Units, UsageSource } from "../contracts/units.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import type { ErrorCode } from "../errors.ts";
import type { HoldFacts, HoldResult } from "../platform/ledger/index.ts";

/** What the call path reads of a request; what is asked for, only the request's family reads. */
export interface CallRequest {
  readonly operation: Operation;
  /** Refuses, or takes what may be taken once, before routes are chosen and money is set aside. */
  readonly admit?: (ctx: CallContext) => Promise<AdmittedRequest>;
}

/** A request that its family has let in. */
export interface AdmittedRequest {
  /** What it is done for, such as a mail: the same for all operations that it takes. */
  readonly about: string;
  /** Its first operation has the same id; an operation's id is made just before it is reserved. */
  readonly isNew: boolean;
  /** Gives back what was taken: nothing was set aside for it. */
  readonly withdraw: () => Promise<void>;
}

/** A request for an answer: asked for elsewhere where one route fails, it is at worst paid for twice. */
export interface ReadRequest extends CallRequest {
  readonly operation: OperationOf<"read">;
}

/** A request with one complete answer. It is given routes of its own family only. */
export interface AnswerRequest<A> extends ReadRequest {
  readonly run: (route: Route, io: VendorIo) => Promise<Answered<A>>;
  /** Stored answers are bytes; both directions must be exact. */
  readonly encode: (result: A) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => A;
  /** The error that the caller is given in place of an answer that came and is paid for; its row is marked with it. */
  readonly unfit?: (result: A) => ErrorCode | undefined;
}

/** A request whose answer is a stream. */
export interface StreamRequest<C> extends ReadRequest {
  readonly open: (route: Route, io: VendorIo) => Promise<Streaming<C>>;
  readonly encodeChunk: (chunk: C) => Uint8Array;
  readonly decodeChunk: (bytes: Uint8Array) => C;
  /** Each piece takes as long as a whole answer may: silence says nothing of the vendor. */
  readonly quiet?: boolean;
  /** The most that is read of it, where it is not the usual. */
  readonly mostAnswerBytes?: number;
  /**
   * Told which operation it is once money is set aside, before anything is sent; or which one it was, where its key was used
   * before. What it throws of a new one ends it.
   */
  readonly onReserved?: ((operationId: string, isRepeat: boolean) => Promise<void>) | undefined;
}

/** A request for a session: what is asked for in it is a call of its own each. */
export interface SessionRequest<S> extends ReadRequest {
  readonly openSession: (route: Route, io: SessionIo) => Promise<S>;
}

/** A request to act. Its bytes are made and kept before the first of them leaves, so that any process can send them again. */
export interface ActRequest<A> extends CallRequest {
  readonly operation: OperationOf<"act">;
  /** What of the operation is asked for, such as `create`; part of the vendor's key. */
  readonly step: string;
  /** How often its caller accepts that it is done: where nobody can tell whether it was, the next route is tried. Once without it. */
  readonly mostTimes?: number;
  /** The answer where it may have been done another time, too, as was found out since. */
  readonly doneAgain?: (result: A) => A;
  /** The exact request, without the secret; of a `LargeRequest` what it is about. */
  readonly prepare: (route: Route, identity: ActIdentity) => Uint8Array | Promise<Uint8Array>;
  readonly encode: (result: A) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => A;
}

/** A request to act that is larger than what is kept of it: it is sent once, by the process that was given it. */
export interface LargeRequest<A> extends ActRequest<A> {
  readonly carryOut: (route: Route, io: VendorIo) => Promise<Answered<A>>;
}

/** A request to act that can be carried out later, by another process. */
export interface QueueableRequest<A> extends ActRequest<A> {
  /** What is asked for: `reopen` makes the same request of it. */
  readonly content: () => Uint8Array;
}

/** A question that costs nothing: nothing is reserved for it or booked. */
export interface FreeRequest<A> extends CallRequest {
  /** The answer, where it is known without asking the route's vendor. */
  readonly known: (route: Route) => A | undefined;
  readonly ask: (route: Route, io: VendorIo) => Promise<A>;
  /** Its answer takes as long as the call may: what is sent is large. */
  readonly takesTime?: boolean;
  /** Of answers that may be larger than those to calls. */
  readonly mostAnswerBytes?: number;
}

/** Where a call goes and who pays for it, by the names of the ledger, the metrics and the answer. */
export type RouteTarget = NonNullable<HoldResult["target"]>;

/** What an attempt used, as far as anybody knows. */
export interface Usage {
  readonly metered: Metered;
  /** UTF-8 bytes of content that came. */
  readonly deliveredBytes: number;
}

/** What is to be booked, and under which circumstances. */
export interface Booking extends Usage {
  readonly heldNanos: bigint;
  /** All of the answer came. */
  readonly whole: boolean;
  /** The caller had left before the vendor's numbers came. */
  readonly callerLeft: boolean;
}

/** What a call is booked at, and where the numbers come from. */
export interface Settlement {
  readonly units: Units;
  readonly costNanos: bigint;
  readonly source: UsageSource;
  /** What the ledger row says beside that. */
  readonly row: HoldResult;
}

/** One way to carry a request out, with all that is known of it before it is tried. */
export interface Route {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  /** A stream that nobody reads any more is read to its end, because its vendor goes on and bills all the same. */
  readonly readsOn: boolean;
  /** What the ledger row says of it while the hold is open. */
  readonly heldFor: () => Pick<
    HoldFacts,
    "vendor" | "model" | "requestedModel" | "credentialTier" | "credentialId" | "credentialVersion" | "priceIds"
  >;
  /** Nano-USD that the request can cost here at most. Throws a NexusError where nothing bounds it, or it has no price. */
  readonly bound: () => bigint;
  /** Why the bound is far above what such a request mostly costs, for whoever has no room for it. */
  readonly whyHeld?: () => string | undefined;
  /** The vendor's own numbers, priced; where they never came an estimate that says so. */
  readonly settlement: (booking: Booking) => Settlement;
  /** What was certainly used: by the vendor's own numbers so far, and by the content that came. */
  readonly unitsSoFar: (usage: Usage) => Units;
  /** What the ledger row says of an answer, whatever becomes of its hold. */
  readonly rowOf: (metered: Metered) => HoldResult;
  /** What the answer says of who gave it. */
  readonly namesOf: (metered: Metered) => Pick<NexusFacts, "vendor" | "model" | "requestedModel" | "credentialTier">;
}

/** Who is asked to do what. */
export interface ActTarget {
  readonly vendor: string;
  /** `family.verb` */
  readonly operation: string;
}

/** What an act is booked at that ended in place of its process. */
export interface ActBooking {
  readonly costNanos: bigint;
  readonly source: Extract<UsageSource, "provider" | "estimated">;
}

/** What a family whose operations act does with the bytes that are kept of a request: in this process, or after it died. */
export interface Acts {
  readonly rulesOf: (target: ActTarget) => ActRules;
  /** Sends them, for the first time or again; gives the answer as it is stored. */
  readonly send: (target: ActTarget, bytes: Uint8Array, io: VendorIo) => Promise<Answered<Uint8Array>>;
  /** How long what nobody can be asked about is left in review before it is settled at its price; for ever where left out. */
  readonly reviewMs?: number;
  /** Asks what became of the operation, by our operation id or by what the kept request changes. */
  readonly lookUp?: (target: ActTarget, io: VendorIo, bytes: Uint8Array) => Promise<LookUpResult>;
  /** What was done goes on, and is charged at its end: in place of booking it, once it was found. `answer` is sealed. */
  readonly goesOn?: (operationId: string, result: Uint8Array, answer: Uint8Array) => Promise<void>;
  /** Makes a request of its content, in another process and perhaps after an update; its answer is as it is stored. */
  readonly reopen?: (operationId: string, content: Uint8Array, ctx: CallContext) => Promise<ActRequest<Uint8Array>>;
  /** What is booked for what was found to be done, of a price that was its most; that price where absent. */
  readonly bookingOf?: (target: ActTarget, mostNanos: bigint, metered: Metered) => ActBooking;
  /** Cancels what was done under a key; success also says that nothing was. */
  readonly cancel?: (target: ActTarget, providerKey: string, io: VendorIo) => Promise<void>;
}

/** What a look-up says of an operation of unknown outcome. */
export type LookUpResult = LookUpOf<Uint8Array>;

/**
 * What a family answers to the call path: by which routes a request can go, and how much of a rate limit it takes. A
 * route answers how much the request costs at most, and how much where the vendor's numbers never came. A family whose
 * operations act also answers how they are carried out, and how an unknown outcome is looked up.
 */
export interface Family<Q extends CallRequest> {
  /** What a request takes of the rate limit before its use is known. */
  readonly rateCost: (request: Q) => number;
  /** What it has taken once that is known. */
  readonly rateUsed: (units: Units) => number;
  /** Ordered, one where it may not be chosen; throws a NexusError where there is none. */
  readonly routes: (ctx: CallContext, request: Q) => Promise<readonly Route[]>;
  /** What makes two requests with one idempotency key the same request: JSON-plain. */
  readonly identityOf: (request: Q) => unknown;
  readonly acts?: Acts;
}
