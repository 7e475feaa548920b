import { AuthError } from "../auth-error.ts";
import type { IdentityContext } from "../identity-context.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";
import { oauthCorsHeaders, oauthPreflight } from "./oauth-cors.ts";
import type { AllowedOrigin } from "./origin-policy.ts";

/** What the policy says of the request's origin; undefined where none was sent or it has no grant. */
export const grantedOrigin = async (
  context: IdentityContext,
  request: HttpRequest,
): Promise<AllowedOrigin | undefined> => {
  const origin = request.header("origin");
  if (origin === undefined) return undefined;
  const { origins } = await context.catalogues.recent();
  return context.origins.find(origin, origins);
};

/** The exact origin echoed, with credentials where it is one of ours, or nothing. */
export const corsHeaders = async (
  context: IdentityContext,
  request: HttpRequest,
): Promise<Readonly<Record<string, string>>> => {
  const origin = request.header("origin");
  if (origin === undefined) return {};
  if (!(await grantedOrigin(context, request))) return oauthCorsHeaders(context, request);
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
  };
};

/** Answers OPTIONS; it never needs credentials. */
export const preflight = async (
  context: IdentityContext,
  request: HttpRequest,
  methods: readonly string[],
): Promise<HttpAnswer> => {
  if (!(await grantedOrigin(context, request))) {
    const answer = await oauthPreflight(context, request, methods);
    if (answer === undefined) throw new AuthError("origin_not_allowed");
    return answer;
  }
  return {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Topolo-Auth, X-Service-ID",
      "Access-Control-Max-Age": "600",
    },
  };
};
