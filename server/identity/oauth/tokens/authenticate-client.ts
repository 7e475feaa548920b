import { assertionType, isSignedByClient, issuerOfAssertion } from "./client-assertion.ts";
import { equalDigests, sha256 } from "../../crypto/digest.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import { maxAddressLength } from "../../client-documents/document-address.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { findClientSecrets, type ClientRow } from "../../service-clients/store.ts";

interface Presented {
  readonly clientId: string;
  readonly secret?: string | undefined;
  readonly assertion?: string | undefined;
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    return undefined;
  }
};

/** RFC 6749 §2.3.1: both halves are form-encoded. */
const basicOf = (authorization: string): Presented | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const pair = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const cut = pair.indexOf(":");
  const clientId = decode(pair.slice(0, Math.max(cut, 0)));
  const secret = decode(pair.slice(cut + 1));
  return clientId && secret ? { clientId, secret } : undefined;
};

const presentedBy = ({ request }: HttpExchange, form: URLSearchParams): Presented | undefined => {
  const authorization = request.header("authorization");
  const named = form.get("client_id") ?? undefined;
  const secret = form.get("client_secret") ?? undefined;
  const assertion = form.get("client_assertion") ?? undefined;
  if (assertion !== undefined) {
    if (authorization !== undefined || secret !== undefined) return undefined;
    const clientId = form.get("client_assertion_type") === assertionType ? issuerOfAssertion(assertion) : undefined;
    return clientId !== undefined && (named === undefined || named === clientId) ? { clientId, assertion } : undefined;
  }
  if (authorization !== undefined) {
    const basic = secret === undefined ? basicOf(authorization) : undefined;
    return basic && (named === undefined || named === basic.clientId) ? basic : undefined;
  }
  return named === undefined ? undefined : { clientId: named, secret };
};

/** The client that calls, by its secret or its key, or by name alone where it has neither; undefined where it does not show who it is. */
export const authenticateClient = async (
  exchange: HttpExchange,
  form: URLSearchParams,
): Promise<ClientRow | undefined> => {
  const presented = presentedBy(exchange, form);
  if (!presented || presented.clientId.length > maxAddressLength || (presented.secret?.length ?? 0) > 200)
    return undefined;
  const { context } = exchange;
  const client = await readClient(context, presented.clientId, exchange.request.ip);
  if (presented.assertion !== undefined)
    return client && (await isSignedByClient(context, client, presented.assertion, exchange.request.path))
      ? client
      : undefined;
  if (client?.authMethod === "private_key_jwt") return undefined;
  if (!client || client.type !== "confidential") return presented.secret === undefined ? client : undefined;
  if (presented.secret === undefined) return undefined;
  const digest = sha256(presented.secret);
  const secrets = await findClientSecrets(context.db, client.clientId, new Date(context.clock.now()));
  return secrets.some(({ secretHash }) => equalDigests(secretHash, digest)) ? client : undefined;
};
