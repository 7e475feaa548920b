import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import { mayMail } from "../../email/verify-email.ts";
import type { HttpAnswer } from "../../http/exchange.ts";
import { auditActor } from "../../organizations/actor.ts";
import { putResetMail } from "../../password/forgot-password.ts";
import { personToActOn, requireActiveOrganization, type OfPerson } from "./acting-on-person.ts";

/** Mails the person a link for a new password. Whoever asks for it sees neither the link nor any password. */
export const mailPasswordReset = async (exchange: OfPerson): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const { person } = await personToActOn(exchange);
  requireActiveOrganization(caller);
  if (!context.outbox.enabled) throw new AuthError("mail_unavailable");
  if (person.status !== "active") throw new AuthError("status_conflict");
  if (!(await mayMail(exchange, "reset", person.email))) throw new AuthError("too_many_attempts");
  const by = { ...auditActor(exchange, caller), organizationId: caller.session.organization?.id };
  await inTransaction(context.db.pool, async (client) => {
    await putResetMail(context, client, person, person.email);
    const event = { ...by, action: "user.password-reset-mailed", target: person.id } as const;
    await recordAudit(client, event, new Date(context.clock.now()));
  });
  context.outbox.flush();
  return { status: 202, json: { accepted: true } };
};
