import type { CallContext } from "../contracts/call-context.ts";
import type { Metered, ProviderFailure } from "../contracts/provider.ts";
import type { NexusFacts } from "../contracts/ai.ts";
import type { Leg } from "./admit.ts";
import type { Gateway, Route } from "./gateway.ts";
import type { MeteredRequest } from "./metered-request.ts";
import type { Settlement } from "./settlement.ts";

interface Record {
  readonly gateway: Gateway;
  readonly ctx: CallContext;
  readonly request: MeteredRequest;
  readonly leg: Leg;
  readonly route: Route;
  readonly startedAtMs: number;
}

interface RecordAnswer extends Record {
  readonly settlement: Settlement;
  readonly metered: Metered;
  readonly firstByteMs?: number | undefined;
  readonly errorCode?: string | undefined;
  /** Kept only for calls with an idempotency key. */
  readonly answer?: Uint8Array | undefined;
}

const elapsedMs = ({ gateway, startedAtMs }: Record): number => gateway.clock.monotonic() - startedAtMs;

/** Settles a hold at its cost: entry, counters, attempts and stored answer in one commit. */
export const recordAnswer = async (options: RecordAnswer): Promise<void> => {
  const { gateway, ctx, request, leg, route, settlement, metered, firstByteMs, errorCode, answer } = options;
  const durationMs = elapsedMs(options);
  const keep = answer !== undefined && ctx.idempotencyKey !== undefined;
  await gateway.ledger.settle({
    operationId: leg.operationId,
    end: "settled",
    costNanos: settlement.costNanos,
    source: settlement.source,
    result: {
      vendor: route.vendor,
      model: route.model,
      responseModel: metered.responseModel,
      credentialTier: route.credential.tier,
      credentialId: route.credential.id,
      credentialVersion: route.credential.version,
      units: settlement.units,
      rawUsage: metered.rawUsage,
      priceIds: settlement.priceIds,
      unpriced: settlement.unpriced,
      vendorRequestId: metered.vendorRequestId,
      errorCode,
      durationMs,
      firstByteMs,
      attempts: leg.attempts,
    },
    answer: keep ? gateway.sealAnswer(leg.operationId, answer) : undefined,
  });
  gateway.onCall({
    ctx,
    operation: request.operation.id,
    vendor: route.vendor,
    model: route.model,
    credential: route.credential,
    outcome: "settled",
    source: settlement.source,
    units: settlement.units,
    costNanos: settlement.costNanos,
    durationMs,
    firstByteMs,
    errorCode,
  });
};

/** Gives a hold back: nothing of it was spent. */
export const recordRelease = async (options: Record & { readonly failure: ProviderFailure | undefined; readonly errorCode: string }): Promise<void> => {
  const { gateway, ctx, request, leg, route, failure, errorCode } = options;
  const durationMs = elapsedMs(options);
  await gateway.ledger.settle({
    operationId: leg.operationId,
    end: "released",
    costNanos: 0n,
    source: "none",
    result: {
      vendor: route.vendor,
      model: route.model,
      responseModel: undefined,
      credentialTier: route.credential.tier,
      credentialId: route.credential.id,
      credentialVersion: route.credential.version,
      units: {},
      rawUsage: undefined,
      priceIds: [],
      unpriced: [],
      vendorRequestId: failure?.vendorRequestId,
      errorCode,
      durationMs,
      firstByteMs: undefined,
      attempts: leg.attempts,
    },
    answer: undefined,
  });
  gateway.onCall({
    ctx,
    operation: request.operation.id,
    vendor: route.vendor,
    model: route.model,
    credential: route.credential,
    outcome: "released",
    source: "none",
    units: {},
    costNanos: 0n,
    durationMs,
    firstByteMs: undefined,
    errorCode,
  });
};

/** What a call says about itself, the same at every door. */
export const factsOf = (request: MeteredRequest, leg: Leg, route: Route, settlement: Settlement, metered: Metered): NexusFacts => ({
  operationId: leg.operationId,
  vendor: route.vendor,
  model: metered.responseModel ?? route.model,
  requestedModel: request.requestedModel,
  credentialTier: route.credential.tier,
  costNanoUsd: settlement.costNanos.toString(),
  usageSource: settlement.source,
  attempts: leg.attempts.map(({ vendor, model, credentialTier, outcome, errorCode }) => ({
    vendor,
    model,
    credentialTier,
    outcome,
    ...(errorCode === undefined ? {} : { errorCode }),
  })),
});
