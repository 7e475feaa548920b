import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest } from "../families/family.ts";
import type { TakenEntry } from "../platform/ledger/index.ts";
import { routesOf } from "./authorize-and-reserve.ts";
import { askingOf } from "./begin-act.ts";
import { carryQueued, grantedBefore, reopenQueued } from "./carry-queued.ts";
import type { Gateway, QueueOutcome } from "./gateway.ts";
import { queuePauseMs } from "./queue-pause.ts";
import { readQueued } from "./queued-content.ts";
import { boundedRoutes, type Reservation } from "./reservation.ts";
import type { Asking } from "./try-routes.ts";

/** What became of it, and whether any vendor was asked. */
export interface QueuedRun {
  readonly outcome: QueueOutcome;
  readonly asked: boolean;
}

const expired = (operationId: string): NexusError => new NexusError("EXPIRED", { effect: "none", operationId });

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
    rate: grantedBefore,
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
    request = await reopenQueued(gateway, operationId, kept);
    reservation = await reservationOf(gateway, entry, kept.ctx, request);
  } catch (error) {
    if (NexusError.is(error) && error.code === "RECIPIENT_SUPPRESSED") return end(gateway, entry, error.code);
    log.warn({ err: error, operationId }, "what was queued cannot be sent now; it is tried again until it expires");
    await ledger.queue.putBack(operationId, new Date(clock.now() + queuePauseMs({ tries })), []);
    return { outcome: "waits", asked: false };
  }
  try {
    await carryQueued(gateway, reservation, request, inTime(gateway, askingOf(gateway, request), entry));
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
