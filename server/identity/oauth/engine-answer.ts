import type { Answer, Exchange } from "../http/exchange.ts";

/** Leaves the answer to the engine. */
export const engineAnswer = (exchange: Exchange): Promise<Answer> => exchange.context.oauth.answer(exchange.request);
