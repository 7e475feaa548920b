import type { CallContext } from "../contracts/call-context.ts";
import type { ActIdentity } from "../contracts/act-rules.ts";
import type { ActRequest, Route } from "../families/family.ts";
import { mayAsk, routesOf } from "./authorize-and-reserve.ts";
import type { Gateway } from "./gateway.ts";
import { boundedRoutes } from "./reservation.ts";

/** What a request to act would come to. */
export interface Preview {
  readonly route: Route;
  readonly identity: ActIdentity;
  /** What would be held. */
  readonly heldNanos: bigint;
}

/** Everything of a call to act that is before its hold: nothing is held, locked, written or sent. */
export const preview = async (
  gateway: Gateway,
  request: Pick<ActRequest<unknown>, "operation" | "step">,
  ctx: CallContext,
): Promise<Preview> => {
  await mayAsk(gateway, request, ctx);
  const { routes, heldNanos } = boundedRoutes(await routesOf(gateway, request, ctx));
  const [route] = routes;
  const operationId = gateway.newId();
  const { vendor } = route.target;
  const providerKey = gateway.providerKeyOf({ operationId, vendor, account: route.credential.id, step: request.step });
  return { route, identity: { operationId, providerKey }, heldNanos };
};
