import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { okAnswer } from "../http/exchange.ts";
import { presentedToken } from "../proofs/presented-token.ts";
import { isRefusal, type ValidationRefusal } from "./refusal.ts";
import { validateAccessToken } from "./validate-access-token.ts";
import { validateApiKey } from "./validate-api-key.ts";

const refused = (error: ValidationRefusal | "unknown_service"): HttpAnswer => ({
  status: error === "unknown_service" ? 400 : 401,
  json: { valid: false, error },
});

/** A service that passes a token on passes its own caller's proof along, and says which request that was made for. */
const provenRequest = ({ request, context }: HttpExchange) => ({
  method: request.header("x-dpop-method") ?? request.method,
  url: request.header("x-dpop-url") ?? context.issuer + request.path,
});

/** `/validate`: the bearer token or API key speaks for itself; `X-Service-ID` names the backend that asks. */
export const answerValidation = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  if (request.query.has("access_token"))
    throw new AuthError("invalid_request", {
      issues: [{ field: "access_token", expected: "an Authorization header instead" }],
    });
  const presented = presentedToken(exchange, provenRequest(exchange));
  if (presented === undefined)
    return refused(request.header("authorization") === undefined ? "credential_missing" : "token_malformed");
  const validatingService = request.header("x-service-id");
  if (
    validatingService !== undefined &&
    (await context.catalogues.recent()).services.get(validatingService)?.status !== "active"
  )
    return refused("unknown_service");
  const { token, proof } = presented;
  const isKey = token.startsWith("tpk_") && proof === undefined;
  const answer = isKey
    ? await validateApiKey(context, token, validatingService)
    : await validateAccessToken(context, presented, validatingService);
  return isRefusal(answer) ? refused(answer) : okAnswer(answer);
};
