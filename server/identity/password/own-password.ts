import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { clearAttempts, reserveAttempt } from "../limits/store.ts";
import { findPasswordHash } from "./store.ts";

const perUser = { limit: 10, blockMs: 15 * 60_000 };

const keyOf = (userId: string): string => `own-password:${userId}`;

export const hasPassword = async (db: AuthDatabase, userId: string): Promise<boolean> =>
  (await findPasswordHash(db, userId)) !== undefined;

/** Checks the password of a person and returns the hash it was checked against; ten wrong ones rest it. */
export const checkPasswordOf = async (
  { context, request }: HttpExchange,
  userId: string,
  password: string,
): Promise<string> => {
  const now = new Date(context.clock.now());
  const retryAfterMs = await reserveAttempt(context.db, { key: keyOf(userId), ...perUser, now });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
  const stored = await findPasswordHash(context.db, userId);
  if (!(await context.passwords.verify(stored, password)) || stored === undefined) {
    const refusal = {
      actorType: "user",
      actorId: userId,
      action: "user.password-shown",
      outcome: "failure",
      target: userId,
      ip: request.ip,
      requestId: request.requestId,
    } as const;
    await recordAudit(context.db.pool, refusal, now);
    throw new AuthError("invalid_credentials", { message: "Wrong password." });
  }
  await clearAttempts(context.db.pool, keyOf(userId));
  return stored;
};

/** The same of the person signed in. */
export const checkOwnPassword = (
  exchange: HttpExchange & { readonly caller: Caller },
  password: string,
): Promise<string> => checkPasswordOf(exchange, exchange.caller.session.user.id, password);

/** The same, where the hash is of no further use. */
export const requireOwnPassword = async (
  exchange: HttpExchange & { readonly caller: Caller },
  password: string,
): Promise<void> => {
  await checkOwnPassword(exchange, password);
};
