import type { Logger } from "../../platform/logger.ts";
import { AuthError, authErrorTable } from "../auth-error.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";

// Prisma's connection errors, PostgreSQL's classes 08, 53 and 57, and the socket's own.
const outageCode = /^(P1\d{3}|P2024|P2037|08...|53...|57014|57P0.|ECONN[A-Z]+|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH)$/;

const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && outageCode.test(error.code)) return true;
  return (
    /timeout exceeded when trying to connect|timeout expired|Query read timeout|no answer from the database|Connection terminated|connection error and is not queryable|Cannot use a pool after calling end/.test(
      error.message,
    ) || isOutage(error.cause)
  );
};

/** A refusal as it is sent; anything unforeseen is logged and says nothing of itself. */
export const encodeError = (
  error: unknown,
  { requestId, method, path }: Pick<HttpRequest, "requestId" | "method" | "path">,
  log: Logger,
): HttpAnswer => {
  if (AuthError.is(error)) {
    const { code, message, issues, retryAfterMs, limit, reauthenticate } = error;
    return {
      status: error.status,
      json: {
        error: {
          code,
          message,
          ...(issues ? { issues } : {}),
          ...(limit === undefined ? {} : { limit }),
          ...(reauthenticate ? { reauthenticate } : {}),
        },
      },
      ...(retryAfterMs === undefined ? {} : { headers: { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) } }),
    };
  }
  const code = isOutage(error) ? "unavailable" : "internal";
  log.error({ err: error, requestId, method, path }, "request failed");
  const { status, message } = authErrorTable[code];
  return { status, json: { error: { code, message } } };
};
