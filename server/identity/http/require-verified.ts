import { AuthError } from "../auth-error.ts";
import { mayHoldPermissions } from "../permissions/may-hold-permissions.ts";
import type { LiveSession } from "../validation/live-session.ts";

/** Paths of one's own account, and of signing in to an app with it. What is not here needs a verified address. */
const ownAccount = /^\/(?:api\/me|api\/interactions|interaction|passkeys\/register|federated|settings)(?:\/|$)/;

/** Whether a path is for everybody who is signed in, with or without a verified address. */
export const isOwnAccountPath = (path: string): boolean => ownAccount.test(path);

/** Refuses whoever has not proven their address everything but their own account. */
export const requireVerified = ({ user }: Pick<LiveSession, "user">, path: string): void => {
  if (!mayHoldPermissions(user) && !isOwnAccountPath(path)) throw new AuthError("email_unverified");
};
