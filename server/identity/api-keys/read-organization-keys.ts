import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import { findApiKeyRow, listApiKeyRows, type ApiKeyRow } from "./store.ts";

type Read = HttpExchange & Params;

const most = 100;

/** What a service that keeps something about keys (budgets, say) may know of one: no secret, no scopes. */
const keyOf = ({ id, organizationId, name, revokedAt, expiresAt }: ApiKeyRow, now: number) => ({
  id,
  organizationId,
  name,
  active: revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
});

/** A key of the organization; one of another organization looks like none. */
export const readOrganizationKey = async ({ context, params }: Read): Promise<HttpAnswer> => {
  const key = await findApiKeyRow(context.db, params.keyId ?? "");
  if (!key || key.organizationId !== params.id) throw new AuthError("api_key_not_found");
  return okAnswer(keyOf(key, context.clock.now()));
};

/** The newest keys of the organization. */
export const listOrganizationKeys = async ({ context, params }: Read): Promise<HttpAnswer> => {
  const keys = await listApiKeyRows(context.db, {
    organizationId: params.id ?? "",
    ownerUserId: undefined,
    after: undefined,
    limit: most,
  });
  return okAnswer({ apiKeys: keys.map((key) => keyOf(key, context.clock.now())) });
};
