import type { EmailTemplate } from "../mail/compose-email.ts";

const ignore = "If this was not you, do nothing: without the link nothing happens.";

export const verifyEmailTemplate = (url: string): EmailTemplate => ({
  subject: "Confirm your e-mail address",
  paragraphs: ["An account at Topolo was made with this e-mail address. Confirm that it is yours."],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", ignore],
});

/** To an address that somebody tried to register again. */
export const accountExistsEmail = (issuer: string): EmailTemplate => ({
  subject: "You already have an account",
  paragraphs: [
    "Somebody asked for a new account at Topolo with this e-mail address. There is one already, and it was left as it is.",
  ],
  action: { label: "Sign in", url: `${issuer}/sign-in` },
  closing: [
    `If you do not remember the password, choose a new one at ${issuer}/forgot-password`,
    "If this was not you, do nothing.",
  ],
});

export const confirmOldAddressEmail = (url: string, to: string): EmailTemplate => ({
  subject: "Confirm the change of your e-mail address",
  paragraphs: [
    `Your account at Topolo is to move to the address ${to}. It moves when both addresses have confirmed it.`,
  ],
  action: { label: "Confirm the change", url },
  closing: ["The link works once, within 24 hours.", "If this was not you, do nothing, and change your password."],
});

export const confirmNewAddressEmail = (url: string): EmailTemplate => ({
  subject: "Confirm your new e-mail address",
  paragraphs: ["An account at Topolo is to move to this address. It moves when both addresses have confirmed it."],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", ignore],
});

/** To an address that has an account, when another account asks to move there. */
export const addressTakenEmail = (issuer: string): EmailTemplate => ({
  subject: "This address has an account already",
  paragraphs: [
    "Another account at Topolo asked to move to this e-mail address. It has an account of its own, so nothing was changed.",
  ],
  action: { label: "Sign in", url: `${issuer}/sign-in` },
  closing: ["If this was not you, do nothing."],
});
