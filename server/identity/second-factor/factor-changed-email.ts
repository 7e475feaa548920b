import type { EmailTemplate } from "../mail/compose-email.ts";

const changes = {
  on: "Signing in to your account at Topolo now asks for a second factor.",
  off: "Signing in to your account at Topolo no longer asks for a second factor.",
  "totp-added": "An authenticator app was added to your account at Topolo.",
  "totp-removed": "The authenticator app was removed from your account at Topolo.",
  "codes-replaced": "New recovery codes were made for your account at Topolo; the earlier ones no longer work.",
  "code-used": "A recovery code was used to sign in to your account at Topolo.",
} as const;

export type FactorChange = keyof typeof changes;

/** Tells the owner of an account what was changed about the way they sign in. */
export const factorChangedEmail = (change: FactorChange, issuer: string): EmailTemplate => ({
  subject: "Your sign-in settings were changed",
  paragraphs: [changes[change]],
  closing: [`If this was not you, choose a new password at once at ${issuer}/forgot-password`],
});
