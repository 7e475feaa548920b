import { effectOfStatus, type Doubt } from "../contracts/doubt.ts";
import { nothingMetered, type ProviderFailure, type VendorIo } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { Route } from "../families/family.ts";
import type { EgressAttempt } from "../platform/egress/index.ts";
import { attempt, type AnsweredAttempt, type FailedAttempt } from "./attempt.ts";
import { callOutcomes, evidenceOf, type CallOutcome, type Evidence } from "./call-outcomes.ts";
import { doubtErrorOf } from "./doubt-error.ts";
import { endCall } from "./end-call.ts";
import type { Gateway } from "./gateway.ts";
import { isReplay, nextAttemptOf, reserve, type Reservation } from "./reservation.ts";

/** How a route is asked. */
export interface Asking<T, P = undefined> {
  /** The answer comes piece by piece. */
  readonly streamed: boolean;
  /** Its pieces take as long as a whole answer. */
  readonly quiet?: boolean | undefined;
  /** The most that is read of an answer, where it is not the usual. */
  readonly maxAnswerBytes?: number | undefined;
  /** How often its caller accepts that it is done. */
  readonly mostTimes?: number;
  /** Makes each attempt durable before it is sent; without it, only the second and later ones are announced. */
  readonly begin?: (reservation: Reservation, route: Route) => Promise<P>;
  readonly run: (route: Route, io: VendorIo, begun: P | undefined) => Promise<T>;
}

/** A vendor answered; the reservation it was asked under is still open. */
export interface TakenRoute<T> {
  readonly value: T;
  readonly reservation: Reservation;
  readonly egress: EgressAttempt;
}

/** Nobody waits for an answer any more, or may ask for one. */
const isCancelled = ({ code }: ProviderFailure, signal: AbortSignal): boolean =>
  signal.aborted || code === "REQUEST_CANCELLED";

/** Why nobody can tell what was done under a reservation that is kept. */
const doubtOf = ({ failure }: FailedAttempt, { hold }: CallOutcome): Doubt | undefined =>
  hold === "keep" ? (failure.doubt ?? "unreadable") : undefined;

/** The error of a failed attempt, and whether the vendor did something: a vendor that reported its usage has. */
const errorOf = (
  failed: FailedAttempt,
  outcome: CallOutcome,
  { operationId, route, request }: Reservation,
  shutForMs: number | undefined,
): NexusError => {
  const { failure, status } = failed;
  const doubt = doubtOf(failed, outcome);
  const acts = request.operation.effect === "act";
  const { code, message } = doubt === undefined ? failure : doubtErrorOf(doubt, acts);
  const { reason } = failure;
  const waits = [failure.retryAfterMs, shutForMs].filter((ms) => ms !== undefined);
  const effect = outcome.hold === "settle" ? "done" : "none";
  // A status proves that a reader worked; of what acts, only the vendor's own record does.
  const doubtful = acts ? "unknown" : effectOfStatus(status);
  return new NexusError(code, {
    message,
    effect: doubt === undefined ? effect : doubtful,
    operationId,
    ...(acts && doubt !== undefined ? { retryable: true, retryAfterMs: 2_000 } : {}),
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) }),
    ...(reason === undefined ? {} : { details: { vendor: route.target.vendor, vendorError: reason } }),
    ...(reason !== undefined && code === "PROVIDER_REJECTED" ? { http: reason.status } : {}),
  });
};

/** What the ledger keeps of an attempt to act. */
const proofOf = (tried: AnsweredAttempt<unknown> | FailedAttempt, evidence: Evidence) => ({
  evidence: evidence === "billed" ? ("unknown" as const) : evidence,
  phase: tried.kind === "failed" ? tried.phase : ("answered" as const),
});

/** What acts is told once: the same key finds the same no, and whoever wants to try again says so with another. */
const finalOf = ({ request, operationId }: Reservation, error: NexusError): NexusError =>
  request.operation.effect === "read" || error.effect !== "none"
    ? error
    : new NexusError(error.code, {
        message: `${error.message} Nothing was done; to try again, use another idempotency key.`,
        effect: "none",
        retryable: false,
        operationId,
        ...(error.details === undefined ? {} : { details: error.details }),
        ...(error.issues === undefined ? {} : { issues: error.issues }),
        cause: error,
      });

/** Only what acts keeps its no for a repeat. */
const toldOf = ({ request }: Reservation, error: NexusError): NexusError | undefined =>
  request.operation.effect === "act" && error.effect === "none" ? error : undefined;

/** What an attempt says of its route. One that was given little of the call's time says nothing by using it up. */
const reportOf = (failure: ProviderFailure, deadlineMs: number, { callTimeoutMs }: Gateway): ProviderFailure =>
  failure.doubt === "timeout" && deadlineMs < callTimeoutMs / 2 ? { ...failure, about: "request" } : failure;

/**
 * Tries the routes until one answers, and goes on after each as `callOutcomes` says: a reservation is carried to the next
 * route while nothing was done under it, and ended where something was or may have been; the next route then has a second
 * one. Where an earlier reservation was used and a later one was not, the call ends as the earlier one did.
 */
export const tryRoutes = async <T, P>(
  gateway: Gateway,
  first: Reservation,
  { streamed, quiet = false, maxAnswerBytes, mostTimes = 1, begin, run }: Asking<T, P>,
): Promise<TakenRoute<T>> => {
  const { ctx, request, routes, startedAtMs } = first;
  const { effect } = request.operation;
  const outcomes = callOutcomes[mostTimes > 1 ? "act_again" : effect];
  let reservation = first;
  let last: { readonly error: NexusError; readonly failure: ProviderFailure } | undefined;
  /** How the latest reservation ended that was used. */
  let used: NexusError | undefined;
  /** The present reservation has ended. */
  let spent = false;
  /** How often it may have been done. */
  let times = 0;

  for (const [index, route] of routes.entries()) {
    if (!gateway.admitRoute(ctx, route)) continue;
    if (spent) {
      const next = await reserveAgain(gateway, reservation, routes.slice(index));
      if (!next) break;
      reservation = next;
      spent = false;
    }
    const release = async (error: unknown): Promise<never> => {
      const own = finalOf(reservation, NexusError.from(error));
      await endCall(gateway, reservation, {
        end: "release",
        failure: undefined,
        errorCode: own.code,
        told: toldOf(reservation, own),
      });
      throw used ?? own;
    };
    let begun: P | undefined;
    if (begin !== undefined) begun = await begin(reservation, route).catch(release);
    else if (reservation.attempts.length > 0) await announce(gateway, reservation, route).catch(release);
    const startedAt = gateway.clock.now();
    const began = gateway.clock.monotonic();
    const deadlineMs = gateway.callTimeoutMs - (began - startedAtMs);
    if (deadlineMs <= 0) break;
    reservation.route = route;
    const { operationId } = reservation;
    const tried = await attempt(gateway, {
      route,
      operationId,
      deadlineMs,
      caller: ctx.signal,
      streamed: streamed && !quiet,
      maxAnswerBytes,
      run: (io) => run(route, io, begun),
    }).catch(release);
    const failure = tried.kind === "failed" ? tried.failure : undefined;
    const evidence = tried.kind === "failed" ? evidenceOf(tried.failure, tried.metered, effect) : "done";
    reservation.attempts.push({
      n: nextAttemptOf(reservation),
      ...route.target,
      outcome: failure?.kind ?? "answered",
      errorCode: failure?.code,
      status: tried.status,
      vendorRequestId: failure?.vendorRequestId,
      startedAt: new Date(startedAt).toISOString(),
      durationMs: Math.round(gateway.clock.monotonic() - began),
      ...(effect === "act" ? proofOf(tried, evidence) : {}),
    });
    if (tried.kind === "answered") {
      gateway.report(ctx, route, streamed ? "begun" : "answered");
      return { value: tried.value, reservation, egress: tried.egress };
    }
    const shutForMs = gateway.report(ctx, route, reportOf(tried.failure, deadlineMs, gateway));
    const outcome = outcomes[evidence];
    const error = errorOf(tried, outcome, reservation, shutForMs);
    last = { error, failure: tried.failure };
    if (outcome.hold !== "carry") {
      await endUnanswered(gateway, reservation, tried, outcome, error.code);
      used = error;
      spent = true;
      times += 1;
    }
    if ((effect === "act" && times >= mostTimes) || outcome.call === "stop" || isCancelled(tried.failure, ctx.signal))
      break;
  }

  const unavailable = new NexusError("PROVIDER_UNAVAILABLE", {
    operationId: reservation.operationId,
    retryAfterMs: 1_000,
  });
  const own = finalOf(reservation, last?.error ?? unavailable);
  if (!spent) {
    await endCall(gateway, reservation, {
      end: "release",
      failure: last?.failure,
      errorCode: own.code,
      told: toldOf(reservation, own),
    });
  }
  throw used ?? own;
};

/** The first attempt is known from the hold; each further one is made known before it is sent. */
const announce = (gateway: Gateway, reservation: Reservation, { target }: Route): Promise<void> =>
  gateway.ledger.beginAttempt({ ...target, operationId: reservation.operationId, n: nextAttemptOf(reservation) });

/** A second reservation, or none where budget or ledger have no room: then the call ends with what is known. */
const reserveAgain = async (
  gateway: Gateway,
  previous: Reservation,
  [route, ...others]: readonly Route[],
): Promise<Reservation | undefined> => {
  if (!route) return undefined;
  const { ctx, request, rate, startedAtMs, admitted } = previous;
  try {
    const call = { ctx, request, rate, startedAtMs, admitted };
    const reserved = await reserve(gateway, call, [route, ...others], previous);
    return isReplay(reserved) ? undefined : reserved;
  } catch (error) {
    if (NexusError.is(error)) return undefined;
    throw error;
  }
};

/** Ends a reservation whose bytes left and whose answer did not come. */
const endUnanswered = async (
  gateway: Gateway,
  reservation: Reservation,
  failed: FailedAttempt,
  outcome: CallOutcome,
  errorCode: string,
): Promise<void> => {
  const { vendorRequestId } = failed.failure;
  const usage = { metered: failed.metered ?? nothingMetered(vendorRequestId), deliveredBytes: 0 };
  const doubt = doubtOf(failed, outcome);
  const callerLeft = reservation.ctx.signal.aborted;
  await endCall(
    gateway,
    reservation,
    doubt === undefined
      ? { ...usage, end: "settle", whole: false, callerLeft, errorCode }
      : { ...usage, end: "keep", doubt, errorCode },
  );
};
