import { ai } from "../../server/contracts/ai.ts";
import { providers } from "../../server/providers/index.ts";
import { matrixCalls, matrixDoors, roadOf, vendorsOf, verbOf, type MatrixCall } from "../../e2e/matrix/matrix-table.ts";
import { markdownTable } from "./table.ts";

const words = { typed: "yes", native: "as is", translated: "translated" } as const;

/** Calls that are one of several of their operation. */
const more: {
  readonly [C in MatrixCall]?: { readonly title: string; readonly said: string };
} = {
  editImage: {
    title: "of images",
    said: "Make images of images: with `files`, and in OpenAI's dialect at `/v1/images/edits`.",
  },
  searchText: {
    title: "with a search of the web",
    said: "With `webSearch`, and in each dialect by its own tool. Which models search, and why others do not: [the guide](../guides/ai.md#web-search).",
  },
  streamImage: {
    title: "as it is drawn",
    said: "With `stream: true` in OpenAI's dialect; vendors of other dialects show nothing before the image. The typed doors have no such call.",
  },
  streamTranscript: {
    title: "as it is written down",
    said: "With `stream: true` in OpenAI's dialect; models that do not stream answer whole. The typed doors have no such call.",
  },
  answerAloud: {
    title: "spoken",
    said: "With `modalities` in OpenAI's chat completions, by [models that speak](../guides/ai.md#answers-that-are-spoken). No other API has it.",
  },
  streamAloud: { title: "spoken", said: "The same as a stream." },
  streamSearch: { title: "with a search of the web", said: "The same as a stream." },
};

const tableOf = (asked: MatrixCall): string => {
  const doors = matrixDoors.filter((door) =>
    vendorsOf(asked).some((vendor) => roadOf(asked, door, vendor) !== undefined),
  );
  return markdownTable(
    ["Vendor", ...doors],
    vendorsOf(asked).map((vendor) => [
      providers.get(vendor)?.name ?? vendor,
      ...doors.map((door) => {
        const road = roadOf(asked, door, vendor);
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
    "Where one vendor sells models of several makers, those pass as they are that speak the dialect: at Vertex AI Claude at Anthropic's",
    "door, and Gemini at Google's.",
    "",
    ...matrixCalls.flatMap((asked) => {
      const { id, summary } = ai[verbOf(asked)];
      const said = more[asked];
      return [
        said === undefined ? `## ${id}` : `## ${id}, ${said.title}`,
        "",
        said?.said ?? `${summary}.`,
        "",
        tableOf(asked),
        "",
      ];
    }),
  ].join("\n");
