import type { ErrorRules } from "../../_wire/error-rules.ts";
import { isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";

/** A stream that fails ends with its usual ending, in which the error stands: docs.cohere.com/docs/streaming. */
const errorInEnding = (document: unknown): JsonRecord | undefined => {
  if (!isRecord(document) || document.type !== "message-end") return undefined;
  const delta = recordAt(document, "delta");
  const error = delta?.error;
  if (typeof error === "string" && error !== "") return { message: error };
  if (isRecord(error)) return error;
  const reason = wordAt(delta, "finish_reason");
  return reason === "ERROR" || reason === "TIMEOUT"
    ? { message: `The answer ended with ${reason}.`, type: reason }
    : undefined;
};

/** How Cohere refuses: a sentence in `message`, and no codes. https://docs.cohere.com/reference/errors */
export const cohereErrors: ErrorRules = {
  badKey: { names: /^$/, said: /^(invalid api token|no api key supplied|your api key has expired)/i },
  exhausted: {
    names: /^$/,
    said: /^(please add or update your payment method|you have reached your (monthly )?(spend|billing) limit|you are using a trial key, which is limited to \d+ api calls \/ month)/i,
  },
  deniedModel: {
    names: /^$/,
    said: /^(model ['"‘][^'"’]{1,128}['"’] (not found|was removed|is not available)|your (api key|organization) does not have access to (the )?model)/i,
  },
  tooLarge: /^too many tokens/i,
  statuses: { ERROR: 500, TIMEOUT: 504 },
  // An answer of 200 whose text is an error's: https://docs.cohere.com/reference/chat has no such member beside `message`.
  errorIn: (document) =>
    errorInEnding(document) ??
    (isRecord(document) && stringAt(document, "message") !== undefined && document.type === undefined
      ? document
      : undefined),
};
