import type { CallContext } from "../contracts/call-context.ts";
import type { AiVendor, ProviderFailure, ProviderIo } from "../contracts/provider.ts";
import { NexusError } from "../errors.ts";
import { requireScope, routesOf } from "./admit.ts";
import { aiVendorOf, attempt } from "./attempt.ts";
import { estimateTokens, mediaUnits } from "./bound.ts";
import type { Gateway, RateAllowance, Route } from "./gateway.ts";
import { measureSize } from "./measure-size.ts";
import type { MeasuredSize, MeteredRequest } from "./metered-request.ts";
import { movesOn } from "./pursue.ts";

type Count = (vendor: AiVendor, io: ProviderIo) => Promise<number>;

/** A request of which only the size is asked. */
interface CountRequest extends MeteredRequest {
  /** How a vendor counts it, or undefined for a vendor that does not count. */
  readonly counterOf: (vendor: AiVendor) => Count | undefined;
}

interface TokenCount {
  readonly inputTokens: number;
  /** Nobody counted. */
  readonly estimated: boolean;
  readonly route: Route;
  readonly allowance: RateAllowance;
}

const estimated = (size: MeasuredSize, route: Route, vendor: AiVendor): number => {
  const media = Object.values(mediaUnits(size, route, vendor));
  return media.reduce((sum, units) => sum + units, estimateTokens(size.textBytes));
};

const errorOf = (failure: ProviderFailure, route: Route): NexusError => {
  const { reason, retryAfterMs } = failure;
  return new NexusError(failure.code, {
    message: failure.message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(reason === undefined ? {} : { details: { vendor: route.vendor, vendorError: reason } }),
    ...(reason !== undefined && failure.code === "PROVIDER_REJECTED" ? { http: reason.status } : {}),
  });
};

/**
 * How many tokens a request would take in, by the vendor's own count or by an estimate. It is free: nothing is reserved or
 * booked. Who may ask, how fast, for which model and with whose credential is decided as for the call itself. What comes
 * of it opens and closes no circuit: vendors limit counting apart from answering, and to count is free.
 */
export const countTokens = async (gateway: Gateway, request: CountRequest, ctx: CallContext): Promise<TokenCount> => {
  const startedAtMs = gateway.clock.monotonic();
  requireScope(ctx, request);
  gateway.requireApp(ctx);
  const { allowance } = await gateway.takeRateToken(ctx, 0);
  const routes = routesOf(gateway, ctx, request);
  const size = await measureSize(request.size, ctx.organizationId);
  let error: NexusError | undefined;
  for (const route of routes) {
    const vendor = aiVendorOf(gateway, route);
    const run = request.counterOf(vendor);
    if (run === undefined) return { inputTokens: estimated(size, route, vendor), estimated: true, route, allowance };
    const deadlineMs = gateway.callTimeoutMs - (gateway.clock.monotonic() - startedAtMs);
    if (deadlineMs <= 0) break;
    const operationId = gateway.newId();
    const outcome = await attempt(gateway, {
      route,
      size: request.size,
      operationId,
      deadlineMs,
      caller: ctx.signal,
      // Counting takes no time.
      streamed: true,
      run,
    });
    if (outcome.kind === "answered") return { inputTokens: outcome.value, estimated: false, route, allowance };
    error = errorOf(outcome.failure, route);
    if (!movesOn(outcome.failure) || ctx.signal.aborted) break;
  }
  throw error ?? new NexusError("PROVIDER_UNAVAILABLE", { retryAfterMs: 1_000 });
};
