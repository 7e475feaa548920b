import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { pendingCookie } from "./pending-cookie.ts";
import { readPendingSignIn } from "./pending-sign-in.ts";

/** What the sign-in page offers. */
export const readSignInOptions = ({ context }: HttpExchange): HttpAnswer =>
  okAnswer({
    registration: context.registration === "open",
    turnstileSiteKey: context.turnstile.siteKey ?? null,
    providers: context.providers.list,
    passkeys: true,
  });

/** What the pending sign-in of this browser can be finished with. */
export const readPendingMethods = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const token = pendingCookie(exchange.context).read(exchange.request);
  if (token === undefined) throw new AuthError("second_factor_expired");
  const { methods, expiresAt } = await readPendingSignIn(exchange, token);
  return okAnswer({ methods, expiresAt: expiresAt.toISOString() });
};
