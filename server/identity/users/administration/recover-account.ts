import { z } from "zod";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { HttpAnswer } from "../../http/exchange.ts";
import { lockAccount } from "../../links/store.ts";
import { auditActor } from "../../organizations/actor.ts";
import { putResetMail } from "../../password/forgot-password.ts";
import { deletePassword } from "../../password/store.ts";
import { dropWaysIn } from "../../ways-in/store.ts";
import { personToActOn, type OfPerson } from "./acting-on-person.ts";

export const RecoverAccountInput = z.strictObject({
  reason: z.string().trim().min(3).max(500).describe("How the person showed who they are"),
});
export type RecoverAccountInput = z.infer<typeof RecoverAccountInput>;

/**
 * For platform operators, where somebody else's second factor keeps a person out: drops every way into the account, the
 * password too, and mails the person a link for a new one. The operator sees neither.
 */
export const recoverAccount = async (
  exchange: OfPerson & { readonly input: RecoverAccountInput },
): Promise<HttpAnswer> => {
  const { context, caller, params, input } = exchange;
  const { user, platformBypass } = caller.session;
  if (!platformBypass || params["userId"] === user.id) throw new AuthError("forbidden");
  const { person } = await personToActOn(exchange);
  if (!context.outbox.enabled) throw new AuthError("mail_unavailable");
  if (person.status !== "active") throw new AuthError("status_conflict");
  const now = new Date(context.clock.now());
  const dropped = await inTransaction(context.db.pool, async (client) => {
    await lockAccount(client, person.id);
    const counts = await dropWaysIn(client, {
      userId: person.id,
      organizationKeys: false,
      reason: "account_recovered",
      by: user.id,
      now,
    });
    await deletePassword(client, person.id);
    await putResetMail(context, client, person, person.email);
    const details = { reason: input.reason, dropped: counts };
    await recordAudit(
      client,
      { ...auditActor(exchange, caller), action: "user.recovered", target: person.id, details },
      now,
    );
    return counts;
  });
  context.outbox.flush();
  return { status: 202, json: { accepted: true, dropped } };
};
