import { NexusError } from "../../errors.ts";
import { considerModels } from "./consider-models.ts";
import type { ChosenRoute, RoutableCredential, RoutingRequest, RoutingWorld } from "./route.ts";

/**
 * Orders the ways in which a request can be answered: those of every model that is considered, each with its credentials
 * by tier. Never empty: where there is no route it throws the reason of the requested model.
 */
export const chooseRoutes = <C extends RoutableCredential>(
  request: RoutingRequest,
  world: RoutingWorld<C>,
): readonly ChosenRoute<C>[] => {
  const considered = considerModels(request, world);
  const routes = considered.flatMap((model) => model.routes);
  if (routes.length > 0) return routes;
  throw (
    considered[0]?.refusal ?? new NexusError("INTERNAL", { cause: new Error("there is neither a route nor a reason") })
  );
};
