import type { CallContext } from "../contracts/call-context.ts";
import { fingerprintOf, idempotencyKeyOf } from "../domain/idempotency/index.ts";
import { NexusError } from "../errors.ts";
import type { AdmittedRequest, CallRequest, Route } from "../families/family.ts";
import type { AttemptRecord } from "../platform/ledger/index.ts";
import { familyOf, type Gateway, type RateGrant } from "./gateway.ts";

/** The routes of a call; there is always one. */
export type Routes = readonly [Route, ...Route[]];

/** Who calls for what, since when: the same for all reservations of one call. */
export interface Call {
  readonly ctx: CallContext;
  readonly request: CallRequest;
  readonly rate: RateGrant;
  readonly startedAtMs: number;
  readonly admitted: AdmittedRequest | undefined;
}

/** Money set aside for one effect, and all that its end needs to know: one row of the ledger. */
export interface Reservation extends Call {
  /** The ledger row's id, and the vendor's idempotency key. */
  readonly operationId: string;
  readonly heldNanos: bigint;
  /** Those that may be taken under it. The row names the first until the reservation ends. */
  readonly routes: Routes;
  /** The one that was taken last. */
  route: Route;
  readonly attempts: AttemptRecord[];
  /** Of one that came from the queue. */
  readonly queued?: QueuedFacts | undefined;
}

/** What the end of an operation that came from the queue depends on. */
export interface QueuedFacts {
  readonly expiresAtMs: number;
  /** How often it came back without effect. */
  readonly tries: number;
  /** The number of its last attempt when it was taken. */
  readonly attemptsBefore: number;
}

/** The number of the attempt that comes next. */
export const nextAttemptOf = ({ attempts, queued }: Pick<Reservation, "attempts" | "queued">): number =>
  (queued?.attemptsBefore ?? 0) + attempts.length + 1;

/** A call whose idempotency key was used before, with the same request. */
export interface Replay {
  readonly replayOf: string;
}

export const isReplay = (reserved: Reservation | Replay): reserved is Replay => "replayOf" in reserved;

/** Beyond its deadline a hold is recovered even if its process seems alive. */
const holdGraceMs = 60_000;

const staleTries = 4;

/** The routes on which the most a request can cost is known, and the most of them; throws the first reason where there is none. */
export const boundedRoutes = (routes: Routes): { readonly routes: Routes; readonly heldNanos: bigint } => {
  let heldNanos = 0n;
  let reason: unknown;
  const bounded = routes.filter((route) => {
    try {
      const bound = route.bound();
      if (bound > heldNanos) heldNanos = bound;
      return true;
    } catch (error) {
      if (!NexusError.is(error)) throw error;
      reason ??= error;
      return false;
    }
  });
  const [first, ...others] = bounded;
  if (first === undefined) throw reason;
  return { routes: [first, ...others], heldNanos };
};

/** The same request for another customer is another one. */
const paidBy = ({ customerId }: CallContext, identity: unknown): unknown =>
  customerId === undefined ? identity : { customerId, request: identity };

/** Reserves on every budget scope or on none; durable before it returns. */
export const reserve = async (
  gateway: Gateway,
  call: Call,
  candidates: Routes,
  /** Of the second and later reservations of one call: the one before. */
  previous?: Pick<Reservation, "operationId">,
): Promise<Reservation | Replay> => {
  const { ctx, request, admitted } = call;
  const { routes, heldNanos } = boundedRoutes(candidates);
  const operationId = admitted?.isNew && previous === undefined ? admitted.about : gateway.newId();
  const [route] = routes;
  const key = ctx.idempotencyKey;
  const after = previous?.operationId;
  const idempotency =
    key === undefined
      ? undefined
      : {
          key: idempotencyKeyOf(ctx, request.operation.id, key, after),
          fingerprint: fingerprintOf(paidBy(ctx, familyOf(gateway, request).identityOf(request))),
          after,
        };
  for (let tried = 0; tried < staleTries; tried += 1) {
    const levels = gateway.budgetLevels(ctx);
    if (levels) {
      const reserved = await gateway.ledger.reserve(
        {
          operationId,
          organizationId: ctx.organizationId,
          levels: levels.levels,
          epoch: levels.epoch,
          heldNanos,
          ttlMs: gateway.callTimeoutMs + holdGraceMs,
          idempotency,
          facts: {
            operation: request.operation.id,
            effect: request.operation.effect,
            door: ctx.door,
            requestId: ctx.requestId,
            appId: ctx.appId,
            userId: ctx.userId,
            keyId: ctx.keyId,
            customerId: ctx.customerId,
            about: admitted?.about === operationId ? undefined : admitted?.about,
            ...route.heldFor(),
          },
        },
        ctx.signal,
      );
      switch (reserved.status) {
        case "held":
          return { ...call, operationId, heldNanos, routes, route, attempts: [] };
        case "replay":
          return { replayOf: reserved.operationId };
        case "mismatch":
          throw new NexusError("IDEMPOTENCY_MISMATCH");
        case "refused":
          throw await gateway.budgetRefusal(ctx, reserved.budgetId, heldNanos, route.whyHeld?.());
        case "wallet_empty":
        case "customer_unknown":
        case "customer_blocked":
          throw await gateway.walletRefusal(ctx, reserved.status, heldNanos);
        case "known":
          throw new NexusError("INTERNAL", { cause: new Error(`operation id used twice: ${reserved.state}`) });
        case "stale":
          break;
      }
    }
    await gateway.refreshBudgetLevels(ctx).catch((error: unknown) => {
      throw NexusError.is(error)
        ? error
        : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 1_000, cause: error });
    });
  }
  throw new NexusError("OVERLOADED", {
    message: "The organization's budgets change faster than they can be read.",
    retryAfterMs: 500,
  });
};
