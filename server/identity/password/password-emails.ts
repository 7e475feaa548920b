import type { EmailTemplate } from "../mail/compose-email.ts";

export const resetEmail = (url: string): EmailTemplate => ({
  subject: "Choose a new password",
  paragraphs: ["Somebody asked for a new password for your account at Topolo."],
  action: { label: "Choose a new password", url },
  closing: [
    "The link works once, within one hour. A new password ends every session of the account.",
    "If this was not you, do nothing: your password stays as it is.",
  ],
});

export const passwordChangedEmail = (issuer: string): EmailTemplate => ({
  subject: "Your password was changed",
  paragraphs: ["The password of your account at Topolo was changed, and other sessions were ended."],
  closing: [`If this was not you, choose a new one at once at ${issuer}/forgot-password`],
});
