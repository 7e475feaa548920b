import { z } from "zod";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { lockAccount } from "../../links/store.ts";
import { putResetMail } from "../../password/forgot-password.ts";
import { deletePassword } from "../../password/store.ts";
import { dropWaysIn, type DroppedWaysIn } from "../../ways-in/store.ts";
import type { PersonRow } from "./store.ts";

export const RecoveryReason = z.string().trim().min(3).max(500).describe("How the person showed who they are");

interface RecoverPerson {
  readonly person: PersonRow;
  readonly reason: string;
  /** Whoever does it, as the keys that end and the audit trail name them. */
  readonly by: string;
  readonly actor: Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;
}

/**
 * Drops every way into an account, the password too, and mails the person a link for a new one. Whoever does it sees
 * neither.
 */
export const recoverPerson = async (
  context: IdentityContext,
  { person, reason, by, actor }: RecoverPerson,
): Promise<DroppedWaysIn> => {
  if (!context.outbox.enabled) throw new AuthError("mail_unavailable");
  if (person.status !== "active") throw new AuthError("status_conflict");
  const now = new Date(context.clock.now());
  const dropped = await inTransaction(context.db.pool, async (client) => {
    await lockAccount(client, person.id);
    const counts = await dropWaysIn(client, {
      userId: person.id,
      organizationKeys: false,
      reason: "account_recovered",
      by,
      now,
    });
    await deletePassword(client, person.id);
    await putResetMail(context, client, person, person.email);
    const details = { reason, dropped: counts };
    await recordAudit(client, { ...actor, action: "user.recovered", target: person.id, details }, now);
    return counts;
  });
  context.outbox.flush();
  return dropped;
};
