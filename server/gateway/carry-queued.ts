import type { Answered } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest } from "../families/family.ts";
import { endCall } from "./end-call.ts";
import type { Gateway, RateGrant } from "./gateway.ts";
import type { readQueued } from "./queued-content.ts";
import type { Reservation } from "./reservation.ts";
import { tryRoutes, type Asking } from "./try-routes.ts";

/** The limits of rates were kept when it was accepted. */
export const grantedBefore: RateGrant = {
  allowance: {
    limitRequests: undefined,
    remainingRequests: undefined,
    limitTokens: undefined,
    remainingTokens: undefined,
  },
  correct: () => undefined,
};

/** What was queued under an operation, as a request again. */
export const reopenQueued = async (
  { families }: Gateway,
  operationId: string,
  { operation, content, ctx }: ReturnType<typeof readQueued>,
): Promise<ActRequest<Uint8Array>> => {
  const family = Object.entries(families).find(([name]) => operation.startsWith(`${name}.`))?.[1];
  const request = await family?.acts?.reopen?.(operationId, content, ctx);
  if (request !== undefined) return request;
  throw new NexusError("INTERNAL", { cause: new Error(`nobody can carry ${operation} out later`) });
};

/** Carries it out under a reservation, and ends that. Nobody waits for the answer. */
export const carryQueued = async (
  gateway: Gateway,
  reservation: Reservation,
  request: ActRequest<Uint8Array>,
  asking: Asking<Answered<Uint8Array>, Uint8Array | undefined>,
): Promise<void> => {
  const taken = await tryRoutes(gateway, reservation, asking);
  await endCall(gateway, taken.reservation, {
    end: "settle",
    metered: taken.value,
    deliveredBytes: 0,
    whole: true,
    callerLeft: false,
    reply: () => request.encode(taken.value.result),
  });
};
