import { z } from "zod";
import { newId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { linkTo } from "../links/link-token.ts";
import { endUnused, insertLink } from "../links/store.ts";
import { hasPassword, requireOwnPassword } from "../password/own-password.ts";
import { emailAddress } from "../users/email-address.ts";
import { presentedPassword } from "../users/password.ts";
import { addressTakenEmail, confirmNewAddressEmail, confirmOldAddressEmail } from "./address-emails.ts";
import { findAccount } from "./store.ts";
import { mayMail, verifyMs } from "./verify-email.ts";

export const ChangeEmailInput = z.strictObject({ email: emailAddress, password: presentedPassword.optional() });
export type ChangeEmailInput = z.infer<typeof ChangeEmailInput>;

interface ChangeEmail extends HttpExchange {
  readonly caller: Caller;
  readonly input: ChangeEmailInput;
}

/** The password where there is one; the route has asked for a recent sign-in before. */
const requireProof = async (exchange: ChangeEmail): Promise<void> => {
  const { context, caller, input } = exchange;
  if (input.password !== undefined) return requireOwnPassword(exchange, input.password);
  if (await hasPassword(context.db, caller.session.user.id)) {
    throw new AuthError("invalid_request", { issues: [{ field: "password", expected: "your password" }] });
  }
};

/** Asks both addresses to confirm a change. Whether the new one has an account shows in its own mailbox alone. */
export const changeEmail = async (exchange: ChangeEmail): Promise<HttpAnswer> => {
  const { context, request, caller, input } = exchange;
  const { id: userId, email: from } = caller.session.user;
  const { email: to } = input;
  if (to === from)
    throw new AuthError("invalid_request", { issues: [{ field: "email", expected: "another address" }] });
  await requireProof(exchange);
  const allowed = (await mayMail(exchange, "change", from)) && (await mayMail(exchange, "change", to));
  const now = new Date(context.clock.now());
  const expiresAt = new Date(now.getTime() + verifyMs);
  const secrets = { old: randomSecret(), new: randomSecret() };
  const changeId = newId();
  await inTransaction(context.db.pool, async (client) => {
    const taken = (await findAccount(client, to)) !== undefined;
    await endUnused(client, userId, ["email_change"]);
    for (const side of ["old", "new"] as const) {
      const payload = { changeId, side, to };
      const tokenHash = sha256(secrets[side]);
      await insertLink(client, {
        purpose: "email_change",
        tokenHash,
        owner: { id: userId, email: from },
        payload,
        now,
        expiresAt,
      });
    }
    const link = (side: "old" | "new"): string => linkTo(context.issuer, "/verify-email", secrets[side], "change");
    await context.outbox.put(client, {
      kind: "email.change-old",
      to: from,
      template: confirmOldAddressEmail(link("old"), to),
      expiresAt,
      discard: !allowed,
    });
    await context.outbox.put(client, {
      kind: "email.change-new",
      to,
      template: taken ? addressTakenEmail(context.issuer) : confirmNewAddressEmail(link("new")),
      expiresAt,
      discard: !allowed,
    });
    await recordAudit(
      client,
      {
        actorType: "user",
        actorId: userId,
        action: "user.email-change-asked",
        target: userId,
        ip: request.ip,
        requestId: request.requestId,
        details: { to },
      },
      now,
    );
  });
  context.outbox.flush();
  return { status: 202, json: { accepted: true } };
};
