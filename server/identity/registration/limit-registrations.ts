import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { wideNetworkOf } from "../limits/address-limiter.ts";
import { reserveAttempt } from "../limits/store.ts";

const hourMs = 3_600_000;

/** Few new accounts an hour from one network, whichever way they are made. */
export const limitRegistrations = async ({ context, request }: HttpExchange): Promise<void> => {
  const network = context.digestAddress(wideNetworkOf(request.ip)).toString("hex");
  const retryAfterMs = await reserveAttempt(context.db, {
    key: `register-network:${network}`,
    limit: context.limits.registrationsPerNetwork,
    blockMs: hourMs,
    now: new Date(context.clock.now()),
  });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
};
