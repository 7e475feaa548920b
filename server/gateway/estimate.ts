import type { CallContext } from "../contracts/call-context.ts";
import type { CallRequest } from "../families/family.ts";
import { mayAsk, routesOf } from "./authorize-and-reserve.ts";
import type { Gateway } from "./gateway.ts";
import { boundedRoutes, type Routes } from "./reservation.ts";

/** Where a request would go, first of all and then, and the most that it can cost there. */
export interface Estimate {
  readonly routes: Routes;
  readonly boundNanos: bigint;
}

/** All steps of a call before money is set aside; nothing is reserved or sent. */
export const estimate = async (gateway: Gateway, request: CallRequest, ctx: CallContext): Promise<Estimate> => {
  await mayAsk(gateway, request, ctx);
  const { routes, heldNanos } = boundedRoutes(await routesOf(gateway, request, ctx));
  return { routes, boundNanos: heldNanos };
};
