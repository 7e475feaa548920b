import { jsonReply } from "../vendor.ts";
import type { VendorReply } from "../vendor.ts";

const types: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

export const anthropicRequestId = (digest: string): string => `req_${digest.slice(0, 24)}`;

/** An error in Anthropic's envelope. */
export function anthropicError(status: number, message: string, digest: string): VendorReply {
  const requestId = anthropicRequestId(digest);
  const error = { type: types[status] ?? "api_error", message };
  return jsonReply(status, { "request-id": requestId }, { type: "error", error, request_id: requestId });
}
