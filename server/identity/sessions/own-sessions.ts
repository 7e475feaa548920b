import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { listLiveSessions } from "./listing/store.ts";
import { sessionCookie } from "./session-cookie.ts";
import { endSessionsOfUser, revokeSession } from "./store.ts";

type Own = HttpExchange & Params & { readonly caller: Caller };

/** Where the person is signed in. */
export const readOwnSessions = async ({ context, caller }: Own): Promise<HttpAnswer> => {
  const { sessionId, user } = caller.session;
  const sessions = await listLiveSessions(context.db, user.id, new Date(context.clock.now()));
  return okAnswer({
    sessions: sessions.map((session) => ({
      ...session,
      current: session.id === sessionId,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
    })),
  });
};

/** Ends one of the person's own sessions; anybody else's is not there. */
export const endOwnSession = async ({ context, request, caller, params }: Own): Promise<HttpAnswer> => {
  const { sessionId, user } = caller.session;
  const now = new Date(context.clock.now());
  const id = params["sessionId"] ?? "";
  const own = (await listLiveSessions(context.db, user.id, now)).some((session) => session.id === id);
  if (!own) throw new AuthError("session_not_found");
  const origin = { ip: request.ip, requestId: request.requestId };
  await revokeSession(context.db, id, user.id, "revoked_by_owner", now, origin);
  return okAnswer({ ended: 1 }, id === sessionId ? { cookie: sessionCookie(context).clear } : {});
};

/** Ends all of the person's sessions but this one. */
export const endOtherSessions = async ({ context, request, caller }: Own): Promise<HttpAnswer> => {
  const { sessionId, user } = caller.session;
  const now = new Date(context.clock.now());
  const ended = await inTransaction(context.db.pool, async (client) => {
    const which = { userId: user.id, exceptSessionId: sessionId };
    const ids = await endSessionsOfUser(client, which, "revoked_by_owner", now);
    if (ids.length > 0)
      await recordAudit(
        client,
        {
          actorType: "user",
          actorId: user.id,
          action: "session.end",
          target: user.id,
          ip: request.ip,
          requestId: request.requestId,
          details: { reason: "revoked_by_owner", sessions: ids },
        },
        now,
      );
    return ids.length;
  });
  return okAnswer({ ended });
};
