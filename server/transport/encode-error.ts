import { errorTable, type NexusError } from "../errors.ts";
import type { DoorReply } from "./door-request.ts";
import { docsOf } from "./error-docs.ts";

/** The public part of an error; nothing else of it leaves. */
export interface PublicError {
  readonly code: string;
  readonly message: string;
  readonly effect: "none" | "done" | "unknown";
  readonly retryable: boolean;
  readonly requestId: string;
  readonly docs: string;
  readonly operationId?: string;
  readonly issues?: readonly { readonly field: string; readonly expected: string }[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
}

/** Errors on our side keep their message to themselves. */
export const publicErrorOf = (error: NexusError, requestId: string): PublicError => ({
  code: error.code,
  message: error.code === "INTERNAL" ? errorTable.INTERNAL.message : error.message,
  effect: error.effect,
  retryable: error.retryable,
  requestId,
  docs: docsOf(error.code),
  ...(error.operationId === undefined ? {} : { operationId: error.operationId }),
  ...(error.issues === undefined ? {} : { issues: error.issues }),
  ...(error.details === undefined ? {} : { details: error.details }),
  ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
});

/** The methods a path answers to, where that is what was wrong. */
const allowOf = ({ code, details }: NexusError): Record<string, string> =>
  code === "METHOD_NOT_ALLOWED" && Array.isArray(details?.["allow"]) ? { allow: details["allow"].join(", ") } : {};

/** Headers of every error answer: official clients retry by themselves unless a header says not to. */
export const errorHeadersOf = (error: NexusError, requestId: string): Record<string, string> => ({
  "x-request-id": requestId,
  "cache-control": "no-store",
  "x-should-retry": String(error.retryable),
  ...(error.operationId === undefined ? {} : { "x-nexus-operation-id": error.operationId }),
  ...(error.retryAfterMs === undefined
    ? {}
    : {
        "retry-after": String(Math.ceil(error.retryAfterMs / 1000)),
        "retry-after-ms": String(Math.ceil(error.retryAfterMs)),
      }),
  ...(error.code === "UNAUTHENTICATED" ? { "www-authenticate": 'Bearer, DPoP algs="ES256 Ed25519 EdDSA"' } : {}),
  ...allowOf(error),
});

/** The REST door's shape: `{ error }`. */
export const restErrorReply = (error: NexusError, requestId: string): DoorReply => ({
  status: error.http,
  headers: { "content-type": "application/json", ...errorHeadersOf(error, requestId) },
  body: JSON.stringify({ error: publicErrorOf(error, requestId) }),
});
