import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";
import { EgressError } from "../../platform/egress/index.ts";
import { AuthError } from "../auth-error.ts";

// The provider did not answer as one: it hung, or sent something else than the protocol's JSON.
const unavailable: ReadonlySet<string> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_PARSE_ERROR",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_INVALID_SERVER_METADATA",
  "OAUTH_MISSING_SERVER_METADATA",
  "OAUTH_REQUEST_PROTOCOL_FORBIDDEN",
  "OAUTH_HTTP_REQUEST_FORBIDDEN",
]);

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const isEgress = (error: unknown): boolean =>
  error instanceof EgressError || (error instanceof Error && isEgress(error.cause));

/** What went wrong at a provider, as Auth says it; errors that are none of the provider's are passed on. */
export const providerFailure = (error: unknown): unknown => {
  if (AuthError.is(error)) return error;
  if (isEgress(error)) return new AuthError("provider_unavailable");
  if (error instanceof ResponseBodyError && error.status >= 500) return new AuthError("provider_unavailable");
  if (
    error instanceof AuthorizationResponseError ||
    error instanceof ResponseBodyError ||
    error instanceof WWWAuthenticateChallengeError
  )
    return new AuthError("federated_failed");
  const code = codeOf(error);
  if (code.startsWith("OAUTH_"))
    return new AuthError(unavailable.has(code) ? "provider_unavailable" : "federated_failed");
  return error;
};
