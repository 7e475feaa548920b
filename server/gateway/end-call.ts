import type { Doubt } from "../contracts/doubt.ts";
import { attemptSummaryOf, type NexusFacts } from "../contracts/nexus-facts.ts";
import type { Metered, ProviderFailure } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { Settlement, Usage } from "../families/family.ts";
import { FairTimer } from "../platform/fair-timer.ts";
import type { HoldResult, SettleCall, SettleReply } from "../platform/ledger/index.ts";
import { familyOf, type CallEvent, type Gateway } from "./gateway.ts";
import type { Ended } from "./reply.ts";
import { storedAnswerOf } from "./replay.ts";
import { queuePauseMs } from "./queue-pause.ts";
import type { Reservation } from "./reservation.ts";

interface Reported {
  /** Of a stream: until its first chunk. */
  readonly firstByteMs?: number | undefined;
  /** The code of the error that the caller gets. */
  readonly errorCode?: string | undefined;
}

/** The vendor's numbers are there, or nothing keeps the rest from being estimated. */
interface Settle extends Usage, Reported {
  readonly end: "settle";
  readonly whole: boolean;
  readonly callerLeft: boolean;
  /** The answer as it is stored for a repeat with the same key; there where the caller was given any of it. */
  readonly reply?: (() => Uint8Array | undefined) | undefined;
}

/** Nobody can tell what was done: the whole reservation is kept until somebody can. */
interface Keep extends Usage, Reported {
  readonly end: "keep";
  readonly doubt: Doubt;
}

/** Nothing was done. */
interface Release {
  readonly end: "release";
  readonly failure: ProviderFailure | undefined;
  readonly errorCode: string;
  /** What the caller is told, where the same key is told it again. */
  readonly told?: NexusError | undefined;
}

/** How a reservation ends. */
export type Ending = Settle | Keep | Release;

/** Ends a reservation: entry, counters, attempts and stored answer in one commit, then the call event. */
export function endCall(gateway: Gateway, reservation: Reservation, ending: Settle | Keep): Promise<Ended>;
export function endCall(gateway: Gateway, reservation: Reservation, ending: Release): Promise<undefined>;
export function endCall(gateway: Gateway, reservation: Reservation, ending: Ending): Promise<Ended | undefined> {
  switch (ending.end) {
    case "settle":
      return settle(gateway, reservation, ending);
    case "keep":
      return keep(gateway, reservation, ending);
    case "release":
      return release(gateway, reservation, ending);
  }
}

const settle = async (gateway: Gateway, reservation: Reservation, ending: Settle): Promise<Ended> => {
  const { route, heldNanos, operationId, ctx, request, rate } = reservation;
  const { metered, deliveredBytes, whole, callerLeft, firstByteMs, errorCode, reply } = ending;
  const { units, costNanos, source, row } = route.settlement({ metered, deliveredBytes, whole, callerLeft, heldNanos });
  const facts = factsOf(reservation, metered, { costNanos, source });
  const body = ctx.idempotencyKey === undefined ? undefined : reply?.();
  const recorded = await write(
    gateway,
    reservation,
    {
      end: "settled",
      costNanos,
      source,
      result: { ...knownOf(gateway, reservation, ending), ...row, units },
      answer: body && gateway.answers.seal(operationId, storedAnswerOf({ facts, units }, body)),
    },
    { units, costNanos, firstByteMs, errorCode },
  );
  // A caller who gets an error anyway gets the error of the attempt.
  if (!recorded && errorCode === undefined) throw paidUnrecorded(reservation);
  if (reply !== undefined) rate.correct(familyOf(gateway, request).rateUsed(units));
  return { facts, units };
};

const keep = async (gateway: Gateway, reservation: Reservation, ending: Keep): Promise<Ended> => {
  const { route, heldNanos } = reservation;
  const { metered, doubt, firstByteMs, errorCode } = ending;
  const units = route.unitsSoFar(ending);
  const row = { units: Object.keys(units).length === 0 ? undefined : units, doubt };
  await write(
    gateway,
    reservation,
    { end: "uncertain", source: "none", result: { ...knownOf(gateway, reservation, ending), ...row } },
    { units: {}, costNanos: 0n, firstByteMs, errorCode },
  );
  // What is in doubt counts for all that is held for it.
  return { facts: factsOf(reservation, metered, { costNanos: heldNanos, source: "estimated", doubt }), units };
};

const refusalOf = ({ message, http, details, issues }: NexusError): HoldResult["refusal"] => ({
  message,
  http,
  details,
  issues,
});

const release = async (gateway: Gateway, reservation: Reservation, ending: Release): Promise<undefined> => {
  const { failure, errorCode, told } = ending;
  if (await isPutBack(gateway, reservation, ending)) return;
  const result = {
    ...timesOf(gateway, reservation),
    vendorRequestId: failure?.vendorRequestId,
    errorCode,
    refusal: told && refusalOf(told),
  };
  const recorded = await write(
    gateway,
    reservation,
    { end: "released", source: "none", result },
    { units: {}, costNanos: 0n, firstByteMs: undefined, errorCode },
  );
  // Until it is durable that nothing was done, another process may take it for unknown, and have it done.
  if (!recorded && isAct(reservation)) throw unrecordedNo(reservation);
};

/** What came from the queue waits there again, unless the vendor's no is about the request: the same would be refused again. */
const isPutBack = async (
  { ledger, clock, log }: Gateway,
  { operationId, attempts, queued }: Reservation,
  { failure }: Release,
): Promise<boolean> => {
  if (queued === undefined || failure?.about === "request") return false;
  const due = new Date(clock.now() + queuePauseMs(queued, failure?.retryAfterMs));
  try {
    return (await ledger.queue.putBack(operationId, due, attempts)) !== "ends";
  } catch (error) {
    log.warn({ err: error, operationId }, "not put back into the queue; recovery will");
    return true;
  }
};

const isAct = ({ request }: Reservation): boolean => request.operation.effect === "act";

const unrecordedNo = ({ operationId }: Reservation): NexusError =>
  new NexusError("LEDGER_UNAVAILABLE", {
    message: "The ledger cannot be reached to record what became of it: send it again with the same idempotency key.",
    effect: "unknown",
    guarded: true,
    operationId,
    retryAfterMs: 2_000,
  });

/** Of what acts, an end that the ledger does not take is none: somebody else has ended it, or is about to. */
const taken = async (settling: Promise<SettleReply>): Promise<void> => {
  const reply = await settling;
  if (reply === "conflict" || reply === "unknown" || reply === "invalid") throw new Error(`not ended: ${reply}`);
};

const elapsedMs = ({ clock }: Gateway, { startedAtMs }: Reservation): number => clock.monotonic() - startedAtMs;

/** What is known of every end: how long it took, what the vendor answered last, and where, if not where the row says. */
const timesOf = (gateway: Gateway, reservation: Reservation): HoldResult => {
  const { route, routes, attempts } = reservation;
  return {
    status: attempts.at(-1)?.status,
    latencyMs: Math.round(elapsedMs(gateway, reservation)),
    target: route === routes[0] ? undefined : route.target,
  };
};

/** What is known of an end after the vendor was asked. */
const knownOf = (
  gateway: Gateway,
  reservation: Reservation,
  { metered, firstByteMs, errorCode }: Settle | Keep,
): HoldResult => ({
  ...timesOf(gateway, reservation),
  ...reservation.route.rowOf(metered),
  errorCode,
  firstByteMs: firstByteMs === undefined ? undefined : Math.round(firstByteMs),
  streamed: firstByteMs === undefined ? undefined : true,
});

/** Writes the end down, and emits the call event once the caller need not wait any longer; says whether it is durable. */
const write = async (
  gateway: Gateway,
  reservation: Reservation,
  end: Omit<SettleCall, "operationId" | "attempts">,
  reported: Pick<CallEvent, "units" | "costNanos" | "firstByteMs" | "errorCode">,
): Promise<boolean> => {
  const { operationId, attempts } = reservation;
  const settling = gateway.ledger.settle({ ...end, operationId, attempts });
  const recorded = await inTime(gateway, operationId, isAct(reservation) ? taken(settling) : settling);
  // A paid answer that is not recorded is no ended call: recovery ends it.
  if (recorded || end.end !== "settled" || reported.errorCode !== undefined)
    emitCallEvent(gateway, reservation, { ...reported, outcome: end.end, source: end.source });
  return recorded;
};

/** Whether the end of a hold became durable while the caller waits; the ledger goes on trying where it did not. */
const inTime = async (gateway: Gateway, operationId: string, settling: Promise<unknown>): Promise<boolean> => {
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
    settling.catch((error: unknown) => gateway.log.error({ err: error, operationId }, "hold not ended; recovery will"));
  }
};

const emitCallEvent = (
  gateway: Gateway,
  reservation: Reservation,
  ended: Omit<CallEvent, "ctx" | "operation" | "target" | "durationMs">,
): void => {
  const { ctx, request, route } = reservation;
  gateway.onCall({
    ctx,
    operation: request.operation.id,
    target: route.target,
    durationMs: elapsedMs(gateway, reservation),
    ...ended,
  });
};

/** The vendor is paid, whatever becomes of its answer: the caller finds it under the idempotency key, if there is one. */
const paidUnrecorded = ({ ctx, operationId }: Reservation): NexusError => {
  const keyed = ctx.idempotencyKey !== undefined;
  return new NexusError("LEDGER_UNAVAILABLE", {
    message: keyed
      ? "The vendor has answered and is paid, but the ledger cannot be reached to record it: send the call again with the same idempotency key to be given the answer."
      : "The vendor has answered and is paid, but the ledger cannot be reached to record it, and without an idempotency key the answer is not kept: a repeat is paid for again.",
    effect: "done",
    guarded: keyed,
    operationId,
    ...(keyed ? { retryAfterMs: 2_000 } : {}),
  });
};

/** What the caller learns of the call, the same through every API. */
const factsOf = (
  { operationId, route, attempts }: Reservation,
  metered: Metered,
  { costNanos, source, doubt }: Pick<Settlement, "costNanos" | "source"> & { readonly doubt?: Doubt },
): NexusFacts => ({
  operationId,
  ...route.namesOf(metered),
  costNanoUsd: costNanos.toString(),
  usageSource: source,
  ...(doubt === undefined ? {} : { doubt }),
  attempts: attempts.map(attemptSummaryOf),
});
