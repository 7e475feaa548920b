import type { NexusError } from "../../errors.ts";
import { publicErrorOf } from "../encode-error.ts";

/** An error as an answer that failed tells it: OpenAI's codes for clients, and what it was in our own words. */
export const toldFailure = (error: NexusError, requestId: string) => {
  const { code, message, effect, docs, operationId } = publicErrorOf(error, requestId);
  return {
    code: code === "PROVIDER_RATE_LIMITED" ? "rate_limit_exceeded" : "server_error",
    message,
    nexus_code: code,
    effect,
    docs,
    operation_id: operationId,
    request_id: requestId,
  };
};
