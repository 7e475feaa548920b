import type { NexusError } from "../../errors.ts";
import type { DoorReply } from "../door-request.ts";
import { errorHeadersOf, publicErrorOf } from "../encode-error.ts";

/** Google's names of what is wrong (google.rpc.Code), by the status of the answer. */
const statuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  402: "RESOURCE_EXHAUSTED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  405: "UNIMPLEMENTED",
  408: "DEADLINE_EXCEEDED",
  409: "ABORTED",
  412: "FAILED_PRECONDITION",
  413: "INVALID_ARGUMENT",
  415: "INVALID_ARGUMENT",
  422: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  502: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const typed = (name: string, members: object): object => ({
  "@type": `type.googleapis.com/google.rpc.${name}`,
  ...members,
});

/** `messages.0.content` as Google writes it: `messages[0].content`. */
const placeOf = (field: string): string => field.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** Google's error envelope; what Nexus adds to it stands in the details. */
export const googleErrorBody = (error: NexusError, requestId: string): string => {
  const { message, code, effect, docs, operationId, issues, details, retryable, retryAfterMs } = publicErrorOf(
    error,
    requestId,
  );
  const [issue] = issues ?? [];
  return JSON.stringify({
    error: {
      code: error.http,
      message: issue && code === "INVALID_INPUT" ? `${message} ${issue.field || "body"}: ${issue.expected}` : message,
      status: statuses[error.http] ?? "UNKNOWN",
      details: [
        typed("ErrorInfo", {
          reason: code,
          domain: "nexus",
          metadata: {
            effect,
            retryable: String(retryable),
            ...(operationId === undefined ? {} : { operationId }),
          },
        }),
        typed("RequestInfo", { requestId }),
        typed("Help", { links: [{ description: "What this means", url: docs }] }),
        ...(issues === undefined
          ? []
          : [
              typed("BadRequest", {
                fieldViolations: issues.map(({ field, expected }) => ({
                  field: placeOf(field),
                  description: expected,
                })),
              }),
            ]),
        ...(retryable && retryAfterMs !== undefined
          ? [typed("RetryInfo", { retryDelay: `${Math.ceil(retryAfterMs) / 1000}s` })]
          : []),
        ...(details === undefined ? [] : [{ "@type": "type.googleapis.com/google.protobuf.Struct", value: details }]),
      ],
    },
  });
};

/** The Google door's error reply. */
export const googleErrorReply = (error: NexusError, requestId: string): DoorReply => ({
  status: error.http,
  headers: { "content-type": "application/json; charset=UTF-8", ...errorHeadersOf(error, requestId) },
  body: googleErrorBody(error, requestId),
});
