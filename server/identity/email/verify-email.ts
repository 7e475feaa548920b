import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { reserveAttempt } from "../limits/store.ts";
import { linkTo, linkToken } from "../links/link-token.ts";
import { findLink, insertLink } from "../links/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { presentedPassword } from "../users/password.ts";
import { tellBoth, verifyEmailTemplate } from "./address-emails.ts";
import { proofOf, showAccount } from "./show-account.ts";
import { applyEmailChange, findAccount, markEmailVerified, readChange } from "./store.ts";

export const LinkTokenInput = z.strictObject({ token: linkToken });
export type LinkTokenInput = z.infer<typeof LinkTokenInput>;
export const EmailAddressInput = z.strictObject({ email: emailAddress });
export type EmailAddressInput = z.infer<typeof EmailAddressInput>;

export const ConfirmLinkInput = LinkTokenInput.extend({
  password: presentedPassword.optional().describe("Of the account that the link is about, where it has one"),
});
export type ConfirmLinkInput = z.infer<typeof ConfirmLinkInput>;

type WithToken = HttpExchange & { readonly input: LinkTokenInput };
type WithProof = HttpExchange & { readonly input: ConfirmLinkInput };
type WithAddress = HttpExchange & { readonly input: EmailAddressInput };

export const verifyMs = 24 * 3_600_000;
const perAddress = { limit: 5, blockMs: 3_600_000 };

/** The link, found and shown to belong to whoever holds the account. */
const proveLink = async (exchange: WithProof, purpose: "verify" | "email_change") => {
  const { context, input } = exchange;
  const tokenHash = sha256(input.token);
  const link = await findLink(context.db.pool, purpose, tokenHash, new Date(context.clock.now()));
  if (!link) throw new AuthError("link_invalid");
  const judge = await showAccount(exchange, link, input.password);
  return { tokenHash, judge, now: new Date(context.clock.now()) };
};

const originOf = ({ request }: HttpExchange) => ({ ip: request.ip, requestId: request.requestId });

/** Says what a link is about and what has to be shown beside it, and changes nothing: mail scanners open links as well. */
export const previewLink = async (exchange: WithToken): Promise<HttpAnswer> => {
  const { context, input } = exchange;
  const now = new Date(context.clock.now());
  const tokenHash = sha256(input.token);
  const verifying = await findLink(context.db.pool, "verify", tokenHash, now);
  if (verifying)
    return okAnswer({ purpose: "verify", email: verifying.email, proof: await proofOf(exchange, verifying) });
  const changing = await findLink(context.db.pool, "email_change", tokenHash, now);
  const change = readChange(changing?.payload);
  if (!changing || !change) throw new AuthError("link_invalid");
  // The present address of the account is not the new mailbox's business.
  return okAnswer({ purpose: "change", email: change.to, side: change.side, proof: await proofOf(exchange, changing) });
};

/** Confirms the address that a verification link was sent to, for whoever also holds the account. */
export const confirmAddress = async (exchange: WithProof): Promise<HttpAnswer> => {
  const proof = await proveLink(exchange, "verify");
  if (!(await markEmailVerified(exchange.context.db, proof, originOf(exchange)))) throw new AuthError("link_invalid");
  return okAnswer({ verified: true });
};

/** Confirms a change of address from one of its two sides; with the second one the account moves, and both are told. */
export const confirmChange = async (exchange: WithProof): Promise<HttpAnswer> => {
  const { context } = exchange;
  const proof = await proveLink(exchange, "email_change");
  const outcome = await applyEmailChange(context.db, proof, originOf(exchange), (client, moved) =>
    tellBoth(context, client, moved),
  );
  if (outcome === "link_invalid") throw new AuthError("link_invalid");
  context.outbox.flush();
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
