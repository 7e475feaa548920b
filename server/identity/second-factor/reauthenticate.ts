import { z } from "zod";
import { AuthError, type AuthErrorCode } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { CallingApp, Caller } from "../http/steps.ts";
import { methodsOf } from "../login/pending-sign-in.ts";
import { PresentedPasskey } from "../passkeys/passkey-input.ts";
import { verifyPasskeyStepUp } from "../passkeys/step-up.ts";
import { requirePasskey, type VerifiedPasskey } from "../passkeys/verify-assertion.ts";
import { checkOwnPassword, hasPassword } from "../password/own-password.ts";
import { isPasswordUnchanged } from "../password/store.ts";
import { renewCallersSession } from "../sessions/renewal.ts";
import { presentedPassword } from "../users/password.ts";
import { clearCodeAttempts, takeCodeAttempt } from "./code-attempts.ts";
import { showFactor, type CodeMethod } from "./show-factor.ts";
import { findFactorState, type FactorState } from "./store.ts";

const password = presentedPassword;
const code = {
  method: z.enum(["totp", "recovery_code"]).default("totp"),
  code: z.string().min(1).max(64),
};

export const ReauthenticateInput = z.union([
  z.strictObject({ password }),
  z.strictObject(code),
  z.strictObject({ password, ...code }),
  PresentedPasskey,
  PresentedPasskey.extend({ password }),
  PresentedPasskey.extend(code),
]);
export type ReauthenticateInput = z.infer<typeof ReauthenticateInput>;

interface Reauthenticate extends HttpExchange {
  readonly caller: Caller;
  readonly service: CallingApp | undefined;
  readonly input: ReauthenticateInput;
}

type Proof = Parameters<typeof renewCallersSession>[1];

const showCode = async (exchange: Reauthenticate, shown: { readonly method: CodeMethod; readonly code: string }) => {
  const { context, caller } = exchange;
  const { sessionId, user } = caller.session;
  await takeCodeAttempt(exchange, `step-up:${sessionId}`);
  const { method, code: text } = shown;
  return {
    amr: ["otp", "mfa"],
    alongside: async (client) => {
      await showFactor(context, client, { userId: user.id, method, code: text });
      await clearCodeAttempts(client, `step-up:${sessionId}`);
    },
  } satisfies Proof;
};

const showPassword = async (exchange: Reauthenticate, presented: string): Promise<Proof> => {
  const hash = await checkOwnPassword(exchange, presented);
  return {
    amr: ["pwd"],
    alongside: async (client) => {
      if (!(await isPasswordUnchanged(client, exchange.caller.session.user.id, hash)))
        throw new AuthError("invalid_credentials");
    },
  };
};

/** Says what else is asked for, as issues of `method`. */
const askForBoth = (factors: FactorState): AuthError =>
  new AuthError("second_factor_required", {
    issues: methodsOf(factors).map((method) => ({ field: "method", expected: method })),
  });

/** Whether the account has two factors, whether or not signing in asks for both. */
const hasTwo = ({ required, totp }: FactorState): boolean => required || totp !== null;

/**
 * Where the account has a second factor, one alone is refused before it is looked at, so that a session in the wrong
 * hands tries out neither. An account without a password has nothing to show beside a code.
 */
const requireEnough = async ({ context, caller, input }: Reauthenticate, factors: FactorState): Promise<void> => {
  if (!hasTwo(factors) || "challengeId" in input) return;
  const lacksPassword = !("password" in input) && (await hasPassword(context.db, caller.session.user.id));
  if (lacksPassword || !("code" in input)) throw askForBoth(factors);
};

/** A passkey that did not verify who held it is one factor: where there is another, it is shown as well. */
const requireBesidePasskey = async (
  { context, caller, input }: Reauthenticate,
  { userVerified }: VerifiedPasskey,
  factors: FactorState,
): Promise<void> => {
  if (userVerified || "password" in input || "code" in input) return;
  if (hasTwo(factors) || (await hasPassword(context.db, caller.session.user.id))) throw askForBoth(factors);
};

const prove = async (exchange: Reauthenticate): Promise<Proof> => {
  const { input, context, caller } = exchange;
  const factors = await findFactorState(context.db.pool, caller.session.user.id);
  await requireEnough(exchange, factors);
  const passkey = "challengeId" in input ? await verifyPasskeyStepUp(exchange, input) : undefined;
  if (passkey) await requireBesidePasskey(exchange, passkey, factors);
  const shown = [
    ...("password" in input ? [await showPassword(exchange, input.password)] : []),
    ...("code" in input ? [await showCode(exchange, input)] : []),
  ];
  const amr = [...(passkey?.amr ?? []), ...shown.flatMap((proof) => proof.amr)];
  return {
    amr: passkey && shown.length > 0 ? [...amr, "mfa"] : amr,
    alongside: async (client) => {
      if (passkey) await requirePasskey(client, passkey);
      for (const { alongside } of shown) await alongside(client);
    },
  };
};

const outcomes: Readonly<Partial<Record<AuthErrorCode, "failure" | "denied">>> = {
  second_factor_invalid: "failure",
  second_factor_required: "denied",
};

/** Shows again who one is: the session's `auth_time` is now, and its cookie gets a new value. */
export const reauthenticate = async (exchange: Reauthenticate): Promise<HttpAnswer> => {
  const { context, request, caller } = exchange;
  const { sessionId, user } = caller.session;
  const event = {
    actorType: "user",
    actorId: user.id,
    action: "session.step-up",
    target: sessionId,
    ip: request.ip,
    requestId: request.requestId,
  } as const;
  try {
    const { amr, alongside } = await prove(exchange);
    const answer = await renewCallersSession(exchange, {
      amr,
      alongside: async (client) => {
        await alongside(client);
        await recordAudit(client, { ...event, details: { amr } }, new Date(context.clock.now()));
      },
    });
    context.outbox.flush();
    return answer;
  } catch (error) {
    const outcome = AuthError.is(error) ? outcomes[error.code] : undefined;
    if (outcome !== undefined) await recordAudit(context.db.pool, { ...event, outcome }, new Date(context.clock.now()));
    throw error;
  }
};
