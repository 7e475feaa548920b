import type { PoolClient } from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { findAccount } from "../email/store.ts";
import { mayMail, type EmailAddressInput } from "../email/verify-email.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";
import { linkTo } from "../links/link-token.ts";
import { insertLink } from "../links/store.ts";
import { resetEmail } from "./password-emails.ts";

const resetMs = 3_600_000;

/**
 * Mails a link for a new password, on the caller's transaction; the caller records why and calls `outbox.flush()` after
 * the commit. Without an owner the same rows are written and nothing is sent.
 */
export const putResetMail = async (
  context: IdentityContext,
  client: PoolClient,
  owner: { readonly id: string; readonly email: string } | undefined,
  to: string,
): Promise<void> => {
  const secret = randomSecret();
  const now = context.clock.now();
  const expiresAt = new Date(now + resetMs);
  await insertLink(client, { purpose: "reset", tokenHash: sha256(secret), owner, now: new Date(now), expiresAt });
  await context.outbox.put(client, {
    kind: "password.reset",
    to,
    template: resetEmail(linkTo(context.issuer, "/reset-password", secret)),
    expiresAt,
    discard: owner === undefined,
  });
};

/** Mails a link for a new password. Every address gets the same answer after the same statements. */
export const forgotPassword = async (
  exchange: HttpExchange & { readonly input: EmailAddressInput },
): Promise<HttpAnswer> => {
  const { context, request, input } = exchange;
  const allowed = await mayMail(exchange, "reset", input.email);
  await inTransaction(context.db.pool, async (client) => {
    const account = await findAccount(client, input.email);
    const owner = account && account.status !== "deleted" && allowed ? account : undefined;
    await putResetMail(context, client, owner, input.email);
    await recordAudit(
      client,
      {
        actorType: "anonymous",
        action: "user.password-reset-asked",
        target: owner?.id,
        ip: request.ip,
        requestId: request.requestId,
        details: { emailSha256: sha256(input.email).toString("hex") },
      },
      new Date(context.clock.now()),
    );
  });
  context.outbox.flush();
  return { status: 202, json: { accepted: true } };
};
