import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { notifyOwner } from "../sign-in-methods/notify-owner.ts";
import { listIdentities, unlinkIdentity } from "./store.ts";

interface ByCaller extends HttpExchange {
  readonly caller: Caller;
}

/** The identities of the person signed in. */
export const listOwnIdentities = async ({ context, caller }: ByCaller): Promise<HttpAnswer> => {
  const identities = await listIdentities(context.db, caller.session.user.id);
  return okAnswer({
    identities: identities.map(({ provider, email, linkedAt, lastUsedAt }) => ({
      provider,
      email,
      linkedAt: linkedAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  });
};

/** Takes an identity away, unless it is the only way in. */
export const removeIdentity = async (exchange: ByCaller & Params): Promise<HttpAnswer> => {
  const { context, request, params, caller } = exchange;
  const origin = { ip: request.ip, requestId: request.requestId };
  const now = new Date(context.clock.now());
  const { sessionId, user } = caller.session;
  const change = { now, origin, tell: notifyOwner(exchange, "identity-unlinked"), sessionId };
  const outcome = await unlinkIdentity(context.db, user.id, params.provider ?? "", change);
  if (outcome === "missing") throw new AuthError("identity_not_found");
  if (outcome === "last") throw new AuthError("last_factor");
  context.outbox.flush();
  return { status: 204 };
};
