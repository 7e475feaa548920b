import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { CallingApp } from "../http/steps.ts";
import { concludeSignIn, signInAnswer, type SignInResult } from "../login/complete-sign-in.ts";
import { mfaToken, pendingCookie } from "../login/pending-cookie.ts";
import { readPendingSignIn, takePendingSignIn, type PendingSignInRow } from "../login/pending-sign-in.ts";
import { PresentedPasskey } from "./passkey-input.ts";
import { requestOptions } from "./request-options.ts";
import { listPasskeys } from "./store.ts";
import { requirePasskey, verifyAssertion, type VerifiedPasskey } from "./verify-assertion.ts";

export const PasskeyOptionsInput = z.strictObject({ mfaToken: mfaToken.optional() });
export type PasskeyOptionsInput = z.infer<typeof PasskeyOptionsInput>;
export const AuthenticatePasskeyInput = PresentedPasskey.extend({ mfaToken: mfaToken.optional() });
type AuthenticatePasskeyInput = z.infer<typeof AuthenticatePasskeyInput>;

interface AskOptions extends HttpExchange {
  readonly input: PasskeyOptionsInput;
}

interface Authenticate extends HttpExchange {
  readonly service: CallingApp | undefined;
  readonly input: AuthenticatePasskeyInput;
}

/**
 * Options for a sign-in. Nobody is named, so nothing tells known people from unknown ones; with the token of a pending
 * sign-in, whose holder has shown the first factor, that person's passkeys are named.
 */
export const authenticationOptions = async (exchange: AskOptions): Promise<HttpAnswer> => {
  const { context, input } = exchange;
  if (input.mfaToken === undefined) return requestOptions(exchange, { purpose: "sign-in" });
  const pending = await readPendingSignIn(exchange, input.mfaToken);
  const binding = { purpose: "sign-in", mfaToken: input.mfaToken } as const;
  return requestOptions(exchange, binding, await listPasskeys(context.db, pending.userId));
};

interface Second {
  readonly token: string;
  readonly pending: PendingSignInRow;
}

/** The pending sign-in the passkey is to finish: the one named, or the browser's own where it is the same person's. */
const pendingOf = async (exchange: Authenticate): Promise<Second | undefined> => {
  const { context, request, input } = exchange;
  if (input.mfaToken !== undefined)
    return { token: input.mfaToken, pending: await readPendingSignIn(exchange, input.mfaToken) };
  const token = pendingCookie(context).read(request);
  if (token === undefined) return undefined;
  try {
    return { token, pending: await readPendingSignIn(exchange, token) };
  } catch (error) {
    if (AuthError.is(error) && error.code === "second_factor_expired") return undefined;
    throw error;
  }
};

const isPasskey = (method: string): boolean => method === "hwk" || method === "swk";

const finishPending = async (
  exchange: Authenticate,
  { token, pending }: Second,
  passkey: VerifiedPasskey,
): Promise<SignInResult> => {
  const { context, service } = exchange;
  // It counts for the app it was started from alone.
  if (pending.serviceId !== service?.id) throw new AuthError("second_factor_expired");
  // Two touches are still one factor: after a passkey, the person must show who they are.
  if (pending.amr.some(isPasskey) && !passkey.userVerified) throw new AuthError("second_factor_invalid");
  return concludeSignIn(exchange, {
    userId: pending.userId,
    status: pending.status,
    amr: [...new Set([...pending.amr, ...passkey.amr, "mfa"])],
    through: pending.through,
    service,
    attemptKey: pending.attemptKey,
    alongside: async (client) => {
      await requirePasskey(client, passkey);
      await takePendingSignIn(client, token, new Date(context.clock.now()));
    },
  });
};

/** Signs in by passkey, or finishes a sign-in that waits for a second factor. */
export const authenticateByPasskey = async (exchange: Authenticate): Promise<HttpAnswer> => {
  const { context, request, service, input } = exchange;
  const second = await pendingOf(exchange);
  const passkey = await verifyAssertion(exchange, {
    shown: input,
    binding: { purpose: "sign-in", mfaToken: input.mfaToken },
    ownerId: input.mfaToken === undefined ? undefined : second?.pending.userId,
  });
  if (passkey.status === "deleted") throw new AuthError("passkey_invalid");
  const signIn =
    second?.pending.userId === passkey.userId
      ? await finishPending(exchange, second, passkey)
      : await concludeSignIn(exchange, { ...passkey, service, alongside: (client) => requirePasskey(client, passkey) });
  const answer = await signInAnswer(exchange, signIn, service);
  const cookie = pendingCookie(context);
  const isDone = signIn.kind === "session" && cookie.read(request) !== undefined;
  return isDone ? { ...answer, cookies: [cookie.clear] } : answer;
};
