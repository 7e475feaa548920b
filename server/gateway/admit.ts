import type { CallContext } from "../contracts/call-context.ts";
import { fingerprintOf, idempotencyKeyOf } from "../domain/idempotency/index.ts";
import { NexusError } from "../errors.ts";
import { boundedRoutes, boundOfRoutes, estimateTokens, priceIdsOf } from "./bound.ts";
import type { AttemptRecord } from "../platform/ledger/index.ts";
import { aiVendorOf } from "./attempt.ts";
import type { Gateway, RateToken, Route } from "./gateway.ts";
import { measureSize } from "./measure-size.ts";
import type { MeasuredSize, MeteredRequest } from "./metered-request.ts";

/** Money set aside for one effect: one ledger row. */
export interface Leg {
  /** The ledger row's id, and the vendor's idempotency key. */
  readonly operationId: string;
  readonly heldNanos: bigint;
  /** What the row names until it ends; a call that another route answered says so when it is settled. */
  readonly heldFor: Route;
  readonly attempts: AttemptRecord[];
}

/** A call that may go ahead. */
export interface Admitted {
  readonly kind: "admitted";
  readonly routes: readonly [Route, ...Route[]];
  readonly size: MeasuredSize;
  readonly leg: Leg;
  readonly rate: RateToken;
  readonly startedAtMs: number;
}

/** A call whose idempotency key has been used before, with the same request. */
interface Replay {
  readonly kind: "replay";
  readonly operationId: string;
}

/** May this actor ask for this? */
export const requireScope = (ctx: CallContext, request: MeteredRequest): void => {
  const { permission, id } = request.operation;
  if (ctx.permissions.has(permission)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `${id} needs the permission ${permission}.`,
    details: { permission },
  });
};

const isNonEmpty = (routes: readonly Route[]): routes is readonly [Route, ...Route[]] => routes.length > 0;

/** The routes a request may take, in their order. */
export const routesOf = (gateway: Gateway, ctx: CallContext, request: MeteredRequest): Admitted["routes"] => {
  const routes = gateway.chooseRoutes(ctx, request);
  if (!isNonEmpty(routes)) throw new NexusError("CREDENTIAL_MISSING");
  return routes;
};

/** Beyond its deadline a hold is recovered even if its process seems alive. */
const holdGraceMs = 60_000;

const staleTries = 4;

interface Reserve {
  readonly gateway: Gateway;
  readonly ctx: CallContext;
  readonly request: MeteredRequest;
  readonly size: MeasuredSize;
  readonly routes: Admitted["routes"];
  readonly operationId: string;
  /** Set on the second and later holds of one call: the id of the one before. */
  readonly previousOperationId: string | undefined;
}

/** Reserves on every budget scope or on none; durable before it returns. */
export const reserve = async ({
  gateway,
  ctx,
  request,
  size,
  routes,
  operationId,
  previousOperationId,
}: Reserve): Promise<Leg | Replay> => {
  const heldNanos = boundOfRoutes(size, routes, (route) => aiVendorOf(gateway, route));
  const [route] = routes;
  const key = ctx.idempotencyKey;
  const idempotency =
    key === undefined
      ? undefined
      : {
          key: idempotencyKeyOf(ctx, request.operation.id, key, previousOperationId),
          fingerprint: fingerprintOf({ dialect: request.dialect, input: request.input }),
          after: previousOperationId,
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
            requestedModel: request.requestedModel,
            vendor: route.vendor,
            model: route.model,
            credentialTier: route.credential.tier,
            credentialId: route.credential.id,
            credentialVersion: route.credential.version,
            priceIds: priceIdsOf(route),
          },
        },
        ctx.signal,
      );
      switch (reserved.status) {
        case "held":
          return { operationId, heldNanos, heldFor: route, attempts: [] };
        case "replay":
          return { kind: "replay", operationId: reserved.operationId };
        case "mismatch":
          throw new NexusError("IDEMPOTENCY_MISMATCH");
        case "refused":
          throw await gateway.budgetRefusal(ctx, reserved.budgetId, heldNanos);
        case "known":
          throw new NexusError("INTERNAL", { cause: new Error(`operation id used twice: ${reserved.state}`) });
        case "stale":
          break;
      }
    }
    await gateway.refreshBudgetLevels(ctx.organizationId).catch((error: unknown) => {
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

/** May this actor ask, not too fast, by which routes, with what money: everything before the first byte. */
export const admit = async (
  gateway: Gateway,
  request: MeteredRequest,
  ctx: CallContext,
): Promise<Admitted | Replay> => {
  const startedAtMs = gateway.clock.monotonic();
  requireScope(ctx, request);
  gateway.requireApp(ctx);
  const rate = await gateway.takeRateToken(
    ctx,
    estimateTokens(request.size.textBytes) + (request.size.maxOutputTokens ?? 0),
  );
  const chosen = routesOf(gateway, ctx, request);
  const size = await measureSize(request.size, ctx.organizationId);
  const routes = chosen.length === 1 ? chosen : boundedRoutes(size, chosen, (route) => aiVendorOf(gateway, route));
  const leg = await reserve({
    gateway,
    ctx,
    request,
    size,
    routes,
    operationId: gateway.newId(),
    previousOperationId: undefined,
  });
  return "kind" in leg ? leg : { kind: "admitted", routes, size, leg, rate, startedAtMs };
};
