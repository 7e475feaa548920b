import { errorTable } from "../../server/errors.ts";
import { markdownTable } from "./table.ts";

/** docs/generated/errors.md */
export const errorsDocument = (): string =>
  [
    "# Errors",
    "",
    "Every error has a code, a status, whose turn it is (`fault`), and whether repeating the same call is free (`retryable`, when `effect` is `none` or an idempotency key guards the repeat).",
    "",
    markdownTable(
      ["Code", "Status", "Fault", "Retryable", "Message"],
      Object.entries(errorTable).map(([code, { http, fault, retryable, message }]) => [
        `<a id="${code.toLowerCase().replaceAll("_", "-")}"></a>\`${code}\``,
        String(http),
        fault,
        retryable ? "yes" : "no",
        message,
      ]),
    ),
    "",
  ].join("\n");
