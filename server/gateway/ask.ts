import type { CallContext } from "../contracts/call-context.ts";
import type { RateAllowance } from "../domain/limits/index.ts";
import { NexusError } from "../errors.ts";
import type { FreeRequest, Route } from "../families/family.ts";
import { attempt, type FailedAttempt } from "./attempt.ts";
import { authorize, routesOf } from "./authorize-and-reserve.ts";
import { callOutcomes, evidenceOf } from "./call-outcomes.ts";
import type { Gateway } from "./gateway.ts";

interface FreeReply<A> {
  readonly answer: A;
  readonly route: Route;
  readonly allowance: RateAllowance;
}

/** The error of a question that cost nothing, and was not answered. */
export const failedRead = ({ failure }: FailedAttempt, { target }: Route): NexusError => {
  const { reason, retryAfterMs } = failure;
  return new NexusError(failure.code, {
    message: failure.message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(reason === undefined ? {} : { details: { vendor: target.vendor, vendorError: reason } }),
    ...(reason !== undefined && failure.code === "PROVIDER_REJECTED" ? { http: reason.status } : {}),
  });
};

/**
 * Answers a question that is free: nothing is reserved or booked. Who may ask, how fast, and with whose credential is
 * decided as for the call itself. What comes of it opens and closes no circuit: vendors limit such questions apart from
 * what they bill.
 */
export const ask = async <A>(gateway: Gateway, request: FreeRequest<A>, ctx: CallContext): Promise<FreeReply<A>> => {
  const startedAtMs = gateway.clock.monotonic();
  const { allowance } = await authorize(gateway, request, ctx, 0);
  const routes = await routesOf(gateway, request, ctx);
  let error: NexusError | undefined;
  for (const route of routes) {
    const known = request.known(route);
    if (known !== undefined) return { answer: known, route, allowance };
    const deadlineMs = gateway.callTimeoutMs - (gateway.clock.monotonic() - startedAtMs);
    if (deadlineMs <= 0) break;
    const operationId = gateway.newId();
    const tried = await attempt(gateway, {
      route,
      operationId,
      deadlineMs,
      caller: ctx.signal,
      // Such an answer mostly takes no time: silence says something.
      streamed: request.takesTime !== true,
      maxAnswerBytes: request.mostAnswerBytes,
      run: (io) => request.ask(route, io),
    });
    gateway.onRead({
      operation: request.operation.id,
      vendor: route.target.vendor,
      outcome: tried.kind === "answered" ? "answered" : "failed",
    });
    if (tried.kind === "answered") return { answer: tried.value, route, allowance };
    error = failedRead(tried, route);
    const cancelled = ctx.signal.aborted || tried.failure.code === "REQUEST_CANCELLED";
    if (cancelled || callOutcomes.read[evidenceOf(tried.failure, tried.metered, "read")].call === "stop") break;
  }
  throw error ?? new NexusError("PROVIDER_UNAVAILABLE", { retryAfterMs: 1_000 });
};
