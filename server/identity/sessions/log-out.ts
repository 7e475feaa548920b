import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { findCallerOfAnyApp } from "../http/steps.ts";
import { sessionCookie } from "./session-cookie.ts";
import { revokeSession } from "./store.ts";

/** Ends the session of the bearer token or, without one, of the cookie. A cookie whose session has ended is cleared too. */
export const logOut = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  const cookie = sessionCookie(context).clear;
  const hasBearer = request.header("authorization") !== undefined;
  try {
    const { session } = await findCallerOfAnyApp(exchange);
    const origin = { ip: request.ip, requestId: request.requestId };
    await revokeSession(
      context.db,
      session.sessionId,
      session.user.id,
      "logout",
      new Date(context.clock.now()),
      origin,
    );
  } catch (error) {
    if (hasBearer || !AuthError.is(error) || error.code !== "unauthenticated") throw error;
  }
  return okAnswer({ loggedOut: true }, { cookie });
};
