import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import { recordAudit } from "../audit/store.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { CallingApp } from "../http/steps.ts";
import { requireOrganizationSignIn } from "../organization-sign-in/require-organization-sign-in.ts";
import { findFactorState } from "../second-factor/store.ts";
import { openSession, signedInAnswer, type OpenedSession } from "../sessions/open-session.ts";
import { askSecondFactor, type SecondFactorAsked } from "./pending-sign-in.ts";

interface CompleteSignIn {
  readonly userId: string;
  /** Status of the account, as just read. */
  readonly status: string;
  /** Methods shown, RFC 8176; `mfa` says that two factors were. */
  readonly amr: readonly string[];
  /** The organization at whose provider the person signed in. */
  readonly through?: string | undefined;
  /** The app signed in to; undefined on the pages of Auth itself. */
  readonly service: CallingApp | undefined;
  /** The streak of failed attempts that ends with the session. */
  readonly attemptKey?: string | undefined;
  /**
   * Runs first in the transaction of the session, or of the question for the second factor. It throws unless what was shown
   * still opens the account: somebody may have dropped it meanwhile. What it uses up stays unused where neither comes of it.
   */
  readonly alongside: (client: pg.PoolClient) => Promise<void>;
}

/** What a shown factor leads to: a session, or the question for the second factor. */
export type SignInResult =
  | ({ readonly kind: "session" } & OpenedSession)
  | { readonly kind: "second_factor"; readonly body: SecondFactorAsked };

const refuseAccount = async ({ context, request }: HttpExchange, userId: string, status: string): Promise<never> => {
  const event = {
    actorType: "anonymous",
    action: "session.start",
    outcome: "denied",
    target: userId,
    ip: request.ip,
    requestId: request.requestId,
    details: { status },
  } as const;
  await recordAudit(context.db.pool, event, new Date(context.clock.now()));
  throw new AuthError(status === "deleted" ? "invalid_credentials" : "account_suspended");
};

/** The one place where sign-ins end: the account must be active, and the second factor shown where it is asked for. */
export const concludeSignIn = async (
  exchange: HttpExchange,
  { userId, status, amr, through, service, attemptKey, alongside }: CompleteSignIn,
): Promise<SignInResult> => {
  if (status !== "active") await refuseAccount(exchange, userId, status);
  const recordBreakGlass = await requireOrganizationSignIn(exchange, userId, through);
  if (!amr.includes("mfa")) {
    const factors = await findFactorState(exchange.context.db.pool, userId);
    if (factors.required) {
      const pending = { userId, amr, through, serviceId: service?.id, attemptKey };
      return { kind: "second_factor", body: await askSecondFactor(exchange, pending, factors, alongside) };
    }
  }
  const recorded = async (client: pg.PoolClient) => {
    await alongside(client);
    await recordBreakGlass(client);
  };
  const opened = await openSession(exchange, { userId, amr, through, service, attemptKey, alongside: recorded });
  return { kind: "session", ...opened };
};

/** 200 with the session and its cookie, or 202 with the question for the second factor. */
export const signInAnswer = async (
  exchange: HttpExchange,
  signIn: SignInResult,
  service: CallingApp | undefined,
): Promise<HttpAnswer> =>
  signIn.kind === "session" ? signedInAnswer(exchange, signIn, service) : { status: 202, json: signIn.body };
