import type { TRPCError } from "@trpc/server";
import { NexusError, type ErrorCode, type FieldIssue } from "../../errors.ts";

const byTrpcCode: Partial<Record<TRPCError["code"], ErrorCode>> = {
  PARSE_ERROR: "INVALID_INPUT",
  BAD_REQUEST: "INVALID_INPUT",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  CLIENT_CLOSED_REQUEST: "REQUEST_CANCELLED",
};

interface InputIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

const isIssue = (value: unknown): value is InputIssue =>
  typeof value === "object" &&
  value !== null &&
  "path" in value &&
  Array.isArray(value.path) &&
  "message" in value &&
  typeof value.message === "string";

const issuesOf = (cause: unknown): readonly InputIssue[] =>
  typeof cause === "object" && cause !== null && "issues" in cause && Array.isArray(cause.issues)
    ? cause.issues.filter(isIssue)
    : [];

const maxIssues = 20;
const maxLength = 200;

/** Names the fields, an unknown one by its own name; never their values. */
const fieldIssuesOf = ({ path, message, keys }: InputIssue): FieldIssue[] =>
  keys
    ? keys.slice(0, maxIssues).map((key) => ({
        field: [...path, key].map(String).join(".").slice(0, maxLength),
        expected: "no such field",
      }))
    : [{ field: path.map(String).join(".").slice(0, maxLength), expected: message.slice(0, maxLength) }];

/** What a tRPC error is in the project's own table; unexpected errors are INTERNAL, and their cause is not shown. */
export const nexusErrorOf = (error: TRPCError): NexusError => {
  if (NexusError.is(error.cause)) return error.cause;
  if (error.code === "BAD_REQUEST") {
    const issues = issuesOf(error.cause).flatMap(fieldIssuesOf).slice(0, maxIssues);
    return new NexusError("INVALID_INPUT", issues.length > 0 ? { issues } : {});
  }
  const code = byTrpcCode[error.code];
  return code === undefined ? NexusError.from(error.cause ?? error) : new NexusError(code, { cause: error });
};
