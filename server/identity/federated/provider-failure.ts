import { AuthorizationResponseError, ResponseBodyError } from "openid-client";
import { EgressError } from "../../platform/egress/index.ts";
import type { Logger } from "../../platform/logger.ts";
import { AuthError } from "../auth-error.ts";
import type { AnyProviderId } from "./provider.ts";

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

const codeFor = (error: unknown): "provider_unavailable" | "federated_failed" | undefined => {
  if (isEgress(error)) return "provider_unavailable";
  const code = codeOf(error);
  if (!code.startsWith("OAUTH_")) return undefined;
  const broken = error instanceof ResponseBodyError ? error.status >= 500 : unavailable.has(code);
  return broken ? "provider_unavailable" : "federated_failed";
};

/** What the provider itself calls it, `invalid_client` say; for the operator alone. */
const providersWord = (error: unknown): string | undefined =>
  error instanceof ResponseBodyError || error instanceof AuthorizationResponseError
    ? error.error.slice(0, 60)
    : undefined;

/** What went wrong at a provider, as Auth says it; errors that are none of the provider's are passed on. */
export const providerFailure = (error: unknown, provider: AnyProviderId, log: Logger): unknown => {
  const code = AuthError.is(error) ? undefined : codeFor(error);
  if (code === undefined) return error;
  log.warn({ provider, reason: codeOf(error), error: providersWord(error) }, "a sign-in at a provider failed");
  return new AuthError(code);
};
