import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { CallRequest } from "../families/family.ts";
import { familyOf, type Gateway, type RateGrant } from "./gateway.ts";
import { reserve, type Replay, type Reservation, type Routes } from "./reservation.ts";

/** May this actor ask for this? */
const requireScope = ({ permissions }: CallContext, { operation: { permission, id } }: CallRequest): void => {
  if (permissions.has(permission)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `${id} needs the permission ${permission}.`,
    details: { permission },
  });
};

/** What acts must be recognized when it is sent again. */
const requireKey = ({ idempotencyKey }: CallContext, { operation: { effect, id } }: CallRequest): void => {
  if (effect === "read" || idempotencyKey !== undefined) return;
  throw new NexusError("INVALID_INPUT", {
    message: `${id} needs an idempotency key.`,
    issues: [{ field: "idempotency-key", expected: "1 to 255 visible ASCII characters" }],
  });
};

const requireAccess = (gateway: Gateway, request: CallRequest, ctx: CallContext): void => {
  requireScope(ctx, request);
  gateway.requireApp(ctx);
  gateway.requireBound(ctx);
};

/** May this actor ask for this, with this app, and not too fast? Of a request that nothing comes of. */
export const mayAsk = async (gateway: Gateway, request: CallRequest, ctx: CallContext): Promise<RateGrant> => {
  requireAccess(gateway, request, ctx);
  return gateway.takeRateGrant(ctx, 0);
};

/** The same of a request that is carried out. */
export const authorize = async (
  gateway: Gateway,
  request: CallRequest,
  ctx: CallContext,
  rateCost: number,
): Promise<RateGrant> => {
  requireAccess(gateway, request, ctx);
  requireKey(ctx, request);
  return gateway.takeRateGrant(ctx, rateCost);
};

/** The routes a request may take, in their order. */
export const routesOf = async (gateway: Gateway, request: CallRequest, ctx: CallContext): Promise<Routes> => {
  const [first, ...others] = await familyOf(gateway, request).routes(ctx, request);
  if (first === undefined) throw new NexusError("CREDENTIAL_MISSING");
  return [first, ...others];
};

/** May this actor ask, not too fast, by which routes, with what money: everything before the first byte. */
export const authorizeAndReserve = async (
  gateway: Gateway,
  request: CallRequest,
  ctx: CallContext,
): Promise<Reservation | Replay> => {
  const startedAtMs = gateway.clock.monotonic();
  const rate = await authorize(gateway, request, ctx, familyOf(gateway, request).rateCost(request));
  const admitted = await request.admit?.(ctx);
  try {
    const routes = await routesOf(gateway, request, ctx);
    return await reserve(gateway, { ctx, request, rate, startedAtMs, admitted }, routes);
  } catch (error) {
    await admitted?.withdraw();
    throw error;
  }
};
