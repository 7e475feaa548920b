import type { UnitClass } from "../../contracts/units.ts";
import type { RoutingRequest } from "../../domain/routing/index.ts";
import type { AiRequest } from "./ai-request.ts";

const textClasses: readonly UnitClass[] = ["input", "output"];
const embeddingClasses: readonly UnitClass[] = ["input"];

/** Classes that every call of an operation is metered in. */
export const unitClassesOf = (operation: string): readonly UnitClass[] =>
  operation === "ai.embed" ? embeddingClasses : textClasses;

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
  needs: { tools: needs.tools, images: needs.images, json: needs.json, dialect: null },
  heldField,
  unitClasses: unitClassesOf(operation.id),
});
