import type { TRPCError } from "@trpc/server";
import { NexusError, type ErrorCode } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import { fieldIssues, type SchemaIssue } from "../../platform/field-issues.ts";

const byTrpcCode: Partial<Record<TRPCError["code"], ErrorCode>> = {
  PARSE_ERROR: "INVALID_INPUT",
  BAD_REQUEST: "INVALID_INPUT",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  CLIENT_CLOSED_REQUEST: "REQUEST_CANCELLED",
};

const isIssue = (value: unknown): value is SchemaIssue =>
  typeof value === "object" &&
  value !== null &&
  "path" in value &&
  Array.isArray(value.path) &&
  "message" in value &&
  typeof value.message === "string";

const issuesOf = (cause: unknown): readonly SchemaIssue[] =>
  typeof cause === "object" && cause !== null && "issues" in cause && Array.isArray(cause.issues)
    ? cause.issues.filter(isIssue)
    : [];

const translate = (error: TRPCError): NexusError => {
  if (error.code === "BAD_REQUEST") {
    const issues = fieldIssues(issuesOf(error.cause));
    return new NexusError("INVALID_INPUT", issues.length > 0 ? { issues } : {});
  }
  const code = byTrpcCode[error.code];
  return code === undefined ? caughtError(error.cause ?? error) : new NexusError(code, { cause: error });
};

const translated = new WeakMap<TRPCError, NexusError>();

/**
 * What a tRPC error is in the project's own table; unexpected errors are INTERNAL, and their cause is not shown. Log, headers
 * and body of an answer ask for the same one.
 */
export const nexusErrorOf = (error: TRPCError): NexusError => {
  if (NexusError.is(error.cause)) return error.cause;
  const known = translated.get(error);
  if (known) return known;
  const made = translate(error);
  translated.set(error, made);
  return made;
};
