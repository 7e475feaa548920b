import type { CallContext } from "../contracts/call-context.ts";
import type { NexusFacts } from "../contracts/ai.ts";
import type { Doubt } from "../contracts/doubt.ts";
import type { Metered, ProviderFailure } from "../contracts/provider.ts";
import type { Units } from "../contracts/units.ts";
import { NexusError } from "../errors.ts";
import type { Leg } from "./admit.ts";
import { FairTimer } from "../platform/fair-timer.ts";
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
  /** Of a stream: until its first chunk. */
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
  const timer = new FairTimer({
    ms: gateway.settlePatienceMs,
    received: () => undefined,
    onTimeout: () => late.resolve(false),
  });
  try {
    return await Promise.race([
      settling.then(
        () => true,
        () => false,
      ),
      late.promise,
    ]);
  } finally {
    timer.clear();
    settling.catch((error: unknown) =>
      gateway.log.error({ err: error, operationId: leg.operationId }, "hold not ended; recovery will"),
    );
  }
};

/** What is known of a call however it ended. */
const knownOf = (
  options: Record & Pick<RecordAnswer, "firstByteMs" | "errorCode">,
  { rawUsage, responseModel, vendorRequestId, serviceTier }: Metered,
): HoldResult => ({
  rawUsage,
  responseModel,
  vendorRequestId,
  serviceTier,
  errorCode: options.errorCode,
  status: statusOf(options.leg),
  latencyMs: Math.round(elapsedMs(options)),
  firstByteMs: options.firstByteMs === undefined ? undefined : Math.round(options.firstByteMs),
  streamed: options.firstByteMs === undefined ? undefined : true,
  target: targetOf(options),
});

/** The vendor is paid, whatever becomes of its answer: the caller finds it under the idempotency key, if there is one. */
const paidUnrecorded = ({ ctx, leg }: Record): NexusError => {
  const keyed = ctx.idempotencyKey !== undefined;
  return new NexusError("LEDGER_UNAVAILABLE", {
    message: keyed
      ? "The vendor has answered and is paid, but the ledger cannot be reached to record it: send the call again with the same idempotency key to be given the answer."
      : "The vendor has answered and is paid, but the ledger cannot be reached to record it, and without an idempotency key the answer is not kept: a repeat is paid for again.",
    effect: "done",
    guarded: keyed,
    operationId: leg.operationId,
    ...(keyed ? { retryAfterMs: 2_000 } : {}),
  });
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
      ...knownOf(options, metered),
      units: settlement.units,
      notes: settlement.notes.length === 0 ? undefined : settlement.notes,
      listCostNanos: settlement.listCostNanos?.toString(),
      unpricedClasses: settlement.unpriced.length === 0 ? undefined : settlement.unpriced,
    },
    attempts: leg.attempts,
    answer: keep ? gateway.answers.seal(leg.operationId, answer) : undefined,
  });
  const ended = await endedInTime(options, settling);
  // Where there is no answer to be kept, the caller is told why there is none.
  if (!ended && errorCode === undefined) throw paidUnrecorded(options);
  const { source, units, costNanos } = settlement;
  tell(options, { outcome: "settled", source, units, costNanos, firstByteMs, errorCode });
};

interface RecordDoubt extends Record {
  readonly doubt: Doubt;
  readonly metered: Metered;
  /** What the vendor told, and what was delivered. */
  readonly unitsSoFar: Units;
  readonly firstByteMs?: number | undefined;
  /** As the caller is told. */
  readonly errorCode: string | undefined;
}

/** Keeps a hold, whole, for what nobody can tell yet. */
export const recordDoubt = async (options: RecordDoubt): Promise<void> => {
  const { gateway, leg, doubt, metered, unitsSoFar, firstByteMs, errorCode } = options;
  const { notes = [] } = metered;
  const settling = gateway.ledger.settle({
    operationId: leg.operationId,
    end: "uncertain",
    source: "none",
    result: {
      ...knownOf(options, metered),
      doubt,
      units: Object.keys(unitsSoFar).length === 0 ? undefined : unitsSoFar,
      notes: notes.length === 0 ? undefined : notes,
    },
    attempts: leg.attempts,
  });
  await endedInTime(options, settling);
  tell(options, { outcome: "uncertain", source: "none", units: {}, costNanos: 0n, firstByteMs, errorCode });
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

/** What a call says about itself, the same at every door. A doubtful one counts for its whole hold. */
export const factsOf = (
  request: MeteredRequest,
  leg: Leg,
  route: Route,
  { costNanos, source, doubt }: Pick<Settlement, "costNanos" | "source"> & { readonly doubt?: Doubt | undefined },
  metered: Metered,
): NexusFacts => ({
  operationId: leg.operationId,
  vendor: route.vendor,
  model: metered.responseModel ?? route.model,
  requestedModel: request.requestedModel,
  credentialTier: route.credential.tier,
  costNanoUsd: costNanos.toString(),
  usageSource: source,
  ...(doubt === undefined ? {} : { doubt }),
  attempts: leg.attempts.map(({ vendor, model, credentialTier, outcome, errorCode }) => ({
    vendor,
    model,
    credentialTier,
    outcome,
    ...(errorCode === undefined ? {} : { errorCode }),
  })),
});
