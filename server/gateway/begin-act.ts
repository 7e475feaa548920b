import type { Answered } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest, AnswerRequest, LargeRequest, Route } from "../families/family.ts";
import { actsOf, type Gateway } from "./gateway.ts";
import { usableKeyMs } from "./provider-key.ts";
import { nextAttemptOf, type Reservation } from "./reservation.ts";
import type { Asking } from "./try-routes.ts";

const acts = <A>(request: AnswerRequest<A> | ActRequest<A>): request is ActRequest<A> =>
  request.operation.effect === "act";

const isLarge = <A>(request: ActRequest<A>): request is LargeRequest<A> => "carryOut" in request;

/** Somebody else has given the operation up: this process stood still for too long, and may send nothing for it any more. */
const givenUp = ({ operationId, attempts }: Reservation): NexusError =>
  new NexusError("LEDGER_UNAVAILABLE", {
    message: "This process was too slow: the operation was given up in its place.",
    effect: attempts.length === 0 ? "none" : "unknown",
    guarded: true,
    operationId,
    retryAfterMs: 1_000,
  });

/**
 * Makes an attempt to act durable before its first byte leaves: who is asked, as whom, under which key, and the exact
 * bytes, sealed. Gives the bytes.
 */
const beginAct = async <A>(
  gateway: Gateway,
  reservation: Reservation,
  route: Route,
  { operation, step, prepare }: ActRequest<A>,
): Promise<Uint8Array> => {
  const { operationId, heldNanos, attempts } = reservation;
  const { target, credential } = route;
  const { vendor } = target;
  const providerKey = gateway.providerKeyOf({ operationId, vendor, account: credential.id, step });
  const bytes = await prepare(route, { operationId, providerKey });
  const { keyLifetimeMs } = actsOf(gateway, operation).rulesOf({ vendor, operation: operation.id });
  const price = route.bound();
  const begun = await gateway.ledger.acts.begin({
    ...target,
    operationId,
    n: nextAttemptOf(reservation),
    credentialVersion: credential.version,
    step,
    priceNanos: price < heldNanos ? price : heldNanos,
    request: gateway.requests.seal(operationId, bytes),
    keyLifetimeMs: usableKeyMs(keyLifetimeMs),
    previous: attempts.at(-1),
  });
  if (!begun) throw givenUp(reservation);
  return bytes;
};

/** How a request with one answer is asked: what acts by bytes that are kept first, so that any process can go on. */
export const askingOf = <A>(
  gateway: Gateway,
  request: AnswerRequest<A> | ActRequest<A>,
): Asking<Answered<A>, Uint8Array | undefined> =>
  acts(request)
    ? {
        streamed: false,
        ...(request.mostTimes === undefined ? {} : { mostTimes: request.mostTimes }),
        begin: (reservation, route) => beginAct(gateway, reservation, route, request),
        run: async (route, io, bytes = new Uint8Array()) => {
          if (isLarge(request)) return request.carryOut(route, io);
          const { operation, decode } = request;
          const { vendor } = route.target;
          const answered = await actsOf(gateway, operation).send({ vendor, operation: operation.id }, bytes, io);
          return { ...answered, result: decode(answered.result) };
        },
      }
    : { streamed: false, run: request.run };
