import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { linkToken } from "../links/link-token.ts";
import { findLink } from "../links/store.ts";
import { attemptKeyOf } from "../login/log-in.ts";
import { chosenPassword } from "../users/password.ts";
import { passwordResetEmail } from "./password-emails.ts";
import { replaceForgottenPassword as storeReset } from "./store.ts";

export const ResetPasswordInput = z.strictObject({ token: linkToken, password: chosenPassword });
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

const noticeMs = 7 * 24 * 3_600_000;

/** Chooses a new password with a mailed link: once, ending every session. A second factor stays to be shown. */
export const resetPassword = async ({
  context,
  request,
  input,
}: HttpExchange & { readonly input: ResetPasswordInput }): Promise<HttpAnswer> => {
  const tokenHash = sha256(input.token);
  const now = context.clock.now();
  // Before the costly hash: it is for those who hold a link.
  if (!(await findLink(context.db.pool, "reset", tokenHash, new Date(now)))) throw new AuthError("link_invalid");
  const passwordHash = await context.passwords.hash(input.password);
  const done = await storeReset(
    context.db,
    { tokenHash, passwordHash, attemptKeyOf, now: new Date(context.clock.now()) },
    { ip: request.ip, requestId: request.requestId },
    (client, { email, firstVerified }) =>
      context.outbox.put(client, {
        kind: "password.reset-done",
        to: email,
        template: passwordResetEmail(context.issuer, firstVerified),
        expiresAt: new Date(now + noticeMs),
      }),
  );
  if (!done) throw new AuthError("link_invalid");
  context.outbox.flush();
  return okAnswer({ reset: true });
};
