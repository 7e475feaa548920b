export { chooseRoutes } from "./choose-routes.ts";
export { createCircuitBreaker, outcomeOf, type CircuitBreaker, type CircuitOutcome } from "./circuit-breaker.ts";
export { operationsOf } from "./model-operations.ts";
export { isAllowed, isNameOf, resolveModel, type Target } from "./resolve-model.ts";
export type {
  Circuit,
  CircuitReason,
  Needs,
  Preferences,
  RoutableCredential,
  Route,
  RouteReason,
  RoutingRequest,
  RoutingVendor,
  RoutingWorld,
} from "./route.ts";
