import type { ErrorRules } from "../../_wire/error-rules.ts";

/**
 * How fal refuses: `detail`, a sentence or what a validator lists, and `error_type` of a request that failed in the queue.
 * https://fal.ai/docs/documentation/model-apis/errors
 */
export const falErrors: ErrorRules = {
  badKey: {
    names: /^$/,
    said: /^(invalid (api )?key|authentication is required|no user found for key id and secret|cannot access application)/i,
  },
  exhausted: { names: /^$/, said: /^user is locked\. reason: (exhausted balance|top_up)/i },
  deniedModel: {
    names: /^$/,
    said: /^(application ['"][^'"]{1,128}['"] not found|path \/\S{0,128} not found|access denied)/i,
  },
  statuses: {
    request_timeout: 504,
    startup_timeout: 504,
    runner_scheduling_failure: 503,
    runner_connection_timeout: 504,
    runner_disconnected: 503,
    runner_connection_refused: 503,
    runner_connection_error: 503,
    runner_server_error: 500,
    internal_error: 500,
  },
  requestIdHeader: "x-fal-request-id",
};
