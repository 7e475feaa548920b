import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import type { HttpAnswer } from "../../http/exchange.ts";
import { auditActor } from "../../organizations/actor.ts";
import { personToActOn, type OfPerson } from "./acting-on-person.ts";
import { recoverPerson, RecoveryReason } from "./recover-person.ts";

export const RecoverAccountInput = z.strictObject({ reason: RecoveryReason });

/** For platform operators, where somebody else's second factor keeps a person out. */
export const recoverAccount = async (
  exchange: OfPerson & { readonly input: z.infer<typeof RecoverAccountInput> },
): Promise<HttpAnswer> => {
  const { context, caller, params, input } = exchange;
  const { user, platformBypass } = caller.session;
  if (!platformBypass || params["userId"] === user.id) throw new AuthError("forbidden");
  const { person } = await personToActOn(exchange);
  const dropped = await recoverPerson(context, {
    person,
    reason: input.reason,
    by: user.id,
    actor: auditActor(exchange, caller),
  });
  return { status: 202, json: { accepted: true, dropped } };
};
