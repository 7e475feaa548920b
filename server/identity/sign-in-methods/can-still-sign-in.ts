import type { SignInMethods } from "./store.ts";

/** Whether an account with these ways can be entered: by a first factor, and by a second where one is asked for. */
export const canStillSignIn = ({
  hasPassword,
  passkeys,
  identities,
  hasTotp,
  secondFactorRequired,
}: SignInMethods): boolean => {
  const hasFirst = hasPassword || passkeys > 0 || identities > 0;
  return hasFirst && (!secondFactorRequired || hasTotp || passkeys > 0);
};
