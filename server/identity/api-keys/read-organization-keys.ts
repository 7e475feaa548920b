import { AuthError } from "../auth-error.ts";
import { ok, type Answer, type Exchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import { findStoredApiKey, listStoredApiKeys, type StoredApiKey } from "./store.ts";

type Read = Exchange & Params;

const most = 100;

/** What a service that keeps something about keys (budgets, say) may know of one: no secret, no scopes. */
const keyOf = ({ id, organizationId, name, revokedAt, expiresAt }: StoredApiKey, now: number) => ({
  id,
  organizationId,
  name,
  active: revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
});

/** A key of the organization; one of another organization looks like none. */
export const readOrganizationKey = async ({ context, params }: Read): Promise<Answer> => {
  const key = await findStoredApiKey(context.db, params.keyId ?? "");
  if (!key || key.organizationId !== params.id) throw new AuthError("api_key_not_found");
  return ok(keyOf(key, context.clock.now()));
};

/** The newest keys of the organization. */
export const listOrganizationKeys = async ({ context, params }: Read): Promise<Answer> => {
  const keys = await listStoredApiKeys(context.db, {
    organizationId: params.id ?? "",
    ownerUserId: undefined,
    after: undefined,
    limit: most,
  });
  return ok({ apiKeys: keys.map((key) => keyOf(key, context.clock.now())) });
};
