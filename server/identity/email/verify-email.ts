import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { reserveAttempt } from "../limits/store.ts";
import { linkTo, linkToken } from "../links/link-token.ts";
import { insertLink } from "../links/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { verifyEmailTemplate } from "./address-emails.ts";
import { applyEmailChange, findAccount, markEmailVerified } from "./store.ts";

export const LinkTokenInput = z.strictObject({ token: linkToken });
export type LinkTokenInput = z.infer<typeof LinkTokenInput>;
export const EmailAddressInput = z.strictObject({ email: emailAddress });
export type EmailAddressInput = z.infer<typeof EmailAddressInput>;

type WithToken = HttpExchange & { readonly input: LinkTokenInput };
type WithAddress = HttpExchange & { readonly input: EmailAddressInput };

export const verifyMs = 24 * 3_600_000;
const perAddress = { limit: 5, blockMs: 3_600_000 };

/** Confirms the address a verification link was sent to. */
export const confirmAddress = async ({ context, request, input }: WithToken): Promise<HttpAnswer> => {
  const now = new Date(context.clock.now());
  const origin = { ip: request.ip, requestId: request.requestId };
  if (!(await markEmailVerified(context.db, sha256(input.token), now, origin))) throw new AuthError("link_invalid");
  return okAnswer({ verified: true });
};

/** Confirms a change of address from one of its two sides. */
export const confirmChange = async ({ context, request, input }: WithToken): Promise<HttpAnswer> => {
  const now = new Date(context.clock.now());
  const origin = { ip: request.ip, requestId: request.requestId };
  const outcome = await applyEmailChange(context.db, sha256(input.token), now, origin);
  if (outcome === "link_invalid") throw new AuthError("link_invalid");
  return okAnswer({ confirmed: true, changed: outcome.changed });
};

/** Whether a mail of this kind may still go to the address within the hour; the answer to the caller is the same. */
export const mayMail = async ({ context }: HttpExchange, kind: string, email: string): Promise<boolean> => {
  const key = `mail:${kind}:${sha256(email).toString("hex")}`;
  return (await reserveAttempt(context.db, { key, ...perAddress, now: new Date(context.clock.now()) })) === 0;
};

/** Sends the verification link again. Every address gets the same answer after the same statements. */
export const resendVerification = async (exchange: WithAddress): Promise<HttpAnswer> => {
  const { context, request, input } = exchange;
  const now = context.clock.now();
  const allowed = await mayMail(exchange, "verify", input.email);
  const secret = randomSecret();
  const expiresAt = new Date(now + verifyMs);
  await inTransaction(context.db.pool, async (client) => {
    const account = await findAccount(client, input.email);
    const owner = account && !account.verified && account.status === "active" && allowed ? account : undefined;
    await insertLink(client, { purpose: "verify", tokenHash: sha256(secret), owner, now: new Date(now), expiresAt });
    await context.outbox.put(client, {
      kind: "email.verify",
      to: input.email,
      template: verifyEmailTemplate(linkTo(context.issuer, "/verify-email", secret)),
      expiresAt,
      discard: owner === undefined,
    });
    await recordAudit(
      client,
      {
        actorType: "anonymous",
        action: "user.verification-asked",
        target: owner?.id,
        ip: request.ip,
        requestId: request.requestId,
        details: { emailSha256: sha256(input.email).toString("hex") },
      },
      new Date(now),
    );
  });
  context.outbox.flush();
  return { status: 202, json: { accepted: true } };
};
