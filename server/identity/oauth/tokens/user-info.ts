import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import { presentedToken } from "../../proofs/presented-token.ts";
import { proofAlgorithms } from "../../proofs/verify-proof.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { isRefusal } from "../../validation/refusal.ts";
import { sessionOfToken } from "../../validation/validate-access-token.ts";
import { claimsOf } from "../engine/account.ts";
import { scopes } from "../resource.ts";
import { findAccountFacts } from "../store.ts";
import { oauthError } from "./token-form.ts";

const refused = (): HttpAnswer =>
  oauthError(401, "invalid_token", {
    "WWW-Authenticate": `Bearer error="invalid_token", DPoP error="invalid_token", algs="${proofAlgorithms.join(" ")}"`,
  });

/** What the token's client may know of the person: everything for our own, for others what the token was granted. */
export const userInfo = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { context } = exchange;
  const presented = presentedToken(exchange);
  const found = presented === undefined ? "credential_missing" : await sessionOfToken(context, presented);
  if (isRefusal(found)) return refused();
  const { claims } = found;
  const [client, user] = await Promise.all([
    readClient(context, claims.client_id),
    findAccountFacts(context.db, claims.sub),
  ]);
  if (!client || !user) return refused();
  return okAnswer(claimsOf(user, client.firstParty ? scopes.join(" ") : (claims.scope ?? "")));
};
