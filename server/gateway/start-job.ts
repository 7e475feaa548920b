import type { CallContext } from "../contracts/call-context.ts";
import { idempotencyKeyOf } from "../domain/idempotency/index.ts";
import { NexusError } from "../errors.ts";
import type { LargeRequest } from "../families/family.ts";
import { authorizeAndReserve } from "./authorize-and-reserve.ts";
import { askingOf } from "./begin-act.ts";
import type { Gateway } from "./gateway.ts";
import { readFirst } from "./replay.ts";
import { isReplay } from "./reservation.ts";
import { tryRoutes } from "./try-routes.ts";

/** A job that its vendor has. */
export interface StartedJob<A> {
  readonly operationId: string;
  readonly result: A;
  /** What a repeat of the call is answered with, sealed. */
  readonly answer: Uint8Array;
  /** The call's idempotency key, as the ledger knows it. */
  readonly key: Uint8Array | undefined;
}

/**
 * Starts something that goes on at its vendor, and is charged at its end: the money stays set aside, under an operation that
 * no process owns. `keep` makes that durable. A repeat of the call is given the operation of the first.
 */
export const startJob = async <A>(
  gateway: Gateway,
  request: LargeRequest<A>,
  ctx: CallContext,
  keep: (job: StartedJob<A>) => Promise<boolean>,
): Promise<{ readonly operationId: string; readonly replayed: boolean }> => {
  const end = gateway.underWay.begin();
  try {
    const reserved = await authorizeAndReserve(gateway, request, ctx);
    if (isReplay(reserved)) {
      const { operationId } = await readFirst(gateway, request, ctx, reserved.replayOf, "first");
      return { operationId, replayed: true };
    }
    const {
      value: { result },
      reservation: { operationId },
    } = await tryRoutes(gateway, reserved, askingOf(gateway, request));
    const { idempotencyKey } = ctx;
    await keep({
      operationId,
      result,
      answer: gateway.answers.seal(operationId, request.encode(result)),
      key: idempotencyKey === undefined ? undefined : idempotencyKeyOf(ctx, request.operation.id, idempotencyKey),
    }).catch((cause: unknown) => {
      // The vendor has it; recovery finds it there, and has it go on.
      throw new NexusError("LEDGER_UNAVAILABLE", {
        message: "The vendor has it, but the ledger cannot be reached to record that: it goes on once it can.",
        effect: "unknown",
        guarded: true,
        operationId,
        retryAfterMs: 2_000,
        cause,
      });
    });
    return { operationId, replayed: false };
  } finally {
    end();
  }
};
