import type { SecondFactorChallenge } from "../../_auth-api/sign-in.ts";

let kept: SecondFactorChallenge | undefined;

/** Carries a half-done sign-in to the next page; in memory, so that it ends with the tab. */
export const keepPending = (pending: SecondFactorChallenge): void => {
  kept = pending;
};

export const keptPending = (): SecondFactorChallenge | undefined => kept;

export const dropPending = (): void => {
  kept = undefined;
};
