import type { RoutingRequest } from "../../domain/routing/index.ts";
import type { AiRequest } from "./ai-request.ts";

/** The part of an AI request that decides where it can go. */
export const routingRequestOf = ({
  operation,
  requestedModel,
  dialect,
  needs,
  heldField,
}: AiRequest): RoutingRequest => ({
  requestedModel,
  operation: operation.id,
  dialect,
  needs: { ...needs, dialect: null },
  heldField,
  unitClasses: operation.unitClasses,
});
