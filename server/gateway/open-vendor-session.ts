import type { CallContext } from "../contracts/call-context.ts";
import type { RateAllowance } from "../domain/limits/index.ts";
import { NexusError } from "../errors.ts";
import type { Route, SessionRequest } from "../families/family.ts";
import { attempt } from "./attempt.ts";
import { failedRead } from "./ask.ts";
import { mayAsk, routesOf } from "./authorize-and-reserve.ts";
import type { Gateway } from "./gateway.ts";

/** A session at a vendor. */
export interface OpenSession<S> {
  readonly route: Route;
  readonly session: S;
  readonly allowance: RateAllowance;
  /** Ends its connection, whatever is under way on it. */
  readonly close: () => void;
}

interface SessionLimits {
  readonly lifetimeMs: number;
  readonly maxMessageBytes: number;
}

/** Opens a session by the first route whose vendor takes it. That costs nothing: nothing is reserved, and there is no row. */
export const openVendorSession = async <S>(
  gateway: Gateway,
  request: SessionRequest<S>,
  ctx: CallContext,
  { lifetimeMs, maxMessageBytes }: SessionLimits,
): Promise<OpenSession<S>> => {
  const { allowance } = await mayAsk(gateway, request, ctx);
  let error: NexusError | undefined;
  for (const route of await routesOf(gateway, request, ctx)) {
    if (!gateway.admitRoute(ctx, route)) continue;
    const tried = await attempt(gateway, {
      route,
      operationId: gateway.newId(),
      deadlineMs: lifetimeMs,
      caller: ctx.signal,
      streamed: true,
      maxAnswerBytes: maxMessageBytes,
      run: (io) => request.openSession(route, io),
    });
    if (tried.kind === "answered") {
      gateway.report(ctx, route, "answered");
      return { route, session: tried.value, allowance, close: () => tried.egress.close() };
    }
    gateway.report(ctx, route, tried.failure);
    error = failedRead(tried, route);
    if (ctx.signal.aborted || tried.failure.about === "request") break;
  }
  throw error ?? new NexusError("PROVIDER_UNAVAILABLE", { retryAfterMs: 1_000 });
};
