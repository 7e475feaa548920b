import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";
import type { Answer, Exchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { shownPasskey } from "../passkeys/passkey-input.ts";
import { verifyPasskeyStepUp } from "../passkeys/step-up.ts";
import { checkOwnPassword } from "../password/own-password.ts";
import { isPasswordUnchanged } from "../password/store.ts";
import { renewCallersSession } from "../sessions/renewal.ts";
import { presentedPassword } from "../users/password.ts";
import { clearCodeAttempts, takeCodeAttempt } from "./code-attempts.ts";
import { showFactor } from "./show-factor.ts";

const byPassword = z.strictObject({ password: presentedPassword });
const byCode = z.strictObject({
  method: z.enum(["totp", "recovery_code"]).default("totp"),
  code: z.string().min(1).max(64),
});

export const reauthenticateInput = z.union([byPassword, byCode, shownPasskey]);

interface Reauthenticate extends Exchange {
  readonly caller: Caller;
  readonly service: CatalogueService | undefined;
  readonly input: z.infer<typeof reauthenticateInput>;
}

type Proof = Parameters<typeof renewCallersSession>[1];

const showCode = async (exchange: Reauthenticate, input: z.infer<typeof byCode>): Promise<Proof> => {
  const { context, caller } = exchange;
  const { sessionId, user } = caller.session;
  await takeCodeAttempt(exchange, `step-up:${sessionId}`);
  return {
    amr: ["otp", "mfa"],
    alongside: async (client) => {
      await showFactor(context, client, { userId: user.id, ...input });
      await clearCodeAttempts(client, `step-up:${sessionId}`);
    },
  };
};

const showPassword = async (exchange: Reauthenticate, { password }: z.infer<typeof byPassword>): Promise<Proof> => {
  const hash = await checkOwnPassword(exchange, password);
  return {
    amr: ["pwd"],
    alongside: async (client) => {
      if (!(await isPasswordUnchanged(client, exchange.caller.session.user.id, hash)))
        throw new AuthError("invalid_credentials");
    },
  };
};

const prove = async (exchange: Reauthenticate): Promise<Proof> => {
  const { input } = exchange;
  if ("password" in input) return showPassword(exchange, input);
  if ("code" in input) return showCode(exchange, input);
  const { amr } = await verifyPasskeyStepUp(exchange, input);
  return { amr, alongside: async () => undefined };
};

/** Shows again who one is: the session's `auth_time` is now, and its cookie gets a new value. */
export const reauthenticate = async (exchange: Reauthenticate): Promise<Answer> => {
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
  const { amr, alongside } = await prove(exchange);
  try {
    return await renewCallersSession(exchange, {
      amr,
      alongside: async (client) => {
        await alongside(client);
        await recordAudit(client, { ...event, details: { amr } }, new Date(context.clock.now()));
      },
    });
  } catch (error) {
    if (AuthError.is(error) && error.code === "second_factor_invalid")
      await recordAudit(context.db.pool, { ...event, outcome: "failure" }, new Date(context.clock.now()));
    throw error;
  }
};
