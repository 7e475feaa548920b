import { handoffGrantType } from "../../catalogue/manifest-client.ts";
import { redeemHandoff } from "../../handoff/redeem-handoff.ts";
import type { HttpAnswer, HttpExchange } from "../../http/exchange.ts";
import { mediaType } from "../../http/read-input.ts";
import { limitPerAddress } from "../../http/steps.ts";

const limitHandoffs = limitPerAddress("exchange");

/** The token endpoint. Handoff codes are ours; every other grant is the engine's. */
export const exchangeToken = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const body = await exchange.request.readBody();
  if (mediaType(exchange) === "application/x-www-form-urlencoded") {
    const params = new URLSearchParams(body.toString("utf8"));
    if (params.get("grant_type") === handoffGrantType && params.getAll("grant_type").length === 1) {
      limitHandoffs(exchange);
      return redeemHandoff(exchange, params);
    }
  }
  return exchange.context.oauth.answer(exchange.request, body);
};
