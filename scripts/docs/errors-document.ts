import { errorTable, type ErrorCode, type Fault } from "../../server/errors.ts";
import { errorHelp, moneyWords } from "./error-help.ts";
import { markdownTable } from "./table.ts";

const turn: Readonly<Record<Fault, string>> = { caller: "the caller", provider: "the vendor", nexus: "Nexus" };

const idOf = (code: string): string => code.toLowerCase().replaceAll("_", "-");

const isCode = (name: string): name is ErrorCode => Object.hasOwn(errorTable, name);

const section = (code: ErrorCode): string[] => {
  const { http, fault, retryable, message } = errorTable[code];
  const { money, todo } = errorHelp[code];
  return [
    `### <a id="${idOf(code)}"></a>${code}`,
    "",
    `**${http}, ${retryable ? "retryable" : "not retryable"}; it is the turn of ${turn[fault]}.** ${message}`,
    "",
    `- **What to do:** ${todo}`,
    `- **Money:** ${moneyWords[money]}`,
    "",
  ];
};

const statusWords: Readonly<Record<number, string>> = {
  400: "The request is wrong",
  401: "Nobody is signed in",
  402: "There is no money for it",
  403: "It is not allowed",
  404: "It does not exist",
  405: "The method is wrong",
  408: "The request came too slowly",
  409: "The state does not admit it",
  412: "Something is missing first",
  413: "It is too large",
  415: "The format is wrong",
  422: "It is understood, and cannot be done",
  429: "Too many",
  499: "The caller left",
  500: "A mistake of Nexus",
  502: "The vendor answered badly",
  503: "Something is not available",
  504: "The vendor did not answer",
};

/** docs/generated/errors.md */
export const errorsDocument = (): string => {
  const codes = Object.keys(errorTable).filter(isCode);
  const statuses = [...new Set(codes.map((code) => errorTable[code].http))].sort((a, b) => a - b);
  return [
    "# Errors",
    "",
    "Every error has a code, a status, a message, and `effect`: whether the vendor acted (`none`, `done` or `unknown`). `retryable` in the answer is true where the same call, unchanged, may succeed and costs nothing extra: when `effect` is `none`, or an idempotency key guards the repeat. `docs` links to the code on this page.",
    "",
    "```json",
    '{ "error": { "code": "BUDGET_EXCEEDED", "message": "…", "effect": "none", "retryable": false, "requestId": "req_…", "docs": "http://localhost:3000/docs/errors#budget-exceeded", "details": { "budget": { } } } }',
    "```",
    "",
    "The APIs of OpenAI and Anthropic wrap the same facts in the error format of their dialect.",
    "",
    markdownTable(
      ["Code", "Status", "Whose turn", "Retryable"],
      codes.map((code) => {
        const { http, fault, retryable } = errorTable[code];
        return [`[\`${code}\`](#${idOf(code)})`, String(http), turn[fault], retryable ? "yes" : "no"];
      }),
    ),
    "",
    ...statuses.flatMap((status) => [
      `## ${status}: ${statusWords[status] ?? "Other"}`,
      "",
      ...codes.filter((code) => errorTable[code].http === status).flatMap(section),
    ]),
  ].join("\n");
};
