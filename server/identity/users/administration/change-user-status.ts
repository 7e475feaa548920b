import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../../http/exchange.ts";
import { auditActor } from "../../organizations/actor.ts";
import { mayActOn } from "../../organizations/authority.ts";
import { rankOf, type OfPerson } from "./acting-on-person.ts";
import { changeAccountStatus } from "./store.ts";

export const ChangeUserStatusInput = z.strictObject({
  status: z.enum(["active", "locked", "suspended", "deleted"]),
  reason: z.string().trim().min(3).max(500),
});
export type ChangeUserStatusInput = z.infer<typeof ChangeUserStatusInput>;

/** Locks, suspends, deletes or reactivates an account: for platform operators, on others of no higher rank. */
export const changeUserStatus = async (
  exchange: OfPerson & { readonly input: ChangeUserStatusInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const userId = params.userId ?? "";
  const { sessionsEnded } = await changeAccountStatus(
    context.db,
    { userId, ...input, session: caller.session },
    (actor, person) => {
      if (!actor.platformBypass || userId === actor.userId || (person && !mayActOn(actor, rankOf(person))))
        throw new AuthError("forbidden");
    },
    auditActor(exchange, caller),
    new Date(context.clock.now()),
  );
  return okAnswer({ userId, status: input.status, sessionsEnded });
};
