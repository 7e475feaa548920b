import { errorTable } from "../../../server/errors.ts";
import { parseInput } from "../../../server/platform/parse-input.ts";
import { listProcedures } from "../../../server/transport/trpc/procedure-list.ts";
import type { TestedError, TestedProcedure } from "./tested-procedure.ts";

// In the published package the build puts the schemas themselves in this place, without the server around them.

/** Every procedure by its dotted name. */
export const testedProcedures: ReadonlyMap<string, TestedProcedure> = new Map(
  listProcedures().map(({ name, type, permissions, metered, streaming, input }) => [
    name,
    { type, permissions, metered, streaming, parse: (given: unknown): unknown => parseInput(input, given) },
  ]),
);

/** Every error code of the server. */
export const testedErrors: Readonly<Record<string, TestedError>> = errorTable;
