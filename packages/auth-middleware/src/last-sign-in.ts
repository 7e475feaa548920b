/** When the person behind a token last showed who they are. */
export interface LastSignIn {
  /** ISO time. */
  readonly at: string;
  /** Whether everything was shown that the account asks for: two factors where it has them. */
  readonly sufficient: boolean;
}

/** How long a sign-in counts as recent. */
export const recentSignInMs: number = 10 * 60_000;

const skewMs = 60_000;

/**
 * Whether a person signed in, or confirmed their identity, within the last ten minutes: for routes that create something
 * which outlives the token. Keys and services have no sign-in.
 *
 * @example
 * if (!isRecentSignIn(principal.lastSignIn)) return askForStepUp();
 */
export const isRecentSignIn = (lastSignIn: LastSignIn | null, now: number = Date.now()): boolean => {
  if (!lastSignIn?.sufficient) return false;
  const ageMs = now - Date.parse(lastSignIn.at);
  return ageMs >= -skewMs && ageMs <= recentSignInMs;
};
