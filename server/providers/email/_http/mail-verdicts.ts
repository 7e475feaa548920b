import type { ProviderFailure } from "../../../contracts/vendor-call.ts";

/** What a refusal means for the call path. */
export type MailVerdict = Pick<ProviderFailure, "kind" | "code" | "about"> &
  Pick<Partial<ProviderFailure>, "repeat" | "doubt" | "documented">;

const refused = { kind: "refused" } as const;

/** The key is wrong, or may not do it: true for every mail. */
export const badKey: MailVerdict = { ...refused, code: "PROVIDER_AUTH_FAILED", about: "credential" };
/** It would be refused everywhere. */
export const badRequest: MailVerdict = { ...refused, code: "PROVIDER_REJECTED", about: "request" };
/** It is refused here: of a sender, a size or an account that are others elsewhere. */
export const refusedHere: MailVerdict = { ...refused, code: "PROVIDER_REJECTED", about: "route" };
/** The account has used up what it may send, or may send nothing. */
export const exhausted: MailVerdict = { ...refused, code: "PROVIDER_ACCOUNT_EXHAUSTED", about: "credential" };
export const tooFast: MailVerdict = { ...refused, code: "PROVIDER_RATE_LIMITED", about: "route" };
/** Nothing was done, the vendor documents, though the status alone would not say so. */
export const closedForNow: MailVerdict = {
  ...refused,
  code: "PROVIDER_UNAVAILABLE",
  about: "route",
  documented: true,
};
/** Nobody can tell whether the mail was taken. */
export const unknown: MailVerdict = {
  kind: "unknown",
  doubt: "server_error",
  code: "PROVIDER_UNAVAILABLE",
  about: "route",
};
