import type { FactorState } from "./store.ts";

/** A person's second factors as JSON. */
export const secondFactorAnswer = ({ required, totp, passkeys, recoveryCodesLeft }: FactorState) => ({
  required,
  totp: totp && { confirmedAt: totp.confirmedAt.toISOString() },
  passkeys,
  recoveryCodesLeft,
});
