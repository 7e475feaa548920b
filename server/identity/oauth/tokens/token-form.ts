import type { HttpAnswer, HttpExchange } from "../../http/exchange.ts";
import { mediaType } from "../../http/read-input.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { authenticateClient } from "./authenticate-client.ts";

/** A token about which a client asks, still signed; others are the engine's to know. */
export interface AskedToken extends HttpExchange {
  readonly token: string;
  readonly client: ClientRow;
}

const signed = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export const oauthError = (
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  json: { error },
  headers,
});

/** Answers for signed access tokens, which are ours; codes and refresh tokens go to the engine. */
export const forSignedTokens =
  (answer: (asked: AskedToken) => Promise<HttpAnswer>) =>
  async (exchange: HttpExchange): Promise<HttpAnswer> => {
    const body = await exchange.request.readBody();
    const form = new URLSearchParams(body.toString("utf8"));
    const [token, ...others] = form.getAll("token");
    const isForm = mediaType(exchange) === "application/x-www-form-urlencoded";
    if (!isForm || token === undefined || others.length > 0 || !signed.test(token))
      return exchange.context.oauth.answer(exchange.request, body);
    const client = await authenticateClient(exchange, form);
    if (!client) return oauthError(401, "invalid_client", { "WWW-Authenticate": 'Basic realm="Topolo Auth"' });
    return answer({ ...exchange, token, client });
  };
