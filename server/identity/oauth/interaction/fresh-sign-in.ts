import { recentSignInMs } from "@topolo/auth-middleware";
import { AuthError } from "../../auth-error.ts";
import type { HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import type { LiveSession } from "../../validation/live-session.ts";

/** Whether the person signed in, in whichever way the account allows, within the last ten minutes. */
export const isFreshSignIn = ({ clock }: Pick<HttpExchange["context"], "clock">, { authTime }: LiveSession): boolean =>
  clock.now() - authTime.getTime() <= recentSignInMs;

/** Whoever lets an app or a device in has just shown who they are: a browser left open lets nobody in. */
export const requireFreshSignIn = ({ context, caller }: HttpExchange & { readonly caller: Caller }): void => {
  // A token from before the last sign-in stands for none: whoever took it must not profit when its owner signs in again.
  if (caller.lastSignIn === null || !isFreshSignIn(context, caller.session))
    throw new AuthError("reauthentication_required");
};
