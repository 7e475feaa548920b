import { errorTable, type NexusError } from "../../errors.ts";
import type { DoorReply } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";

/** `messages.0.content` as OpenAI writes it: `messages[0].content`. */
const paramOf = (field: string | undefined): string | null =>
  field === undefined || field === "" ? null : field.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

const typeOf = ({ code, http }: NexusError): string => (http === 403 ? "permission_error" : errorTable[code].openai);

/** How the vendor itself names what it, or Nexus in its place, refused. */
const refusalOf = ({ code, details }: NexusError): { readonly code?: string; readonly param?: string } => {
  const named = code === "PROVIDER_REJECTED" || code === "INVALID_INPUT" || code === "CONFLICT";
  const told = named ? details?.["vendorError"] : undefined;
  if (typeof told !== "object" || told === null) return {};
  return {
    ...("code" in told && typeof told.code === "string" ? { code: told.code } : {}),
    ...("param" in told && typeof told.param === "string" ? { param: told.param } : {}),
  };
};

/** OpenAI's error envelope, with what Nexus adds to it. */
export const openAiErrorBody = (error: NexusError, requestId: string): string => {
  const { message, code, effect, docs, operationId, issues, details } = publicErrorOf(error, requestId);
  const refused = refusalOf(error);
  return JSON.stringify({
    error: {
      message:
        issues?.[0] && code === "INVALID_INPUT"
          ? `${message} ${issues[0].field || "body"}: ${issues[0].expected}`
          : message,
      type: typeOf(error),
      // Clients of this dialect act on the vendor's own words, `context_length_exceeded` for one.
      code: refused.code ?? code,
      param: refused.param ?? paramOf(issues?.[0]?.field),
      ...(refused.code === undefined ? {} : { nexus_code: code }),
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
