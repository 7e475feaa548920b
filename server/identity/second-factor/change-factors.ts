import type pg from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import type { AuthAuditAction } from "../audit/audit-actions.ts";
import { recordAudit } from "../audit/store.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { lockSignInMethods, type SignInMethods } from "../sign-in-methods/store.ts";
import { factorChangedEmail, type FactorChange } from "./factor-changed-email.ts";

export type ByOwner = HttpExchange & { readonly caller: Caller };

interface Changing {
  readonly client: pg.PoolClient;
  readonly userId: string;
  readonly now: Date;
  /** What the person can sign in with, with their row locked. */
  readonly ways: SignInMethods;
  /** Writes down what was changed, and tells the owner by mail. */
  readonly changed: (action: AuthAuditAction, template: FactorChange | undefined) => Promise<void>;
}

const noticeMs = 7 * 24 * 3_600_000;

/** One change of a person's second factors at a time, in one transaction with its audit event and the mail about it. */
export const changeFactors = async <T>(
  { context, request, caller }: ByOwner,
  work: (changing: Changing) => Promise<T>,
): Promise<T> => {
  const { user, sessionId } = caller.session;
  const now = new Date(context.clock.now());
  const result = await inTransaction(context.db.pool, async (client) =>
    work({
      client,
      userId: user.id,
      now,
      ways: await lockSignInMethods(client, user.id, sessionId),
      changed: async (action, template) => {
        await recordAudit(
          client,
          {
            actorType: "user",
            actorId: user.id,
            action,
            target: user.id,
            ip: request.ip,
            requestId: request.requestId,
          },
          now,
        );
        if (template === undefined) return;
        await context.outbox.put(client, {
          kind: `second-factor.${template}`,
          to: user.email,
          template: factorChangedEmail(template, context.issuer),
          expiresAt: new Date(now.getTime() + noticeMs),
        });
      },
    }),
  );
  context.outbox.flush();
  return result;
};
