import { errorTable, type NexusError } from "../../errors.ts";
import type { DoorReply } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";

/** `messages.0.content` as OpenAI writes it: `messages[0].content`. */
const paramOf = (field: string | undefined): string | null =>
  field === undefined || field === "" ? null : field.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** OpenAI's error envelope, with what Nexus adds to it. */
export const openAiErrorBody = (error: NexusError, requestId: string): string => {
  const { message, code, effect, docs, operationId, issues, details } = publicErrorOf(error, requestId);
  return JSON.stringify({
    error: {
      message:
        issues?.[0] && code === "INVALID_INPUT"
          ? `${message} ${issues[0].field || "body"}: ${issues[0].expected}`
          : message,
      type: errorTable[error.code].openai,
      code,
      param: paramOf(issues?.[0]?.field),
      effect,
      request_id: requestId,
      docs,
      ...(operationId === undefined ? {} : { operation_id: operationId }),
      ...(issues === undefined ? {} : { issues }),
      ...(details === undefined ? {} : { details }),
    },
  });
};

/** The OpenAI door's error reply. */
export const openAiErrorReply = (error: NexusError, requestId: string): DoorReply => ({
  status: error.http,
  headers: { "content-type": "application/json", ...errorHeadersOf(error, requestId) },
  body: openAiErrorBody(error, requestId),
});
