import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { changeFactors, type ByOwner } from "./change-factors.ts";
import { secondFactorAnswer } from "./second-factor-answer.ts";
import { findFactorState, setRequired } from "./store.ts";

export const RequireSecondFactorInput = z.strictObject({ required: z.boolean() });
export type RequireSecondFactorInput = z.infer<typeof RequireSecondFactorInput>;

/** The person's second factors. */
export const readMfa = async ({ context, caller }: ByOwner): Promise<HttpAnswer> =>
  okAnswer(secondFactorAnswer(await findFactorState(context.db.pool, caller.session.user.id)));

/** Says whether signing in asks for a second factor; only someone who has one can be asked. */
export const requireSecondFactor = async (
  exchange: ByOwner & { readonly input: RequireSecondFactorInput },
): Promise<HttpAnswer> => {
  const { required } = exchange.input;
  const factors = await changeFactors(exchange, async ({ client, userId, now, ways, changed }) => {
    if (required && !ways.hasTotp && ways.passkeys === 0) throw new AuthError("factor_not_found");
    if (await setRequired(client, userId, required, now))
      await changed(required ? "second-factor.required" : "second-factor.not-required", required ? "on" : "off");
    return findFactorState(client, userId);
  });
  return okAnswer(secondFactorAnswer(factors));
};
