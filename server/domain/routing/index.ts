export { chooseRoutes } from "./choose-routes.ts";
export { createCircuitBreaker, type CircuitBreaker, type CircuitTarget } from "./circuit-breaker.ts";
export { outcomeOf, type CircuitOutcome } from "./circuit-outcome.ts";
export {
  explainRoute,
  ExplainRouteInput,
  ExplainRouteOutput,
  routableOperations,
  type RoutableOperation,
} from "./explain-route.ts";
export { hasSkillsOf, operationsOf } from "./model-operations.ts";
export {
  routesOfVendors,
  type ActVendor,
  type VendorQuestion,
  type VendorRoute,
  type VendorWorld,
} from "./routes-of-vendors.ts";
export { searchesWeb } from "./routes-of-model.ts";
export { isAllowed, isNameOf, resolveModel, type ModelTarget } from "./resolve-model.ts";
export type {
  Circuit,
  CircuitReason,
  CircuitScope,
  Needs,
  OpenCircuit,
  RoutingPreferences,
  RoutableCredential,
  ChosenRoute,
  RoutingRequest,
  RoutingVendor,
  RoutingWorld,
} from "./route.ts";
