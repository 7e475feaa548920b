import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { clearAttempts, reserveAttempt } from "../limits/store.ts";
import type { TurnstilePass } from "./turnstile.ts";

const token = z.string().min(1).max(2_048).optional();

/** Where a form carries the widget's token: under our name, or under the one the widget itself uses. */
export const turnstileFields = { turnstileToken: token, "cf-turnstile-response": token };

interface WithToken {
  readonly turnstileToken?: string | undefined;
  readonly "cf-turnstile-response"?: string | undefined;
}

const tokenOf = ({ turnstileToken, "cf-turnstile-response": response }: WithToken): string => {
  const found = turnstileToken ?? response;
  if (found !== undefined && (turnstileToken === undefined || response === undefined || turnstileToken === response))
    return found;
  throw new AuthError("invalid_request", {
    issues: [{ field: "turnstileToken", expected: "the token of the robot check, once" }],
  });
};

// The vendor's tokens live five minutes.
const usedMs = 15 * 60_000;

/** Adds what the widget's page was. A token counts once, also where two processes are asked at the same time. */
export const passTurnstile =
  (action: string) =>
  async ({
    context,
    request,
    input,
  }: HttpExchange & { readonly input: WithToken }): Promise<{ readonly pass: TurnstilePass }> => {
    const value = tokenOf(input);
    const key = `turnstile:${sha256(value).toString("hex")}`;
    const now = new Date(context.clock.now());
    if ((await reserveAttempt(context.db, { key, limit: 1, blockMs: usedMs, now })) > 0)
      throw new AuthError("turnstile_failed");
    try {
      return { pass: await context.turnstile.check(value, action, request.ip) };
    } catch (error) {
      // Nobody looked at it: the same token may be tried again.
      if (AuthError.is(error) && error.code === "turnstile_unavailable") await clearAttempts(context.db.pool, key);
      throw error;
    }
  };
