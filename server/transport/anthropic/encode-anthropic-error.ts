import type { NexusError } from "../../errors.ts";
import type { DoorReply } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  502: "api_error",
  503: "overloaded_error",
  504: "timeout_error",
};

/** Anthropic's error envelope, with what Nexus adds to it. */
export const anthropicErrorBody = (error: NexusError, requestId: string): string => {
  const { message, code, effect, docs, operationId, issues, details } = publicErrorOf(error, requestId);
  const [issue] = issues ?? [];
  return JSON.stringify({
    type: "error",
    error: {
      type: types[error.http] ?? "invalid_request_error",
      message: issue && code === "INVALID_INPUT" ? `${message} ${issue.field || "body"}: ${issue.expected}` : message,
      code,
      effect,
      docs,
      ...(operationId === undefined ? {} : { operation_id: operationId }),
      ...(issues === undefined ? {} : { issues }),
      ...(details === undefined ? {} : { details }),
    },
    request_id: requestId,
  });
};

/** The Anthropic door's error reply. */
export const anthropicErrorReply = (error: NexusError, requestId: string): DoorReply => ({
  status: error.http,
  headers: {
    "content-type": "application/json",
    "request-id": requestId,
    ...errorHeadersOf(error, requestId),
  },
  body: anthropicErrorBody(error, requestId),
});
