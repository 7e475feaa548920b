import type { CallContext } from "../contracts/call-context.ts";
import type { Metered, ProviderFailure } from "../contracts/provider.ts";
import type { NexusFacts } from "../contracts/ai.ts";
import { NexusError } from "../errors.ts";
import type { Leg } from "./admit.ts";
import type { HoldResult } from "../platform/ledger/index.ts";
import type { CallEvent, Gateway, Route } from "./gateway.ts";
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

/** Where the answer came from, when that was not where the hold was made for. */
const targetOf = ({ leg, route }: Record): HoldResult["target"] =>
  route === leg.heldFor
    ? undefined
    : {
        vendor: route.vendor,
        model: route.model,
        credentialTier: route.credential.tier,
        credentialId: route.credential.id,
      };

/** What the vendor answered last. */
const statusOf = ({ attempts }: Leg): number | undefined => attempts.at(-1)?.status;

const tell = (
  options: Record,
  ended: Pick<CallEvent, "outcome" | "source" | "units" | "costNanos" | "firstByteMs" | "errorCode">,
): void => {
  const { gateway, ctx, request, route } = options;
  const { vendor, model, credential } = route;
  gateway.onCall({
    ctx,
    operation: request.operation.id,
    vendor,
    model,
    credential,
    durationMs: elapsedMs(options),
    ...ended,
  });
};

/** Whether the end of a hold became durable while the caller waits; the ledger goes on trying where it did not. */
const endedInTime = async ({ gateway, leg }: Record, settling: Promise<unknown>): Promise<boolean> => {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), gateway.settlePatienceMs);
  try {
    return await Promise.race([settling.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
    settling.catch((error: unknown) =>
      gateway.log.error({ err: error, operationId: leg.operationId }, "hold not ended; recovery will"),
    );
  }
};

/** Settles a hold at its cost: entry, counters, attempts and stored answer in one commit. */
export const recordAnswer = async (options: RecordAnswer): Promise<void> => {
  const { gateway, ctx, leg, settlement, metered, firstByteMs, errorCode, answer } = options;
  const keep = answer !== undefined && ctx.idempotencyKey !== undefined;
  const settling = gateway.ledger.settle({
    operationId: leg.operationId,
    end: "settled",
    costNanos: settlement.costNanos,
    source: settlement.source,
    result: {
      units: settlement.units,
      rawUsage: metered.rawUsage,
      responseModel: metered.responseModel,
      vendorRequestId: metered.vendorRequestId,
      errorCode,
      status: statusOf(leg),
      latencyMs: Math.round(elapsedMs(options)),
      firstByteMs: firstByteMs === undefined ? undefined : Math.round(firstByteMs),
      streamed: firstByteMs === undefined ? undefined : true,
      notes: settlement.notes.length === 0 ? undefined : settlement.notes,
      serviceTier: metered.serviceTier,
      listCostNanos: settlement.listCostNanos?.toString(),
      unpricedClasses: settlement.unpriced.length === 0 ? undefined : settlement.unpriced,
      target: targetOf(options),
    },
    attempts: leg.attempts,
    answer: keep ? gateway.answers.seal(leg.operationId, answer) : undefined,
  });
  // The answer is there, but its row is not: the caller finds it under the idempotency key once the ledger is back.
  if (!(await endedInTime(options, settling))) {
    throw new NexusError("LEDGER_UNAVAILABLE", { effect: "done", operationId: leg.operationId });
  }
  const { source, units, costNanos } = settlement;
  tell(options, { outcome: "settled", source, units, costNanos, firstByteMs, errorCode });
};

/** Gives a hold back: nothing of it was spent. */
export const recordRelease = async (
  options: Record & { readonly failure: ProviderFailure | undefined; readonly errorCode: string },
): Promise<void> => {
  const { gateway, leg, failure, errorCode } = options;
  const settling = gateway.ledger.settle({
    operationId: leg.operationId,
    end: "released",
    source: "none",
    result: {
      vendorRequestId: failure?.vendorRequestId,
      errorCode,
      status: statusOf(leg),
      latencyMs: Math.round(elapsedMs(options)),
      target: targetOf(options),
    },
    attempts: leg.attempts,
  });
  await endedInTime(options, settling);
  tell(options, { outcome: "released", source: "none", units: {}, costNanos: 0n, firstByteMs: undefined, errorCode });
};

/** What a call says about itself, the same at every door. */
export const factsOf = (
  request: MeteredRequest,
  leg: Leg,
  route: Route,
  settlement: Settlement,
  metered: Metered,
): NexusFacts => ({
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
