import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { recordAudit } from "../audit/store.ts";
import { ok, type Answer, type Exchange } from "../http/exchange.ts";
import { reserveAttempt } from "../limits/store.ts";
import { sessionAnswer } from "../sessions/session-answer.ts";
import { sessionCookie } from "../sessions/session-cookie.ts";
import { sessionTimes } from "../sessions/session-times.ts";
import { insertSession } from "../sessions/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { presentedPassword } from "../users/password.ts";
import { findPasswordUser, type PasswordUser } from "../users/store.ts";

export const loginInput = z.strictObject({ email: emailAddress, password: presentedPassword });

interface LogIn extends Exchange {
  readonly service: CatalogueService;
  readonly input: z.infer<typeof loginInput>;
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
export const logIn = async (exchange: LogIn): Promise<Answer> => {
  const { context, request, service, input } = exchange;
  await takeAttempt(exchange);
  const user = await findPasswordUser(context.db, input.email);
  const matches = await context.passwords.verify(user?.hash ?? undefined, input.password);
  if (!user || !matches || user.status === "deleted") return refuse(exchange, user);
  if (user.status !== "active") throw new AuthError("account_suspended");
  const cookie = sessionCookie(context);
  const value = randomSecret();
  const previous = cookie.read(request);
  const now = context.clock.now();
  const sessionId = await insertSession(
    context.db,
    {
      userId: user.id,
      serviceId: service.id,
      tokenHash: sha256(value),
      previousTokenHash: previous === undefined ? undefined : sha256(previous),
      attemptKey: attemptKeyOf(input.email),
      amr: ["pwd"],
      userAgent: request.header("user-agent")?.slice(0, 300),
      now: new Date(now),
      idleExpiresAt: new Date(now + sessionTimes.idleMs),
      absoluteExpiresAt: new Date(now + sessionTimes.absoluteMs),
    },
    { ip: request.ip, requestId: request.requestId },
  );
  return ok(await sessionAnswer(context, sessionId, service), { cookie: cookie.set(value, sessionTimes.absoluteMs) });
};
