import type { ModelSkill } from "../../contracts/provider.ts";
import type { RoutingVendor } from "./route.ts";

const skillOf = (operation: string): ModelSkill => (operation === "ai.embed" ? "embeddings" : "text");

/** The vendor's operations that its model can be called for, as far as the vendor's rules know the model. */
export const operationsOf = ({
  vendor,
  model,
}: {
  readonly vendor: RoutingVendor;
  readonly model: string;
}): ReadonlySet<string> => {
  const rule = vendor.models.skills.find(([pattern]) => pattern.test(model));
  if (!rule) return vendor.operations;
  const [, skills] = rule;
  return new Set([...vendor.operations].filter((operation) => skills.includes(skillOf(operation))));
};
