import type { ErrorRules } from "../../_wire/error-rules.ts";
import { stringAt } from "../../_wire/json.ts";
import { identifier, nothing } from "../../_wire/vendor-error-body.ts";

/**
 * How Deepgram refuses: `err_code` and `err_msg`, or `category`, `message` and `details`. That a failure of its own is
 * unbilled it does not say, so that such an answer is no promise. https://developers.deepgram.com/docs/errors
 */
export const deepgramErrors: ErrorRules = {
  badKey: { names: /^INVALID_AUTH$/ },
  exhausted: { names: /^ASR_PAYMENT_REQUIRED$/ },
  deniedModel: {
    names: /^$/,
    said: /^(project does not have access to the requested model|bad request: no such model\/language\/tier combination)/i,
  },
  lacksScope: /^(user does not have sufficient permissions|insufficient permissions)/i,
  tooLarge: /^input text exceeds maximum character limit/i,
  statuses: {},
  beside(error) {
    const details = stringAt(error, "details");
    const said = stringAt(error, "err_msg") ?? stringAt(error, "message");
    const code = identifier(error["err_code"]) ?? identifier(error["category"]);
    if (said === undefined && code === undefined) return undefined;
    const message = said === undefined || details === undefined ? said : `${said} ${details}`;
    return {
      ...nothing,
      message,
      code,
      names: code === undefined ? [] : [code],
    };
  },
  requestIdHeader: "dg-request-id",
};
