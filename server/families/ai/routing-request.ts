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
  unitClasses: [
    ...operation.unitClasses,
    ...(needs.search === true ? (["search"] as const) : []),
    ...(needs.spoken === undefined ? [] : (["outputAudio"] as const)),
  ],
});
