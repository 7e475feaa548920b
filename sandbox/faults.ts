import { hostileAnswers } from "./hostile-answers.ts";
import { lostAnswers } from "./lost-answers.ts";
import type { SandboxFault } from "./plan.ts";
import { refusalFaults } from "./refusals.ts";
import { slowAnswers } from "./slow-answers.ts";
import { toldUsage } from "./told-usage.ts";

/** Every fault, by the name that scripts use. */
export const faults = {
  ...slowAnswers,
  ...refusalFaults,
  ...lostAnswers,
  ...hostileAnswers,
  ...toldUsage,
} satisfies Record<string, SandboxFault>;

export type FaultName = keyof typeof faults;
export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name);
