import type { EmailTemplate } from "../mail/compose-email.ts";

export const resetEmail = (url: string): EmailTemplate => ({
  subject: "Choose a new password",
  paragraphs: ["Somebody asked to reset the password of your Topolo account."],
  action: { label: "Choose a new password", url },
  closing: [
    "The link works once, within one hour. A new password ends every session of the account.",
    "If this was not you, ignore this e-mail: your password stays the same.",
  ],
});

export const passwordChangedEmail = (issuer: string): EmailTemplate => ({
  subject: "Your password was changed",
  paragraphs: ["The password of your Topolo account was changed, and other sessions were ended."],
  closing: [`If this was not you, choose a new one now at ${issuer}/forgot-password`],
});

/** After a reset by mail, to the address that the link was sent to. */
export const passwordResetEmail = (issuer: string, firstVerified: boolean): EmailTemplate => ({
  subject: "Your password was reset",
  paragraphs: [
    "The password of your Topolo account was reset with a link from this mailbox, and every session was ended.",
    firstVerified
      ? "The address had not been verified before. Everything that had been set up in the account was removed: passkeys, authenticator, linked accounts, keys and connected apps."
      : "Passkeys, authenticator, linked accounts, keys and connected apps stayed as they were.",
  ],
  ...(firstVerified ? {} : { action: { label: "See every way into your account", url: `${issuer}/ways-in` } }),
  closing: [`If this was not you, choose a new password now at ${issuer}/forgot-password`],
});
