import { email } from "../../contracts/email.ts";
import { admitEmail, withdrawEmail, type EmailDeps } from "../../domain/email/index.ts";
import { fingerprintOf, idempotencyKeyOf } from "../../domain/idempotency/index.ts";
import type { LetIn } from "../../families/email/index.ts";

/** Lets a mail in that is sent at once. */
export const letInEmail =
  (deps: EmailDeps): LetIn =>
  async (ctx, mail, identity) => {
    const { idempotencyKey } = ctx;
    const admitted = await admitEmail(deps, ctx, {
      mail,
      stage: "sending",
      key: idempotencyKey === undefined ? undefined : idempotencyKeyOf(ctx, email.send.id, idempotencyKey),
      fingerprint: fingerprintOf(identity),
    });
    const { emailId, isNew } = admitted;
    return { ...admitted, withdraw: async () => (isNew ? withdrawEmail(deps, emailId) : undefined) };
  };
