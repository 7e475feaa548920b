import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { clearAttempts, reserveAttempt } from "../limits/store.ts";

const blockMs = 15 * 60_000;
const keyOf = (name: string): string => `second-factor:${name}`;

/** Counts a code before it is checked, so that parallel guesses share the five there are. */
export const takeCodeAttempt = async ({ context }: HttpExchange, name: string, limit = 5): Promise<void> => {
  const now = new Date(context.clock.now());
  const retryAfterMs = await reserveAttempt(context.db, { key: keyOf(name), limit, blockMs, now });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
};

/** Ends the streak, in the transaction of the success. */
export const clearCodeAttempts = (client: pg.PoolClient, name: string): Promise<void> =>
  clearAttempts(client, keyOf(name));
