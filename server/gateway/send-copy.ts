import { routesOf } from "./authorize-and-reserve.ts";
import { askingOf } from "./begin-act.ts";
import { carryQueued, grantedBefore, reopenQueued } from "./carry-queued.ts";
import type { Gateway } from "./gateway.ts";
import { readQueued } from "./queued-content.ts";
import { isReplay, reserve } from "./reservation.ts";

const carryOut = async (gateway: Gateway, operationId: string): Promise<void> => {
  const { ledger, clock } = gateway;
  const queued = await ledger.queue.contentOf(operationId);
  if (queued === undefined || clock.now() >= queued.expiresAt.getTime()) return;
  const kept = readQueued(gateway.requests.open(operationId, queued.content));
  const request = await reopenQueued(gateway, operationId, kept);
  const { mostTimes = 1 } = request;
  if (mostTimes < 2) return;
  const { ctx } = kept;
  gateway.requireApp(ctx);
  const call = {
    ctx,
    request,
    rate: grantedBefore,
    startedAtMs: clock.monotonic(),
    admitted: { about: operationId, isNew: true, withdraw: () => Promise.resolve() },
  };
  const reserved = await reserve(gateway, call, await routesOf(gateway, request, ctx), { operationId });
  // Somebody has done so before.
  if (isReplay(reserved)) return;
  await carryQueued(gateway, reserved, request, { ...askingOf(gateway, request), mostTimes: mostTimes - 1 });
};

/**
 * Sends once more, under a hold of its own, what came from the queue, may have been done, and whose caller accepts that it
 * is done twice: most often its process died while it sent. Once for each operation, by the key of the hold.
 */
export const sendCopy = async (gateway: Gateway, operationId: string): Promise<void> => {
  const over = gateway.underWay.begin();
  try {
    await carryOut(gateway, operationId);
  } catch (error) {
    gateway.log.info({ err: error, operationId }, "what may have been sent was not sent again");
  } finally {
    over();
  }
};
