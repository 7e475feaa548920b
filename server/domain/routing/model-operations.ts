import type { ModelSkill } from "../../contracts/ai.ts";
import type { RoutingVendor } from "./route.ts";

interface ModelAtVendor {
  readonly vendor: RoutingVendor;
  readonly model: string;
}

type Skills = readonly ModelSkill[] | undefined;

const maxModels = 10_000;
/** Asked at every call; what callers write must not make it grow. */
const skillsOfModels = new WeakMap<RoutingVendor, Map<string, Skills>>();

/** What the vendor's rules say of a model; undefined where they do not know it. */
const skillsOf = ({ vendor, model }: ModelAtVendor): Skills => {
  let known = skillsOfModels.get(vendor);
  if (!known) skillsOfModels.set(vendor, (known = new Map()));
  if (known.has(model)) return known.get(model);
  const skills = vendor.models.skills.find(([pattern]) => pattern.test(model))?.[1];
  if (known.size >= maxModels) known.clear();
  known.set(model, skills);
  return skills;
};

/** Whether the vendor's rules say what a model can do. */
export const hasSkillsOf = (target: ModelAtVendor): boolean => skillsOf(target) !== undefined;

/** Whether a vendor's model can be called for an operation, as far as the vendor's rules know the model. */
export const canDo = (target: ModelAtVendor, operation: string): boolean => {
  const skill = target.vendor.operations.get(operation);
  return skill !== undefined && skillsOf(target)?.includes(skill) !== false;
};

/** The vendor's operations that its model can be called for. */
export const operationsOf = (target: ModelAtVendor): ReadonlySet<string> =>
  new Set([...target.vendor.operations.keys()].filter((operation) => canDo(target, operation)));
