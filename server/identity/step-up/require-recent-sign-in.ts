import { isRecentSignIn, recentSignInMs } from "@topolo/auth-middleware";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { notByDevice, type Caller } from "../http/steps.ts";

/**
 * What outlives the token in hand needs a sign-in, or a step-up, of the last ten minutes, with two factors where the
 * account has them. The refusal says where the person can confirm the identity.
 */
export const requireRecentSignIn = ({ context, caller }: HttpExchange & { readonly caller: Caller }): void => {
  notByDevice({ caller });
  if (isRecentSignIn(caller.lastSignIn, context.clock.now())) return;
  throw new AuthError("reauthentication_required", {
    reauthenticate: {
      endpoint: `${context.issuer}/api/me/reauthenticate`,
      page: `${context.issuer}/confirm-identity`,
      maxAgeSeconds: recentSignInMs / 1000,
    },
  });
};
