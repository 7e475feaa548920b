import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { recordAudit } from "../audit/store.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { CallingApp } from "../http/steps.ts";
import { reserveAttempt } from "../limits/store.ts";
import { isPasswordUnchanged } from "../password/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { presentedPassword } from "../users/password.ts";
import { findPasswordUser, type PasswordUser } from "../users/store.ts";
import { concludeSignIn, signInAnswer } from "./complete-sign-in.ts";

export const LogInInput = z.strictObject({ email: emailAddress, password: presentedPassword });
export type LogInInput = z.infer<typeof LogInInput>;

interface LogIn extends HttpExchange {
  readonly service: CallingApp | undefined;
  readonly input: LogInInput;
}

/** Under this key failures count, whether or not anybody has the address. */
export const attemptKeyOf = (email: string): string => `login:${sha256(email).toString("hex")}`;

const takeAttempt = async ({ context, input }: LogIn): Promise<void> => {
  const { failuresPerEmail: limit, emailBlockMs: blockMs } = context.limits;
  const retryAfterMs = await reserveAttempt(context.db, {
    key: attemptKeyOf(input.email),
    limit,
    blockMs,
    now: new Date(context.clock.now()),
  });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
};

const refuse = async ({ context, request, input }: LogIn, user: PasswordUser | undefined): Promise<never> => {
  const details = { emailSha256: sha256(input.email).toString("hex") };
  const event = {
    actorType: "anonymous",
    action: "session.start",
    outcome: "failure",
    target: user?.id,
    ip: request.ip,
    requestId: request.requestId,
    details,
  } as const;
  await recordAudit(context.db.pool, event, new Date(context.clock.now()));
  throw new AuthError("invalid_credentials");
};

/** Password sign-in. Known and unknown addresses take the same path and get the same answer. */
export const logIn = async (exchange: LogIn): Promise<HttpAnswer> => {
  const { context, service, input } = exchange;
  await takeAttempt(exchange);
  const user = await findPasswordUser(context.db, input.email);
  const matches = await context.passwords.verify(user?.hash ?? undefined, input.password);
  if (!user || !matches || user.status === "deleted") return refuse(exchange, user);
  const { hash } = user;
  const signIn = await concludeSignIn(exchange, {
    userId: user.id,
    status: user.status,
    amr: ["pwd"],
    service,
    attemptKey: attemptKeyOf(input.email),
    // A change or reset that came in between has ended all sessions; this one must not outlive it.
    alongside: async (client) => {
      if (hash === null || !(await isPasswordUnchanged(client, user.id, hash)))
        throw new AuthError("invalid_credentials");
    },
  });
  return signInAnswer(exchange, signIn, service);
};
