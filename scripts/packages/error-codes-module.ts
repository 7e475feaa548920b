import { errorTable, type Fault } from "../../server/errors.ts";
import { docComment } from "./schema-printer.ts";

const turns: Readonly<Record<Fault, string>> = {
  caller: "The caller can mend it.",
  provider: "It comes from the vendor.",
  nexus: "It is Nexus's own.",
};

/** Codes that no server answers with. */
const own: Readonly<Record<string, string>> = {
  CONNECTION_FAILED:
    "No answer of Nexus came back; the message says what stands at the address instead, as far as can be told.\n\nThe client's own. `effect` is `none` where nothing left.",
  ABORTED: "The caller's signal ended the call.\n\nThe client's own.",
};

const docs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(errorTable).map(([code, { http, fault, retryable, message }]) => [
      code,
      `${message}\n\nStatus ${http}. ${turns[fault]} ${
        retryable ? "The same call may succeed, and the client repeats it." : "The same call would fail again."
      }`,
    ]),
  ),
  ...own,
};

/** client-sdk/src/nexus-error-codes.ts */
export const errorCodesModule = (): string =>
  [
    "// Written by `npm run docs` from the server's table of errors.",
    "",
    "/** Every code of an error, with what it means. */",
    "export interface NexusErrorCodeTable {",
    ...Object.entries(docs).map(([code, text]) => `${docComment(text, "  ")}  readonly ${code}: "${code}";`),
    "}",
    "",
    "/**",
    " * Every code by its name, for editors that show what it means.",
    " *",
    " * @example",
    " * if (NexusClientError.is(error) && error.code === NexusErrorCodes.BUDGET_EXCEEDED) askForMore();",
    " */",
    "export const NexusErrorCodes: NexusErrorCodeTable = {",
    ...Object.keys(docs).map((code) => `  ${code}: "${code}",`),
    "};",
    "",
  ].join("\n");
