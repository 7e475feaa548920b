import type pg from "pg";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { CallingApp, Caller } from "../http/steps.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { lockAccount } from "../links/store.ts";
import { sessionAnswer } from "./session-answer.ts";
import { sessionCookie } from "./session-cookie.ts";
import { renewSession } from "./store.ts";

interface Renew extends HttpExchange {
  readonly caller: Caller;
  readonly service: CallingApp | undefined;
}

interface Shown {
  /** Methods shown just now, RFC 8176. */
  readonly amr: readonly string[];
  /** Runs in the same transaction, before the renewal; records what happened. */
  readonly alongside: (client: pg.PoolClient) => Promise<void>;
}

/**
 * After the person has shown again who they are: `auth_time` is the next full second, where all was shown that the account asks for, and
 * the cookie's value a new one; the value before is dead. Where only a bearer was sent the cookie, wherever it is, stays as it was.
 */
export const renewCallersSession = async (
  { context, request, caller, service }: Renew,
  { amr, alongside }: Shown,
): Promise<HttpAnswer> => {
  const cookie = sessionCookie(context);
  const presented = cookie.read(request);
  const value = randomSecret();
  const now = context.clock.now();
  const { sessionId } = caller.session;
  const renewed = await inTransaction(context.db.pool, async (client) => {
    await lockAccount(client, caller.session.user.id);
    await alongside(client);
    return renewSession(client, {
      sessionId,
      presentedHash: presented === undefined ? undefined : sha256(presented),
      tokenHash: sha256(value),
      serviceId: service?.id,
      amr,
      now: new Date(now),
      // Tokens name the second of their issue: none of the one in which somebody took it counts.
      shownAt: new Date(Math.floor(now / 1000) * 1000 + 1000),
    });
  });
  if (!renewed) throw new AuthError("session_missing");
  const body = await sessionAnswer(context, sessionId, service);
  return okAnswer(body, renewed.replaced ? { cookie: cookie.set(value, renewed.expiresAt.getTime() - now) } : {});
};
