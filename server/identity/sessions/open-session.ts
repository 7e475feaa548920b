import type pg from "pg";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { CallingApp } from "../http/steps.ts";
import { sessionAnswer } from "./session-answer.ts";
import { sessionCookie } from "./session-cookie.ts";
import { sessionTimes } from "./session-times.ts";
import { insertSession } from "./store.ts";

interface OpenSession {
  readonly userId: string;
  /** Authentication methods used, RFC 8176. */
  readonly amr: readonly string[];
  /** The organization at whose provider the person signed in. */
  readonly through?: string | undefined;
  /** The app signed in to; undefined on the pages of Auth itself. */
  readonly service: CallingApp | undefined;
  /** The streak of failed attempts that ends here. */
  readonly attemptKey?: string | undefined;
  /** Runs in the same transaction, before the session is made. */
  readonly alongside?: ((client: pg.PoolClient) => Promise<void>) | undefined;
}

export interface OpenedSession {
  readonly sessionId: string;
  /** The `Set-Cookie` line of the new value; whatever value the browser held before is dead. */
  readonly cookie: string;
}

/** Starts a session for a person who has shown every factor asked for. */
export const openSession = async (
  { context, request }: HttpExchange,
  { userId, amr, through, service, attemptKey, alongside }: OpenSession,
): Promise<OpenedSession> => {
  const cookie = sessionCookie(context);
  const value = randomSecret();
  const previous = cookie.read(request);
  const now = context.clock.now();
  const sessionId = await insertSession(
    context.db,
    {
      userId,
      serviceId: service?.id,
      tokenHash: sha256(value),
      previousTokenHash: previous === undefined ? undefined : sha256(previous),
      attemptKey,
      amr,
      through,
      userAgent: request.header("user-agent")?.slice(0, 300),
      now: new Date(now),
      idleExpiresAt: new Date(now + sessionTimes.idleMs),
      absoluteExpiresAt: new Date(now + sessionTimes.absoluteMs),
    },
    { ip: request.ip, requestId: request.requestId },
    alongside,
  );
  return { sessionId, cookie: cookie.set(value, sessionTimes.absoluteMs) };
};

/** The answer that signs in: the session with an access token for the app, and the cookie. */
export const signedInAnswer = async (
  { context }: HttpExchange,
  { sessionId, cookie }: OpenedSession,
  service: CallingApp | undefined,
): Promise<HttpAnswer> => okAnswer(await sessionAnswer(context, sessionId, service), { cookie });
