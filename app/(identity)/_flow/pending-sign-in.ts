import type { PendingSignIn } from "../_api/sign-in.ts";

let kept: PendingSignIn | undefined;

/** Carries a half-done sign-in to the next page; in memory, so that it ends with the tab. */
export const keepPending = (pending: PendingSignIn): void => {
  kept = pending;
};

export const keptPending = (): PendingSignIn | undefined => kept;

export const dropPending = (): void => {
  kept = undefined;
};
