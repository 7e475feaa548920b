import type { SecondFactors } from "./store.ts";

/** A person's second factors as JSON. */
export const secondFactorAnswer = ({ required, totp, passkeys, recoveryCodesLeft }: SecondFactors) => ({
  required,
  totp: totp && { confirmedAt: totp.confirmedAt.toISOString() },
  passkeys,
  recoveryCodesLeft,
});
