import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { CallingApp, Caller } from "../http/steps.ts";
import { renewCallersSession } from "../sessions/renewal.ts";
import { chosenPassword, presentedPassword } from "../users/password.ts";
import { passwordChangedEmail } from "./password-emails.ts";
import { checkOwnPassword } from "./own-password.ts";
import { updatePassword as storeChange } from "./store.ts";

export const ChangePasswordInput = z.strictObject({
  currentPassword: presentedPassword,
  newPassword: chosenPassword,
});
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

interface ChangePassword extends HttpExchange {
  readonly caller: Caller;
  readonly service: CallingApp | undefined;
  readonly input: ChangePasswordInput;
}

const noticeMs = 7 * 24 * 3_600_000;

/** Replaces the password: this session goes on under a new cookie value, every other one ends. */
export const changePassword = async (exchange: ChangePassword): Promise<HttpAnswer> => {
  const { context, request, caller, input } = exchange;
  const { user, sessionId } = caller.session;
  const checkedHash = await checkOwnPassword(exchange, input.currentPassword);
  const passwordHash = await context.passwords.hash(input.newPassword);
  const answer = await renewCallersSession(exchange, {
    amr: ["pwd"],
    alongside: async (client) => {
      const now = new Date(context.clock.now());
      const origin = { ip: request.ip, requestId: request.requestId };
      const change = { userId: user.id, sessionId, checkedHash, passwordHash, now };
      if (!(await storeChange(client, change, origin))) throw new AuthError("invalid_credentials");
      await context.outbox.put(client, {
        kind: "password.changed",
        to: user.email,
        template: passwordChangedEmail(context.issuer),
        expiresAt: new Date(now.getTime() + noticeMs),
      });
    },
  });
  context.outbox.flush();
  return answer;
};
