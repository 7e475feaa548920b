import type { Refusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply } from "../vendor.ts";

const kinds: Record<number, readonly [type: string, code: string | null]> = {
  400: ["invalid_request_error", null],
  401: ["invalid_request_error", "invalid_api_key"],
  403: ["invalid_request_error", "unsupported_country_region_territory"],
  404: ["invalid_request_error", "model_not_found"],
  429: ["requests", "rate_limit_exceeded"],
};

export const openaiHeaders = (digest: string): Record<string, string> => ({
  "x-request-id": `req_${digest.slice(0, 32)}`,
  "openai-version": "2020-10-01",
  "openai-processing-ms": "7",
});

/** An error in OpenAI's envelope; the code of its status where no other is given. */
export function openaiError(
  status: number,
  message: string,
  digest: string,
  param: string | null = null,
  code?: string | null,
): VendorReply {
  const [type, usual] = kinds[status] ?? ["server_error", null];
  return jsonReply(status, openaiHeaders(digest), {
    error: { message, type, param, code: code === undefined ? usual : code },
  });
}

/** A refusal in OpenAI's envelope. */
export const refused = ({ status, message, param, code }: Refusal, digest: string): VendorReply =>
  openaiError(status, message, digest, param, code);
