import type { LastSignIn } from "@topolo/auth-middleware";
import type { SessionClaims } from "../signing/access-token.ts";
import type { LiveSession } from "../validation/live-session.ts";

/**
 * The last sign-in or step-up that a credential stands for; null for none. A token from before it does not count:
 * whoever took one must not profit when its owner confirms the identity again. That of a device or a program stands for
 * none: the person signed in elsewhere. A cookie has no `iat`.
 */
export const lastSignInOf = (
  { authTime, signInSufficient }: Pick<LiveSession, "authTime" | "signInSufficient">,
  claims: Pick<SessionClaims, "iat" | "device"> | undefined,
): LastSignIn | null =>
  claims !== undefined && (claims.device === true || claims.iat < Math.floor(authTime.getTime() / 1000))
    ? null
    : { at: authTime.toISOString(), sufficient: signInSufficient };
