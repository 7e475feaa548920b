import type { PoolClient } from "pg";
import type { IdentityContext } from "../identity-context.ts";
import type { EmailTemplate } from "../mail/compose-email.ts";

const ignore = "If this was not you, ignore this e-mail.";
const askedForPassword = "The page asks for the password of the account, and nothing changes without it.";
const noticeMs = 7 * 24 * 3_600_000;

export const verifyEmailTemplate = (url: string): EmailTemplate => ({
  subject: "Confirm your e-mail address",
  paragraphs: ["A Topolo account was created with this e-mail address. Confirm that it is yours."],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", askedForPassword, ignore],
});

/** To an address that somebody tried to register again. */
export const accountExistsEmail = (issuer: string): EmailTemplate => ({
  subject: "You already have an account",
  paragraphs: [
    "Somebody tried to create a Topolo account with this e-mail address. An account already exists, and it was not changed.",
  ],
  action: { label: "Sign in", url: `${issuer}/sign-in` },
  closing: [
    `If you forgot your password, or somebody else created the account, choose a new password at ${issuer}/forgot-password`,
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
    askedForPassword,
    "If this was not you, do not open the link, and change your password.",
  ],
});

export const confirmNewAddressEmail = (url: string): EmailTemplate => ({
  subject: "Confirm your new e-mail address",
  paragraphs: [
    "The e-mail address of a Topolo account is to be changed to this one. It changes when both addresses have confirmed.",
  ],
  action: { label: "Confirm the address", url },
  closing: ["The link works once, within 24 hours.", askedForPassword, ignore],
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

const oldAddressChangedEmail = (to: string): EmailTemplate => ({
  subject: "The e-mail address of your account was changed",
  paragraphs: [
    `The e-mail address of your Topolo account is ${to} now. This address no longer signs in to it and gets no more of its e-mail.`,
  ],
  closing: ["If this was not you, tell the administrator of your organization or Topolo's support at once."],
});

const newAddressChangedEmail = (issuer: string): EmailTemplate => ({
  subject: "The e-mail address of your account was changed",
  paragraphs: [
    "This is the e-mail address of your Topolo account now. Passkeys, keys, connected apps and sessions stayed as they were.",
  ],
  action: { label: "See every way into your account", url: `${issuer}/ways-in` },
  closing: [`If this was not you, choose a new password now at ${issuer}/forgot-password`],
});

/** Tells the old and the new address that an account has moved, on the transaction of the move. */
export const tellBoth = async (
  { outbox, issuer, clock }: IdentityContext,
  client: PoolClient,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> => {
  const expiresAt = new Date(clock.now() + noticeMs);
  await outbox.put(client, { kind: "email.changed-old", to: from, template: oldAddressChangedEmail(to), expiresAt });
  await outbox.put(client, { kind: "email.changed-new", to, template: newAddressChangedEmail(issuer), expiresAt });
};
