import type { AuthRefusal } from "./auth-refusal.ts";

/** Every code Auth answers with, as a person can use it: what happened and what to do. */
export const errorTexts = {
  invalid_request: "Some of the form is not valid. Check the marked fields.",
  unknown_service: "The app that sent you here is not registered with Topolo. Contact its developer.",
  service_required: "The app that sent you here did not identify itself. Go back and start again.",
  link_invalid: "This link was already used, has expired or is incomplete. Ask for a new one.",
  code_invalid: "This code is wrong, was already used or has expired.",
  redirect_uri_not_registered: "The app asked to send you to an address it has not registered.",
  permission_unknown: "The app asked for a permission that does not exist.",
  ambiguous_headers: "The browser sent a header twice. Reload the page.",
  ambiguous_cookie: "This browser has two sign-in cookies. Clear this site's cookies, then sign in again.",
  unauthenticated: "You are signed out. Sign in to continue.",
  invalid_credentials: "Wrong e-mail address or password.",
  second_factor_invalid: "This code is wrong or was already used. Wait for the next one and try again.",
  second_factor_expired: "Signing in took too long, or there were too many wrong codes. Start again.",
  passkey_invalid: "The passkey could not be verified. Try again, or sign in another way.",
  federated_failed: "The other service did not sign you in. Try again, or sign in another way.",
  session_missing: "You are signed out. Sign in to continue.",
  token_reuse: "This session was ended for your safety because its cookie was used in two places. Sign in again.",
  invalid_client: "The app that sent you here is unknown, or its secret is wrong.",
  forbidden: "Your account may not do this.",
  origin_not_allowed: "This page may not use Topolo Auth. Open it from its usual address.",
  csrf_header_missing: "The request did not come from this page. Reload it and try again.",
  account_suspended: "This account is not active. Ask an administrator of your organization.",
  workspace_suspended: "This organization is not active at the moment. Ask its owner.",
  scope_exceeds_permissions: "That is more than your own account may do.",
  email_unverified: "Verify your e-mail address first, with the link in the e-mail we sent you.",
  reauthentication_required: "Confirm your identity to make this change.",
  app_not_let_in:
    "This app is not registered here, and your organization does not let it in. An owner can allow its host.",
  browser_required: "A device or a program may not do this. Open this page in a browser.",
  second_factor_required: "Two-factor authentication required: your password and a code, or a passkey.",
  role_not_grantable: "You may not grant this role.",
  permission_not_grantable: "You may not grant this permission.",
  turnstile_failed: "The robot check failed. Try again.",
  service_not_launchable: "This app cannot be opened from here.",
  not_eligible: "This account may not open that app. Ask an administrator of your organization.",
  organization_sign_in_required: "Your organization asks for its own sign-in. Choose “Sign in with your organization”.",
  invitation_required:
    "Your account does not belong to this organization. Ask its owners for an invitation, then try again.",
  domain_not_verified: "Your address is not in a domain that this organization has verified. Ask its owners.",
  registration_closed: "Registration is by invitation only. Ask an administrator of your organization for one.",
  setup_link_invalid: "This set-up link was already used or has expired.",
  not_found: "Not found.",
  organization_not_found: "Organization not found, or you are no longer a member.",
  member_not_found: "Member not found.",
  service_not_found: "App not found.",
  user_not_found: "Account not found.",
  session_not_found: "This session has already ended.",
  passkey_not_found: "This passkey no longer exists.",
  factor_not_found: "This second factor no longer exists.",
  provider_not_found: "Signing in with that service is not set up here.",
  domain_not_found: "This domain is no longer in the organization's list.",
  scim_token_not_found: "This directory token was already revoked.",
  identity_not_found: "This account is not linked.",
  invitation_not_found: "This invitation was used, withdrawn or has expired. Ask for a new one.",
  organization_changed:
    "You have switched organizations since. Reload the page to see for which one you would allow this.",
  interaction_not_found: "This sign-in is finished or has expired. Go back to the app and start again.",
  consent_not_found: "This app is no longer connected.",
  developer_not_found: "Developer not found.",
  api_key_not_found: "API key not found.",
  method_not_allowed: "Not supported here.",
  last_owner: "An organization needs at least one owner.",
  last_factor: "This is your only way to sign in, so it cannot be removed.",
  too_many_organizations: "You have reached the maximum number of organizations.",
  too_many_api_keys: "The maximum number of keys is reached. Revoke one first.",
  too_many_domains: "The organization has the maximum number of domains. Remove one first.",
  too_many_scim_tokens: "The organization has the maximum number of directory tokens. Revoke one first.",
  too_many_invitations: "The maximum number of open invitations is reached. Withdraw one first.",
  too_many_passkeys: "Your account has the maximum number of passkeys. Remove one first.",
  identity_taken: "That account of the other service is linked to another Topolo account.",
  domain_exists: "The organization already has this domain.",
  domain_taken: "Another organization has verified this domain.",
  domain_record_missing: "The TXT record was not found. DNS changes can take a while: try again later.",
  already_member: "You are already a member.",
  slug_taken: "This short name is taken.",
  account_exists: "An account with this address exists. Sign in to it, then link the other service from your settings.",
  account_mismatch: "This browser is signed in with a different account. Sign out first.",
  manifest_conflict: "This conflicts with an existing registration.",
  admission_budget_required: "Say how much the organization may spend each month: no amount is set for admissions.",
  status_conflict: "This is not possible in the current state. Reload the page.",
  payload_too_large: "The text is too long.",
  unsupported_media_type: "The request was not understood. Reload the page.",
  too_many_attempts: "Too many attempts.",
  unavailable: "Topolo Auth is not available at the moment. Try again shortly.",
  mail_unavailable: "E-mail cannot be sent at the moment. Try again shortly.",
  turnstile_unavailable: "The robot check is not available at the moment. Try again shortly.",
  dns_unavailable: "The domain's DNS did not answer. Try again shortly.",
  provider_unavailable: "The other service cannot be reached at the moment. Try again shortly, or sign in another way.",
  overloaded: "Too many sign-ins at the moment. Try again shortly.",
  internal: "Something went wrong on our side. Try again, and contact support if it persists.",
  // Of the pages themselves.
  unreachable: "Topolo Auth cannot be reached. Check your connection and try again.",
  bad_answer: "Topolo Auth sent an unexpected answer. Reload the page.",
  session_circles:
    "You are signed in, but the app keeps sending you back here. Sign in again, or start over from the app.",
  passkey_cancelled: "No passkey was used. Try again, or choose another way.",
  passkey_known: "This device already has a passkey for your account.",
  passkey_unsupported: "This browser does not support passkeys.",
} as const satisfies Record<string, string>;

const isKnown = (code: string): code is keyof typeof errorTexts => Object.hasOwn(errorTexts, code);

const waitOf = (ms: number): string => {
  if (ms <= 90_000) return `${Math.max(Math.ceil(ms / 1000), 1)} seconds`;
  return `${Math.ceil(ms / 60_000)} minutes`;
};

export const explainCode = (code: string): string => (isKnown(code) ? errorTexts[code] : errorTexts.internal);

/** A refusal in words, with how long to wait where Auth said so. */
export const explainError = ({ code, words = explainCode(code), retryAfterMs }: AuthRefusal): string =>
  retryAfterMs === undefined ? words : `${words} Try again in ${waitOf(retryAfterMs)}.`;
