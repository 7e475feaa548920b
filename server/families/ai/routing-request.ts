import type { RoutingRequest } from "../../domain/routing/index.ts";
import type { RoutedAiRequest } from "./ai-request.ts";

/** The part of an AI request that decides where it can go. */
export const routingRequestOf = ({
  operation,
  requestedModel,
  dialect,
  needs,
  heldField,
}: RoutedAiRequest): RoutingRequest => ({
  requestedModel,
  operation: operation.id,
  dialect,
  needs: { ...needs, dialect: null },
  heldField,
  unitClasses: needs.search === true ? [...operation.unitClasses, "search"] : operation.unitClasses,
});
