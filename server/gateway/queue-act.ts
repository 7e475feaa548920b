import { z } from "zod";
import type { CallContext } from "../contracts/call-context.ts";
import { idempotencyKeyOf } from "../domain/idempotency/index.ts";
import { NexusError } from "../errors.ts";
import type { QueueableRequest } from "../families/family.ts";
import { authorizeAndReserve } from "./authorize-and-reserve.ts";
import { endCall } from "./end-call.ts";
import type { Gateway } from "./gateway.ts";
import { keepQueued } from "./queued-content.ts";
import { readFirst } from "./replay.ts";
import { isReplay, type Reservation } from "./reservation.ts";

/** When something is to be carried out. */
export interface QueueTimes {
  readonly dueAt: Date;
  /** From then on nothing is sent for it any more. */
  readonly expiresAt: Date;
}

const Accepted = z.object({
  operationId: z.string(),
  dueAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  heldNanos: z.string(),
});

/** That something was accepted to be carried out later; a repeat of the call is given the same. */
export interface AcceptedAct extends z.infer<typeof Accepted> {
  readonly replayed: boolean;
}

const readAccepted = (bytes: Uint8Array): z.infer<typeof Accepted> =>
  Accepted.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));

const givenUp = ({ operationId }: Reservation): NexusError =>
  new NexusError("LEDGER_UNAVAILABLE", {
    message: "This process was too slow: the operation was given up in its place.",
    effect: "none",
    operationId,
    retryAfterMs: 1_000,
  });

/**
 * Accepts something that is carried out later, by whichever process takes it when it is due. Its money is set aside and its
 * request is durable before this returns.
 */
export const queueAct = async <A>(
  gateway: Gateway,
  request: QueueableRequest<A>,
  ctx: CallContext,
  { dueAt, expiresAt }: QueueTimes,
): Promise<AcceptedAct> => {
  const end = gateway.underWay.begin();
  try {
    const reserved = await authorizeAndReserve(gateway, request, ctx);
    if (isReplay(reserved)) {
      const first = await readFirst(gateway, request, ctx, reserved.replayOf, "first");
      return { ...readAccepted(first.bytes), replayed: true };
    }
    const { operationId, heldNanos } = reserved;
    const { operation } = request;
    const accepted = {
      operationId,
      dueAt: dueAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      heldNanos: heldNanos.toString(),
    };
    const queued = await gateway.ledger.queue.enqueue({
      operationId,
      dueAt,
      expiresAt,
      content: gateway.requests.seal(operationId, keepQueued(operation.id, ctx, request.content())),
      answer: gateway.answers.seal(operationId, Buffer.from(JSON.stringify(accepted))),
      key: ctx.idempotencyKey === undefined ? undefined : idempotencyKeyOf(ctx, operation.id, ctx.idempotencyKey),
    });
    if (queued) return { ...accepted, replayed: false };
    await endCall(gateway, reserved, { end: "release", failure: undefined, errorCode: "LEDGER_UNAVAILABLE" });
    throw givenUp(reserved);
  } finally {
    end();
  }
};
