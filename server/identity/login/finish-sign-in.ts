import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { csrfHeader, type CallingApp } from "../http/steps.ts";
import { clearCodeAttempts, takeCodeAttempt } from "../second-factor/code-attempts.ts";
import { showFactor } from "../second-factor/show-factor.ts";
import { concludeSignIn, signInAnswer } from "./complete-sign-in.ts";
import { mfaToken, pendingCookie } from "./pending-cookie.ts";
import { reserveFactorAttempt, takePendingSignIn, type PendingSignInRow } from "./pending-sign-in.ts";

export const FinishSignInInput = z.strictObject({
  mfaToken: mfaToken.optional(),
  method: z.enum(["totp", "recovery_code"]),
  code: z.string().min(1).max(64),
});
export type FinishSignInInput = z.infer<typeof FinishSignInInput>;

interface FinishSignIn extends HttpExchange {
  readonly service: CallingApp | undefined;
  readonly input: FinishSignInInput;
}

// Whoever knows the password could start anew after five wrong codes; so they are counted over all sign-ins of a person too.
const perPerson = 10;

const tokenOf = (exchange: FinishSignIn): string => {
  if (exchange.input.mfaToken !== undefined) return exchange.input.mfaToken;
  const token = pendingCookie(exchange.context).read(exchange.request);
  if (token === undefined) throw new AuthError("second_factor_expired");
  csrfHeader(exchange);
  return token;
};

const recordRefusal = ({ context, request, input }: FinishSignIn, { userId }: PendingSignInRow): Promise<void> =>
  recordAudit(
    context.db.pool,
    {
      actorType: "anonymous",
      action: "session.start",
      outcome: "failure",
      target: userId,
      ip: request.ip,
      requestId: request.requestId,
      details: { method: input.method },
    },
    new Date(context.clock.now()),
  );

/** The second step of a sign-in: a code of the authenticator, or a recovery code. */
export const finishSignIn = async (exchange: FinishSignIn): Promise<HttpAnswer> => {
  const { context, request, service, input } = exchange;
  const token = tokenOf(exchange);
  const pending = await reserveFactorAttempt(exchange, token);
  // It counts for the app it was started from alone.
  if (pending.serviceId !== service?.id) throw new AuthError("second_factor_expired");
  await takeCodeAttempt(exchange, pending.userId, perPerson);
  try {
    const signIn = await concludeSignIn(exchange, {
      userId: pending.userId,
      status: pending.status,
      amr: [...pending.amr, "otp", "mfa"],
      through: pending.through,
      service,
      attemptKey: pending.attemptKey,
      alongside: async (client) => {
        await showFactor(context, client, { userId: pending.userId, method: input.method, code: input.code });
        await takePendingSignIn(client, token, new Date(context.clock.now()));
        await clearCodeAttempts(client, pending.userId);
      },
    });
    context.outbox.flush();
    const answer = await signInAnswer(exchange, signIn, service);
    const cookie = pendingCookie(context);
    return cookie.read(request) === undefined ? answer : { ...answer, cookies: [cookie.clear] };
  } catch (error) {
    if (AuthError.is(error) && error.code === "second_factor_invalid") await recordRefusal(exchange, pending);
    throw error;
  }
};
