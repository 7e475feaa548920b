import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest } from "../families/family.ts";
import type { TakenEntry } from "../platform/ledger/index.ts";
import { routesOf } from "./authorize-and-reserve.ts";
import { askingOf } from "./begin-act.ts";
import { endCall } from "./end-call.ts";
import type { Gateway, QueueOutcome, RateGrant } from "./gateway.ts";
import { queuePauseMs } from "./queue-pause.ts";
import { readQueued } from "./queued-content.ts";
import { boundedRoutes, type Reservation } from "./reservation.ts";
import { tryRoutes, type Asking } from "./try-routes.ts";

/** What became of it, and whether any vendor was asked. */
export interface QueuedRun {
  readonly outcome: QueueOutcome;
  readonly asked: boolean;
}

const expired = (operationId: string): NexusError => new NexusError("EXPIRED", { effect: "none", operationId });

/** The limits of rates were kept when it was accepted. */
const granted: RateGrant = {
  allowance: {
    limitRequests: undefined,
    remainingRequests: undefined,
    limitTokens: undefined,
    remainingTokens: undefined,
  },
  correct: () => undefined,
};

const reopen = async (
  { families }: Gateway,
  { operationId }: TakenEntry,
  { operation, content, ctx }: ReturnType<typeof readQueued>,
): Promise<ActRequest<Uint8Array>> => {
  const family = Object.entries(families).find(([name]) => operation.startsWith(`${name}.`))?.[1];
  const request = await family?.acts?.reopen?.(operationId, content, ctx);
  if (request !== undefined) return request;
  throw new NexusError("INTERNAL", { cause: new Error(`nobody can carry ${operation} out later`) });
};

/** The reservation as the call had it, with the routes of today: none that costs more than is held. */
const reservationOf = async (
  gateway: Gateway,
  { operationId, heldNanos, expiresAt, tries, attempts }: TakenEntry,
  ctx: CallContext,
  request: ActRequest<Uint8Array>,
): Promise<Reservation> => {
  gateway.requireApp(ctx);
  const { routes } = boundedRoutes(await routesOf(gateway, request, ctx));
  const [route, ...others] = routes.filter((each) => each.bound() <= heldNanos);
  if (route === undefined)
    throw new NexusError("BUDGET_EXCEEDED", { message: "Every route costs more now than was set aside.", operationId });
  return {
    ctx,
    request,
    rate: granted,
    startedAtMs: gateway.clock.monotonic(),
    admitted: { about: operationId, isNew: true, withdraw: () => Promise.resolve() },
    operationId,
    heldNanos,
    routes: [route, ...others],
    route,
    attempts: [],
    queued: { expiresAtMs: expiresAt.getTime(), tries, attemptsBefore: attempts },
  };
};

/** Nothing is begun any more once it has expired, however long the attempts before took. */
const inTime = <T, P>(
  { clock }: Gateway,
  asking: Asking<T, P>,
  { operationId, expiresAt }: TakenEntry,
): Asking<T, P> => ({
  ...asking,
  begin: async (reservation, route) => {
    if (clock.now() >= expiresAt.getTime()) throw expired(operationId);
    const begun = await asking.begin?.(reservation, route);
    if (begun !== undefined) return begun;
    throw new NexusError("INTERNAL", { cause: new Error("what acts later was not begun") });
  },
});

/** Ends it without asking any vendor. */
const end = async (
  { ledger }: Gateway,
  { operationId }: TakenEntry,
  errorCode: "EXPIRED" | "RECIPIENT_SUPPRESSED",
): Promise<QueuedRun> => {
  await ledger.settle({ operationId, end: "released", source: "none", result: { errorCode } });
  return { outcome: errorCode === "EXPIRED" ? "expired" : "failed", asked: false };
};

const carryOut = async (gateway: Gateway, entry: TakenEntry): Promise<QueuedRun> => {
  const { operationId, expiresAt, tries, content } = entry;
  const { ledger, clock, log } = gateway;
  if (clock.now() >= expiresAt.getTime()) return end(gateway, entry, "EXPIRED");
  let reservation: Reservation;
  let request: ActRequest<Uint8Array>;
  try {
    const kept = readQueued(gateway.requests.open(operationId, content));
    request = await reopen(gateway, entry, kept);
    reservation = await reservationOf(gateway, entry, kept.ctx, request);
  } catch (error) {
    if (NexusError.is(error) && error.code === "RECIPIENT_SUPPRESSED") return end(gateway, entry, error.code);
    log.warn({ err: error, operationId }, "what was queued cannot be sent now; it is tried again until it expires");
    await ledger.queue.putBack(operationId, new Date(clock.now() + queuePauseMs({ tries })), []);
    return { outcome: "waits", asked: false };
  }
  try {
    const taken = await tryRoutes(gateway, reservation, inTime(gateway, askingOf(gateway, request), entry));
    await endCall(gateway, taken.reservation, {
      end: "settle",
      metered: taken.value,
      deliveredBytes: 0,
      whole: true,
      callerLeft: false,
      reply: () => request.encode(taken.value.result),
    });
    return { outcome: "done", asked: true };
  } catch (error) {
    const { effect, code } = NexusError.from(error);
    const asked = reservation.attempts.length > 0;
    log.info({ err: error, operationId }, "what was queued was not sent");
    if (effect === "none") return { outcome: code === "PROVIDER_REJECTED" ? "failed" : "waits", asked };
    return { outcome: effect === "done" ? "done" : "unknown", asked };
  }
};

/** Carries out what was taken from the queue: once, or it waits again, or nobody knows and it is found out like any other. */
export const runQueued = async (gateway: Gateway, entry: TakenEntry): Promise<QueuedRun> => {
  const over = gateway.underWay.begin();
  try {
    return await carryOut(gateway, entry);
  } finally {
    over();
  }
};
