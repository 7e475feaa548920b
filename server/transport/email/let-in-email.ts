import { email } from "../../contracts/email.ts";
import { admitEmail, withdrawEmail, type EmailDeps } from "../../domain/email/index.ts";
import { requireRecipients, takeMessages, type SpendingPolicies } from "../../domain/spending/index.ts";
import { fingerprintOf, idempotencyKeyOf } from "../../domain/idempotency/index.ts";
import { recipientsOf } from "../../contracts/email/send-email.ts";
import type { Deps } from "../../platform/deps.ts";
import type { LetIn } from "../../families/email/index.ts";

/** Lets a mail in that is sent at once. */
export const letInEmail =
  (deps: EmailDeps & Pick<Deps, "clock">, policiesOf: SpendingPolicies["of"]): LetIn =>
  async (ctx, mail, identity) => {
    const { idempotencyKey } = ctx;
    const policies = policiesOf(ctx);
    requireRecipients(
      policies,
      recipientsOf(mail).map(({ address }) => address),
    );
    const admitted = await admitEmail(deps, ctx, {
      mail,
      key: idempotencyKey === undefined ? undefined : idempotencyKeyOf(ctx, email.send.id, idempotencyKey),
      fingerprint: fingerprintOf(identity),
    });
    const { emailId, isNew } = admitted;
    const withdraw = async (): Promise<void> => (isNew ? withdrawEmail(deps, emailId) : undefined);
    if (isNew)
      await takeMessages(deps.db.pool, policies, { count: 1, now: deps.clock.now() }).catch(async (error: unknown) => {
        await withdraw();
        throw error;
      });
    return { ...admitted, withdraw };
  };
