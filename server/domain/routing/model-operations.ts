import type { ModelSkill } from "../../contracts/provider.ts";
import type { RoutingVendor } from "./route.ts";

interface ModelAtVendor {
  readonly vendor: RoutingVendor;
  readonly model: string;
}

const skillOf = (operation: string): ModelSkill => (operation === "ai.embed" ? "embeddings" : "text");

/** Whether a vendor's model can be called for an operation, as far as the vendor's rules know the model. */
export const canDo = ({ vendor, model }: ModelAtVendor, operation: string): boolean => {
  if (!vendor.operations.has(operation)) return false;
  const rule = vendor.models.skills.find(([pattern]) => pattern.test(model));
  return !rule || rule[1].includes(skillOf(operation));
};

/** The vendor's operations that its model can be called for. */
export const operationsOf = (target: ModelAtVendor): ReadonlySet<string> =>
  new Set([...target.vendor.operations].filter((operation) => canDo(target, operation)));
