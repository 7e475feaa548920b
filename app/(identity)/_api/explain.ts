import type { AuthRefusal } from "./auth-refusal.ts";

/** Every code Auth answers with, as a person can use it: what happened and what to do. */
export const errorTexts = {
  invalid_request: "Something in the form is not right. Look at the marked fields.",
  unknown_service: "The app that sent you here is not registered with Topolo. Go back and tell its makers.",
  service_required: "The app that sent you here did not say who it is. Go back and start again.",
  link_invalid: "This link was used already, is too old, or is not complete. Ask for a new one.",
  code_invalid: "This code is not right, was used already, or is too old.",
  redirect_uri_not_registered: "The app asked to send you to an address it has not registered, so this stops here.",
  permission_unknown: "The app asked for a permission that does not exist.",
  ambiguous_headers: "The browser sent something twice that must be single. Reload the page.",
  ambiguous_cookie: "This browser holds two sign-in cookies. Clear the cookies of this site, then sign in again.",
  unauthenticated: "You are signed out. Sign in to go on.",
  invalid_credentials: "E-mail and password do not match.",
  second_factor_invalid: "This code is not right, or was used already. Wait for the next one and try again.",
  second_factor_expired: "Signing in took too long, or there were too many wrong codes. Start again.",
  passkey_invalid: "The passkey could not be verified. Try again, or sign in another way.",
  federated_failed: "The other service did not sign you in. Try again, or sign in another way.",
  session_missing: "You are signed out. Sign in to go on.",
  token_reuse: "For your safety this session was ended: its cookie was used from two places. Sign in again.",
  invalid_client: "The app that sent you here is unknown, or its secret is wrong.",
  forbidden: "Your account may not do this.",
  origin_not_allowed: "This address may not use Topolo Auth. Open the page from its usual address.",
  csrf_header_missing: "The request did not come from this page. Reload it and try again.",
  account_suspended: "This account is not active. Ask an administrator of your organization.",
  workspace_suspended: "This organization is not active at the moment. Ask its owner.",
  scope_exceeds_permissions: "That is more than your own account may do.",
  email_unverified: "Verify your e-mail address first: the link is in the mail we sent you.",
  reauthentication_required: "Confirm that it is you, then this can be changed.",
  second_factor_required:
    "Your account asks for two things: your password together with a code, or a passkey that checks it is you.",
  role_not_grantable: "You may not give this role.",
  permission_not_grantable: "You may not give this permission.",
  turnstile_failed: "The check that you are not a robot did not succeed. Try it again.",
  service_not_launchable: "This app cannot be opened from here.",
  not_eligible: "This account may not open that app. Ask an administrator of your organization.",
  registration_closed: "Accounts are made by invitation here. Ask an administrator of your organization for one.",
  setup_link_invalid: "This set-up link was used already or is too old.",
  not_found: "There is no such thing here.",
  organization_not_found: "There is no such organization, or you are not a member of it any more.",
  member_not_found: "There is no such member here.",
  service_not_found: "There is no such app.",
  user_not_found: "There is no such account here.",
  session_not_found: "This session has ended already.",
  passkey_not_found: "There is no such passkey any more.",
  factor_not_found: "There is no such second factor any more.",
  provider_not_found: "Signing in with that service is not set up here.",
  identity_not_found: "No such account is linked.",
  invitation_not_found: "This invitation was used, withdrawn, or is too old. Ask for a new one.",
  interaction_not_found: "This sign-in is done already or took too long. Go back to the app and start again.",
  consent_not_found: "This app is not connected any more.",
  developer_not_found: "There is no such developer.",
  api_key_not_found: "There is no such key here.",
  method_not_allowed: "This cannot be done here.",
  last_owner: "An organization keeps at least one owner.",
  last_factor: "This is the only way into the account, so it stays.",
  too_many_organizations: "You have made as many organizations as one person may make here.",
  too_many_api_keys: "There are as many keys as there may be. Revoke one first.",
  too_many_invitations: "As many invitations as there may be wait for an answer. Withdraw one first.",
  too_many_passkeys: "Your account has as many passkeys as it may have. Remove one first.",
  identity_taken: "That account of the other service is linked to another Topolo account.",
  already_member: "You are a member already.",
  slug_taken: "This short name is taken.",
  account_exists: "An account with this address exists. Sign in to it, then link the other service from your settings.",
  account_mismatch: "This browser is signed in as somebody else. Sign out first.",
  manifest_conflict: "The registration conflicts with what is there.",
  status_conflict: "This does not fit the present state. Reload the page.",
  payload_too_large: "That is too much text.",
  unsupported_media_type: "The request was not understood. Reload the page.",
  too_many_attempts: "Too many attempts.",
  unavailable: "Topolo Auth is not available at the moment. Try again shortly.",
  mail_unavailable: "Mail cannot be sent at the moment. Try again shortly.",
  turnstile_unavailable: "The robot check cannot be made at the moment. Try again shortly.",
  provider_unavailable: "The other service cannot be reached at the moment. Try again shortly, or sign in another way.",
  overloaded: "Very many people are signing in. Try again in a moment.",
  internal: "Something went wrong on our side. Try again; if it stays, tell support.",
  // Of the pages themselves.
  unreachable: "Topolo Auth cannot be reached. Check your connection and try again.",
  bad_answer: "Topolo Auth answered something this page does not understand. Reload the page.",
  session_circles:
    "You are signed in, but the app keeps sending you back here. Sign in again, or start anew from the app.",
  passkey_cancelled: "No passkey was used. Try again, or choose another way.",
  passkey_known: "This device has a passkey for your account already.",
  passkey_unsupported: "This browser cannot use passkeys.",
} as const satisfies Record<string, string>;

const isKnown = (code: string): code is keyof typeof errorTexts => Object.hasOwn(errorTexts, code);

const waitOf = (ms: number): string => {
  if (ms <= 90_000) return `${Math.max(Math.ceil(ms / 1000), 1)} seconds`;
  return `${Math.ceil(ms / 60_000)} minutes`;
};

export const explainCode = (code: string): string => (isKnown(code) ? errorTexts[code] : errorTexts.internal);

/** A refusal in words, with how long to wait where Auth said so. */
export const explainError = ({ code, retryAfterMs }: AuthRefusal): string =>
  retryAfterMs === undefined ? explainCode(code) : `${explainCode(code)} Try again in ${waitOf(retryAfterMs)}.`;
