import { ai } from "../../server/contracts/ai.ts";
import { providers } from "../../server/providers/index.ts";
import { matrixDoors, matrixVerbs, roadOf, vendorsOf, type MatrixVerb } from "../../e2e/matrix/matrix-table.ts";
import { markdownTable } from "./table.ts";

const words = { typed: "yes", native: "as is", translated: "translated" } as const;

const tableOf = (verb: MatrixVerb): string => {
  const doors = matrixDoors.filter((door) =>
    vendorsOf(verb).some((vendor) => roadOf(verb, door, vendor) !== undefined),
  );
  return markdownTable(
    ["Vendor", ...doors],
    vendorsOf(verb).map((vendor) => [
      providers.get(vendor)?.name ?? vendor,
      ...doors.map((door) => {
        const road = roadOf(verb, door, vendor);
        return road === undefined ? "–" : words[road];
      }),
    ]),
  );
};

/** docs/generated/operation-matrix.md */
export const operationMatrixPage = (): string =>
  [
    "# Operations, vendors and doors of AI",
    "",
    "Which operation of which vendor can be asked for at which door. `as is`: the caller's bytes pass, with every field that the vendor",
    "knows. `translated`: the door's dialect is put into the vendor's, and its answer back. A dialect that has no such operation stands",
    "in no column. Each cell is a call of `e2e/matrix/matrix.test.ts` against the sandbox, and all cells of a row leave the same ledger",
    "row: vendor, model, units, cost and state. Single models may not take everything; `GET /api/ai/models` tells what each can do.",
    "",
    ...matrixVerbs.flatMap((verb) => [`## ${ai[verb].id}`, "", `${ai[verb].summary}.`, "", tableOf(verb), ""]),
  ].join("\n");
