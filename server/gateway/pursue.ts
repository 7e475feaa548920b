import type { CallContext } from "../contracts/call-context.ts";
import { effectOfStatus, type Doubt } from "../contracts/doubt.ts";
import type { AiVendor, Metered, ProviderFailure, ProviderIo } from "../contracts/provider.ts";
import { NexusError } from "../errors.ts";
import type { EgressAttempt } from "../platform/egress/index.ts";
import { reserve, type Admitted, type Leg } from "./admit.ts";
import { attempt } from "./attempt.ts";
import { toldOfDoubt } from "./doubt-error.ts";
import type { Gateway, Route } from "./gateway.ts";
import type { MeasuredSize, MeteredRequest } from "./metered-request.ts";
import { recordAnswer, recordDoubt, recordRelease } from "./record.ts";
import { isTold, settlementOf, unitsSoFar } from "./settlement.ts";

/** A vendor answered; the hold it was made under is still open. */
export interface Pursued<T> {
  readonly value: T;
  readonly route: Route;
  readonly leg: Leg;
  readonly egress: EgressAttempt;
}

interface Pursue<T> {
  readonly gateway: Gateway;
  readonly ctx: CallContext;
  readonly request: MeteredRequest;
  readonly admitted: Admitted;
  readonly streamed: boolean;
  readonly run: (vendor: AiVendor, io: ProviderIo) => Promise<T>;
}

const nothingMetered: Metered = {
  units: null,
  final: false,
  rawUsage: undefined,
  responseModel: undefined,
  vendorRequestId: undefined,
};

interface Failed {
  readonly failure: ProviderFailure;
  readonly metered: Metered | undefined;
  /** The vendor's HTTP status, where it gave one. */
  readonly status: number | undefined;
}

/** Why nobody can tell what an attempt has cost; undefined where nothing was done, or the vendor told its numbers. */
const doubtOf = ({ failure, metered }: Failed): Doubt | undefined =>
  failure.kind !== "unknown" || (metered !== undefined && isTold(metered))
    ? undefined
    : (failure.doubt ?? "unreadable");

/** A vendor that told what it used has acted, whatever became of its answer; else its outcome may be unknown. */
const errorOf = (failed: Failed, leg: Leg, { vendor }: Route, shutForMs: number | undefined): NexusError => {
  const { failure } = failed;
  const doubt = doubtOf(failed);
  const { code, message } = doubt === undefined ? failure : toldOfDoubt(doubt);
  const { reason } = failure;
  const waits = [failure.retryAfterMs, shutForMs].filter((ms) => ms !== undefined);
  return new NexusError(code, {
    message,
    effect: doubt !== undefined ? effectOfStatus(failed.status) : failure.kind === "unknown" ? "done" : "none",
    operationId: leg.operationId,
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) }),
    ...(reason === undefined ? {} : { details: { vendor, vendorError: reason } }),
    ...(reason !== undefined && code === "PROVIDER_REJECTED" ? { http: reason.status } : {}),
  });
};

/** Whether the next route may do better; what is wrong with the request itself is wrong everywhere. */
export const movesOn = (failure: ProviderFailure): boolean =>
  failure.about !== "request" && failure.code !== "REQUEST_CANCELLED";

/** What an attempt says of its route. One that was given little of the call's time says nothing by using it up. */
const newsOf = (failure: ProviderFailure, deadlineMs: number, { callTimeoutMs }: Gateway): ProviderFailure =>
  failure.doubt === "timeout" && deadlineMs < callTimeoutMs / 2 ? { ...failure, about: "request" } : failure;

/**
 * Walks the routes until one answers.
 *
 *   failed before a byte left   same hold, next route; last one: release
 *   vendor refused              same hold, next route unless the request itself is at fault; last one: release
 *   bytes left, no answer       that hold settles at what was told, else is kept in doubt; next route under a second hold
 *
 * Where an earlier hold was used and a later one was not, the call ends as the earlier one did.
 */
export const pursue = async <T>({ gateway, ctx, request, admitted, streamed, run }: Pursue<T>): Promise<Pursued<T>> => {
  const { routes, startedAtMs } = admitted;
  let { leg } = admitted;
  let last: { readonly error: NexusError; readonly failure: ProviderFailure; readonly route: Route } | undefined;
  /** How the latest hold ended that was used. */
  let used: NexusError | undefined;
  /** The present hold has been used. */
  let spent = false;

  for (const [index, route] of routes.entries()) {
    if (!gateway.admitRoute(ctx, route)) continue;
    if (spent) {
      const rest = routes.slice(index);
      const next = await reserveAgain(gateway, ctx, request, admitted.size, rest, leg.operationId);
      if (!next) break;
      leg = next;
      spent = false;
    }
    const giveBack = async (error: unknown): Promise<never> => {
      const own = NexusError.from(error);
      await recordRelease({ gateway, ctx, request, leg, route, startedAtMs, failure: undefined, errorCode: own.code });
      throw used ?? own;
    };
    if (leg.attempts.length > 0) await announce(gateway, leg, route).catch(giveBack);
    const startedAt = gateway.clock.now();
    const deadlineMs = gateway.callTimeoutMs - (gateway.clock.monotonic() - startedAtMs);
    if (deadlineMs <= 0) break;
    const began = gateway.clock.monotonic();
    const outcome = await attempt(gateway, {
      route,
      size: request.size,
      operationId: leg.operationId,
      deadlineMs,
      caller: ctx.signal,
      streamed,
      run,
    }).catch(giveBack);
    const failure = outcome.kind === "failed" ? outcome.failure : undefined;
    leg.attempts.push({
      n: leg.attempts.length + 1,
      vendor: route.vendor,
      model: route.model,
      credentialId: route.credential.id,
      credentialTier: route.credential.tier,
      outcome: failure?.kind ?? "answered",
      errorCode: failure?.code,
      status: outcome.status,
      vendorRequestId: failure?.vendorRequestId,
      startedAt: new Date(startedAt).toISOString(),
      durationMs: Math.round(gateway.clock.monotonic() - began),
    });
    if (outcome.kind === "answered") {
      gateway.report(ctx, route, streamed ? "begun" : "answered");
      return { value: outcome.value, route, leg, egress: outcome.egress };
    }
    const shutForMs = gateway.report(ctx, route, newsOf(outcome.failure, deadlineMs, gateway));
    const failed: Failed = { failure: outcome.failure, metered: outcome.metered, status: outcome.status };
    const error = errorOf(failed, leg, route, shutForMs);
    last = { error, failure: outcome.failure, route };
    if (outcome.failure.kind === "unknown") {
      const { size } = admitted;
      await recordUnanswered({ gateway, ctx, request, size, leg, route, startedAtMs, failed, errorCode: error.code });
      used = error;
      spent = true;
    }
    if (!movesOn(outcome.failure) || ctx.signal.aborted) break;
  }

  if (!spent) {
    const [first] = routes;
    await recordRelease({
      gateway,
      ctx,
      request,
      leg,
      route: last?.route ?? first,
      startedAtMs,
      failure: last?.failure,
      errorCode: last?.error.code ?? "PROVIDER_UNAVAILABLE",
    });
  }
  throw (
    used ?? last?.error ?? new NexusError("PROVIDER_UNAVAILABLE", { operationId: leg.operationId, retryAfterMs: 1_000 })
  );
};

/** The first attempt is known from the hold; each further one is made known before it is sent. */
const announce = (gateway: Gateway, leg: Leg, { vendor, model, credential }: Route): Promise<void> =>
  gateway.ledger.beginAttempt({
    operationId: leg.operationId,
    n: leg.attempts.length + 1,
    vendor,
    model,
    credentialTier: credential.tier,
    credentialId: credential.id,
  });

/** A second hold, or none where budget or ledger have no room: then the call ends with what is known. */
const reserveAgain = async (
  gateway: Gateway,
  ctx: CallContext,
  request: MeteredRequest,
  size: MeasuredSize,
  rest: readonly Route[],
  previousOperationId: string,
): Promise<Leg | undefined> => {
  const [route, ...others] = rest;
  if (!route) return undefined;
  try {
    const leg = await reserve({
      gateway,
      ctx,
      request,
      size,
      routes: [route, ...others],
      operationId: gateway.newId(),
      previousOperationId,
    });
    return "kind" in leg ? undefined : leg;
  } catch (error) {
    if (NexusError.is(error)) return undefined;
    throw error;
  }
};

interface RecordUnanswered {
  readonly gateway: Gateway;
  readonly ctx: CallContext;
  readonly request: MeteredRequest;
  readonly size: MeasuredSize;
  readonly leg: Leg;
  readonly route: Route;
  readonly startedAtMs: number;
  readonly failed: Failed;
  readonly errorCode: string;
}

/** The end of a hold whose bytes left and whose answer did not come. */
const recordUnanswered = async ({ failed, size, ...rest }: RecordUnanswered): Promise<void> => {
  const { gateway, ctx, leg, route } = rest;
  const { failure } = failed;
  const metered = failed.metered ?? { ...nothingMetered, vendorRequestId: failure.vendorRequestId };
  const doubt = doubtOf(failed);
  const so = { route, size, metered, deliveredBytes: 0 };
  if (doubt !== undefined) return recordDoubt({ ...rest, doubt, metered, unitsSoFar: unitsSoFar(gateway, so) });
  const { heldNanos } = leg;
  const callerLeft = ctx.signal.aborted;
  const settlement = settlementOf(gateway, { ...so, ctx, heldNanos, whole: false, callerLeft });
  return recordAnswer({ ...rest, settlement, metered });
};
