import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";

/** Leaves the answer to the engine. */
export const engineAnswer = (exchange: HttpExchange): Promise<HttpAnswer> =>
  exchange.context.oauth.answer(exchange.request);
