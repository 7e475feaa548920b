import { isDatabaseOutage } from "../../platform/db/is-database-outage.ts";
import type { Logger } from "../../platform/logger.ts";
import { AuthError, authErrorTable } from "../auth-error.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";
import { refusalInScim } from "../directory/scim/scim-refusal.ts";
import { oauthRefusal } from "./oauth-refusal.ts";
import { isForReader, refusalForReader } from "./refusal-for-reader.ts";

type Refusal = Pick<AuthError, "status" | "code" | "message"> &
  Partial<Pick<AuthError, "issues" | "limit" | "retryAfterMs" | "allow" | "reauthenticate">>;

const refusalOf = (
  error: unknown,
  { requestId, method, path }: Pick<HttpRequest, "requestId" | "method" | "path">,
  log: Logger,
): Refusal => {
  if (AuthError.is(error)) return error;
  const code = isDatabaseOutage(error) ? "unavailable" : "internal";
  log.error({ err: error, requestId, method, path }, "request failed");
  return { code, ...authErrorTable[code] };
};

/** A refusal as it is sent: as a page to somebody who reads it. Anything unforeseen is logged and says nothing of itself. */
export const encodeError = (
  error: unknown,
  request: Pick<HttpRequest, "requestId" | "method" | "path" | "header">,
  log: Logger,
): HttpAnswer => {
  const refusal = refusalOf(error, request, log);
  const { status, code, message, issues, limit, retryAfterMs, allow, reauthenticate } = refusal;
  const headers = {
    ...(retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) }),
    ...(allow === undefined ? {} : { Allow: allow.join(", ") }),
  };
  const inScim = refusalInScim(request.path, refusal);
  if (inScim) return { ...inScim, headers: { ...headers, ...inScim.headers } };
  if (isForReader(request)) {
    const page = refusalForReader(refusal);
    return { ...page, status, headers: { ...headers, ...page.headers } };
  }
  const inOauth = oauthRefusal(request.path, refusal);
  if (inOauth) return { ...inOauth, headers: { ...headers, ...inOauth.headers } };
  const told = {
    ...(issues ? { issues } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(reauthenticate ? { reauthenticate } : {}),
  };
  return { status, json: { error: { code, message, ...told } }, headers };
};
