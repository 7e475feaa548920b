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
