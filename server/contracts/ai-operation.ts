import type { Operation } from "./operation.ts";
import type { UnitClass } from "./units.ts";

/** An operation that a vendor's model carries out; the vendor has a function of the operation's name, or of `by`. */
export interface AiOperation extends Operation {
  /** What a model must be able to do for it, in the words of the vendors' `ModelRules`. */
  readonly skill: string;
  /** The vendor's function that it is carried out with, where it has none of its own. */
  readonly by?: string;
  /** Classes that every call is metered in: a model without a price for each of them is not called. */
  readonly unitClasses: readonly UnitClass[];
  /** Of what is made beside text: the classes in one of which vendors meter it. */
  readonly madeIn?: readonly UnitClass[];
}

/** Declares an operation of models; its skill stays known to the compiler. */
export const defineAiOperation = <const O extends AiOperation>(operation: O): O => operation;
