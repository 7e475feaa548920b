import { signIn as beginSignIn, signOut as beginSignOut } from "next-auth/react";

/** One after the other, in all tabs: two that both ask for the first CSRF token void each other's. */
const inTurn = <T>(act: () => Promise<T>): Promise<T> =>
  // A page that came by plain http from another machine has no locks.
  "locks" in navigator ? navigator.locks.request("topolo-nexus.own-session", act) : act();

/** Hands an access token of Auth's to the dashboard's own session. */
export const restoreSession = (accessToken: string) =>
  inTurn(() => beginSignIn("topolo-restore", { accessToken, redirect: false }));

/** Leaves the page for Auth's sign-in. */
export const goToSignIn = (returnTo: string) => inTurn(() => beginSignIn("topolo", { callbackUrl: returnTo }));

/** Ends the dashboard's own session. */
export const endMirroredSession = () => inTurn(() => beginSignOut({ redirect: false }));
