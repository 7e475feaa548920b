import type { EmailTemplate } from "../mail/compose-email.ts";

const changes = {
  on: "Signing in to your Topolo account now requires a second factor.",
  off: "Signing in to your Topolo account no longer requires a second factor.",
  "totp-added": "An authenticator app was added to your Topolo account.",
  "totp-removed": "The authenticator app was removed from your Topolo account.",
  "codes-replaced": "New recovery codes were created for your Topolo account; the old ones no longer work.",
  "code-used": "A recovery code was used for your Topolo account; it does not work again.",
} as const;

export type FactorChange = keyof typeof changes;

/** Tells the owner of an account what was changed about the way they sign in. */
export const factorChangedEmail = (change: FactorChange, issuer: string): EmailTemplate => ({
  subject: "Your sign-in settings were changed",
  paragraphs: [changes[change]],
  closing: [`If this was not you, choose a new password now at ${issuer}/forgot-password`],
});
