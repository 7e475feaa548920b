import type { EmailTemplate } from "../mail/compose-email.ts";

const ignore = "If this was not you, ignore this e-mail.";

export const verifyEmailTemplate = (url: string): EmailTemplate => ({
  subject: "Confirm your e-mail address",
  paragraphs: ["A Topolo account was created with this e-mail address. Confirm that it is yours."],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", ignore],
});

/** To an address that somebody tried to register again. */
export const accountExistsEmail = (issuer: string): EmailTemplate => ({
  subject: "You already have an account",
  paragraphs: [
    "Somebody tried to create a Topolo account with this e-mail address. An account already exists, and it was not changed.",
  ],
  action: { label: "Sign in", url: `${issuer}/sign-in` },
  closing: [
    `If you forgot your password, choose a new one at ${issuer}/forgot-password`,
    "If this was not you, ignore this e-mail.",
  ],
});

export const confirmOldAddressEmail = (url: string, to: string): EmailTemplate => ({
  subject: "Confirm the change of your e-mail address",
  paragraphs: [
    `The e-mail address of your Topolo account is to be changed to ${to}. It changes when both addresses have confirmed.`,
  ],
  action: { label: "Confirm the change", url },
  closing: [
    "The link works once, within 24 hours.",
    "If this was not you, do not open the link, and change your password.",
  ],
});

export const confirmNewAddressEmail = (url: string): EmailTemplate => ({
  subject: "Confirm your new e-mail address",
  paragraphs: [
    "The e-mail address of a Topolo account is to be changed to this one. It changes when both addresses have confirmed.",
  ],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", ignore],
});

/** To an address that has an account, when another account asks to move there. */
export const addressTakenEmail = (issuer: string): EmailTemplate => ({
  subject: "This address already has an account",
  paragraphs: [
    "Another Topolo account asked to use this e-mail address. The address already has an account, so nothing was changed.",
  ],
  action: { label: "Sign in", url: `${issuer}/sign-in` },
  closing: ["If this was not you, ignore this e-mail."],
});
