import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { okAnswer } from "../http/exchange.ts";
import { presentedCredential } from "../http/steps.ts";
import { isRefusal, type ValidationRefusal } from "./refusal.ts";
import { validateAccessToken } from "./validate-access-token.ts";
import { validateApiKey } from "./validate-api-key.ts";

const refused = (error: ValidationRefusal | "unknown_service"): HttpAnswer => ({
  status: error === "unknown_service" ? 400 : 401,
  json: { valid: false, error },
});

/** `/validate`: the bearer token or API key speaks for itself; `X-Service-ID` names the backend that asks. */
export const answerValidation = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  if (request.query.has("access_token"))
    throw new AuthError("invalid_request", {
      issues: [{ field: "access_token", expected: "an Authorization header instead" }],
    });
  const credential = presentedCredential(exchange);
  if (credential === undefined)
    return refused(request.header("authorization") === undefined ? "credential_missing" : "token_malformed");
  const validatingService = request.header("x-service-id");
  if (
    validatingService !== undefined &&
    (await context.catalogues.recent()).services.get(validatingService)?.status !== "active"
  )
    return refused("unknown_service");
  const validate = credential.startsWith("tpk_") ? validateApiKey : validateAccessToken;
  const answer = await validate(context, credential, validatingService);
  return isRefusal(answer) ? refused(answer) : okAnswer(answer);
};
