import { payments } from "../../contracts/payments.ts";
import {
  endMeterEvent,
  firstWallet,
  takeMeterEvents,
  type LeasedMeterEvent,
  type MeterEventEnd,
} from "../../domain/billing/index.ts";
import { NexusError } from "../../errors.ts";
import { paymentsRead } from "../../families/payments/index.ts";
import { attempt } from "../../gateway/attempt.ts";
import { routesOf } from "../../gateway/authorize-and-reserve.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";
import { workerCall } from "./worker-context.ts";

const vendor = "stripe";
const batch = 16;
const sendMs = 10_000;
const leaseMs = 2 * sendMs;
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;
const hour = 3_600_000;

/** Stripe recognizes an identifier, and a key, for at least 24 hours: what may have been counted longer ago is sent by nobody. */
const recognizedMs = 23 * hour;

/** Stripe takes events of the past 35 days. */
const oldestMs = 35 * 24 * hour - hour;

/** Doubled each time, and never quite the same for two. */
const pauseMs = ({ tries }: LeasedMeterEvent): number =>
  Math.min(firstPauseMs * 2 ** Math.min(tries - 1, 16), longestPauseMs) * (0.75 + Math.random() / 2);

const waits = (event: LeasedMeterEvent, error: string, afterMs = 0): MeterEventEnd => ({
  state: "waiting",
  afterMs: Math.max(pauseMs(event), afterMs),
  error,
});

const tellingOf = ({ entryId, eventName, customerId, value, at }: LeasedMeterEvent) =>
  paymentsRead({
    operation: payments.getCheckout,
    place: { accountsAt: vendor, can: "tellUsage" },
    ask: async (account, io) => {
      await account.tellUsage?.({ identifier: entryId, eventName, customerId, value, at }, io);
      return true;
    },
  });

/** Sends one event to the organization's account, and says what became of it. */
const send = async (gateway: Gateway, event: LeasedMeterEvent): Promise<MeterEventEnd> => {
  const now = gateway.clock.now();
  if (now - event.firstSentAt.getTime() > recognizedMs)
    return { state: "unclear", error: "It was first sent more than 23 hours ago, and may have been counted." };
  if (now - event.at.getTime() > oldestMs)
    return { state: "refused", error: "Stripe takes events of the past 35 days." };
  const request = tellingOf(event);
  const [route] = await routesOf(gateway, request, workerCall(event.organizationId, event.appId));
  const tried = await attempt(gateway, {
    route,
    operationId: event.entryId,
    deadlineMs: sendMs,
    caller: new AbortController().signal,
    streamed: true,
    run: (io) => request.ask(route, io),
  });
  if (tried.kind === "answered") return { state: "sent" };
  const { failure } = tried;
  // It has this identifier: an earlier try of ours arrived.
  if (failure.repeat === "already") return { state: "sent" };
  const { reason } = failure;
  const said = [failure.message, reason?.code, reason?.param].filter((word) => word !== undefined).join(" ");
  if (failure.kind === "refused" && failure.about === "request" && failure.repeat === undefined)
    return { state: "refused", error: said };
  return waits(event, said, failure.retryAfterMs);
};

const sendAndNote = async ({ gateway, management }: ProcedureDeps, event: LeasedMeterEvent): Promise<void> => {
  const { log, ledger } = gateway;
  const end = await send(gateway, event).catch((error: unknown): MeterEventEnd => {
    log.warn({ err: error, entryId: event.entryId }, "a meter event was not sent; trying again later");
    return waits(event, NexusError.is(error) ? error.message : "It could not be sent.");
  });
  await endMeterEvent(management.db.pool, ledger.processId, event.entryId, end);
  if (end.state === "refused" || end.state === "unclear")
    log.error({ entryId: event.entryId, state: end.state, error: end.error }, "a charge is not at Stripe");
};

/**
 * Tells Stripe's meters of charges that are due, one of each customer: each one's after each other, many customers' at once.
 * Says how many.
 */
export const sendMeterEvents = async (deps: ProcedureDeps): Promise<number> => {
  const { gateway, management } = deps;
  let sent = 0;
  for (let after: string | undefined = firstWallet; after !== undefined;) {
    const { events, next } = await takeMeterEvents(management.db.pool, gateway.ledger.processId, {
      leaseMs,
      limit: batch,
      after,
    });
    await Promise.all(events.map((event) => sendAndNote(deps, event)));
    sent += events.length;
    after = next;
  }
  return sent;
};
