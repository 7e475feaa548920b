import { sha256 } from "../crypto/digest.ts";
import type { HttpRequest } from "../http/auth-request.ts";
import type { IdentityContext } from "../identity-context.ts";
import { sessionCookie } from "../sessions/session-cookie.ts";
import type { LiveSession } from "../validation/live-session.ts";
import { findSessionByCookie } from "../validation/store.ts";
import { settledSession } from "./sign-in.ts";

/** Who is signed in on the browser the request came from. */
export const findLiveSession = async (
  deps: Pick<IdentityContext, "db" | "clock" | "secureCookies">,
  request: HttpRequest,
): Promise<LiveSession | undefined> => {
  const value = sessionCookie(deps).read(request);
  return value === undefined ? undefined : settledSession(deps, await findSessionByCookie(deps.db, sha256(value)));
};
