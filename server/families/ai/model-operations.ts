import { ai } from "../../contracts/ai.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";

/** The operations that a model carries out; `ai.models` is none of them. */
const all = Object.entries(ai).flatMap(([verb, operation]) => ("skill" in operation ? [{ verb, operation }] : []));

type Declared = (typeof all)[number]["operation"];

const byId = new Map<string, Declared>(all.map(({ operation }) => [operation.id, operation]));

/** The declaration of an operation that a model carries out. */
export const modelOperationOf = (id: string): Declared | undefined => byId.get(id);

/** The operations that a vendor can do: those of which it has the function. */
export const operationsOfVendor = (vendor: AiVendor): readonly Declared[] =>
  all.flatMap(({ verb, operation }) =>
    Object.hasOwn(vendor, "by" in operation ? operation.by : verb) ? [operation] : [],
  );
