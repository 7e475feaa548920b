const row = (status: number, message: string) => ({ status, message });

/** Every error Auth answers with. Validation refusals have codes of their own, in `validation/refusal.ts`. */
export const authErrorTable = {
  invalid_request: row(400, "The request is not valid."),
  unknown_service: row(400, "X-Service-ID names no registered service."),
  service_required: row(400, "Name your service in the header X-Service-ID."),
  link_invalid: row(400, "The link is invalid, used or expired."),
  code_invalid: row(400, "The code is wrong, used or expired."),
  redirect_uri_not_registered: row(400, "The redirect address is not registered for this service."),
  permission_unknown: row(400, "Permission not found."),
  ambiguous_headers: row(400, "A header was sent more than once."),
  ambiguous_cookie: row(400, "More than one session cookie was sent."),
  unauthenticated: row(401, "A valid credential is required."),
  invalid_credentials: row(401, "Wrong e-mail address or password."),
  second_factor_invalid: row(401, "The code is wrong or was already used."),
  second_factor_expired: row(401, "Signing in took too long; start again."),
  passkey_invalid: row(401, "The passkey could not be verified."),
  federated_failed: row(401, "The other service did not sign you in."),
  session_missing: row(401, "No session."),
  token_reuse: row(401, "A session value was used twice; the session has been ended."),
  invalid_client: row(401, "The service client is unknown or its secret is wrong."),
  forbidden: row(403, "You may not do this."),
  origin_not_allowed: row(403, "This origin may not use Topolo Auth."),
  csrf_header_missing: row(403, "The header X-Topolo-Auth is required."),
  account_suspended: row(403, "The account is not active."),
  workspace_suspended: row(403, "The organization is not active."),
  scope_exceeds_permissions: row(403, "A key cannot have more permissions than its creator."),
  email_unverified: row(403, "Verify your e-mail address first."),
  reauthentication_required: row(403, "Sign in again to make this change."),
  app_not_let_in: row(
    403,
    "This app is not registered here, and your organization does not let it in. An owner can allow its host.",
  ),
  browser_required: row(403, "Do this in the browser: a device or a program may not."),
  second_factor_required: row(403, "Two-factor code required together with your password."),
  role_not_grantable: row(403, "You may not grant or change this role."),
  permission_not_grantable: row(403, "You cannot grant a permission that you or the organization do not have."),
  turnstile_failed: row(403, "The robot check failed; try again."),
  service_not_launchable: row(403, "This service cannot be opened from the app switcher."),
  not_eligible: row(403, "This account may not open that service."),
  organization_sign_in_required: row(403, "Your organization asks you to sign in with its own sign-in."),
  invitation_required: row(403, "This account is no member of the organization; ask its owners for an invitation."),
  domain_not_verified: row(403, "The address's domain is not a verified domain of the organization."),
  registration_closed: row(403, "Registration is by invitation only."),
  setup_link_invalid: row(403, "The set-up link is invalid, used or expired."),
  not_found: row(404, "Not found."),
  organization_not_found: row(404, "Organization not found."),
  member_not_found: row(404, "Member not found."),
  service_not_found: row(404, "Service not found."),
  user_not_found: row(404, "User not found."),
  session_not_found: row(404, "Session not found."),
  passkey_not_found: row(404, "Passkey not found."),
  factor_not_found: row(404, "Second factor not found."),
  provider_not_found: row(404, "Sign-in provider not found."),
  domain_not_found: row(404, "Domain not found."),
  scim_token_not_found: row(404, "SCIM token not found."),
  identity_not_found: row(404, "Linked identity not found."),
  invitation_not_found: row(404, "Invitation not found."),
  organization_changed: row(409, "Another organization is active by now. Look at the request again."),
  interaction_not_found: row(404, "This sign-in is unknown, finished or expired; start again from the app."),
  consent_not_found: row(404, "This app is not connected to your account."),
  developer_not_found: row(404, "Developer not found."),
  api_key_not_found: row(404, "API key not found."),
  method_not_allowed: row(405, "Method not allowed."),
  last_owner: row(409, "An organization needs at least one owner."),
  last_factor: row(409, "This is the account's only way to sign in."),
  already_member: row(409, "This person is already a member."),
  domain_exists: row(409, "The organization already has this domain."),
  domain_taken: row(409, "Another organization has verified this domain."),
  domain_record_missing: row(409, "The TXT record was not found; DNS changes can take a while."),
  too_many_domains: row(409, "The maximum number of domains is reached; remove one first."),
  too_many_scim_tokens: row(409, "The maximum number of SCIM tokens is reached; revoke one first."),
  slug_taken: row(409, "This short name is taken."),
  account_exists: row(409, "An account with this address exists; sign in to it and link from there."),
  too_many_organizations: row(409, "You have reached the maximum number of organizations."),
  too_many_api_keys: row(409, "The maximum number of API keys is reached; revoke one first."),
  too_many_invitations: row(409, "The maximum number of open invitations is reached; withdraw one first."),
  too_many_passkeys: row(409, "An account can have at most twenty passkeys; remove one first."),
  identity_taken: row(
    409,
    "This identity is linked to another account, or your account has another one from this provider.",
  ),
  account_mismatch: row(409, "This browser is signed in with a different account."),
  manifest_conflict: row(409, "The manifest conflicts with a registered service."),
  admission_budget_required: row(
    409,
    "Say how much the organization may spend: no budget is set for admissions (AUTH_SELF_SERVICE_BUDGET).",
  ),
  status_conflict: row(409, "The current status does not allow this change."),
  payload_too_large: row(413, "The request body is larger than 64 KiB."),
  unsupported_media_type: row(415, "Send application/json without content encoding."),
  too_many_attempts: row(429, "Too many attempts; try again later."),
  unavailable: row(503, "Topolo Auth cannot reach its database."),
  mail_unavailable: row(503, "E-mail cannot be sent at the moment; try again shortly."),
  turnstile_unavailable: row(503, "The robot check is not available at the moment; try again shortly."),
  dns_unavailable: row(503, "The domain's DNS did not answer; try again shortly."),
  provider_unavailable: row(503, "The other service cannot be reached at the moment; try again shortly."),
  overloaded: row(503, "Too many sign-ins at the moment; try again shortly."),
  internal: row(500, "Something went wrong on our side."),
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

export type AuthErrorCode = keyof typeof authErrorTable;

/** One thing wrong with the input: the dotted path of the field and what was expected there. */
export interface AuthFieldIssue {
  readonly field: string;
  readonly expected: string;
}

/** Where a person confirms the identity, for `reauthentication_required`. */
export interface Reauthenticate {
  /** Takes a password, a code or a passkey, and answers with a new token. */
  readonly endpoint: string;
  /** For browsers; with `return_to` it leads back. */
  readonly page: string;
  readonly maxAgeSeconds: number;
}

interface AuthErrorOptions {
  readonly message?: string;
  readonly issues?: readonly AuthFieldIssue[];
  readonly retryAfterMs?: number;
  /** The number that would be exceeded. */
  readonly limit?: number;
  readonly reauthenticate?: Reauthenticate;
  /** The methods the path answers to, where another one was used. */
  readonly allow?: readonly string[];
  /** Tells a browser to drop its session cookie. */
  readonly clearCookie?: boolean;
}

const marker = Symbol.for("topolo.auth.error");

/** An answer that is a refusal; the listener encodes it as `{ error: { code, message, issues, limit, reauthenticate } }`. */
export class AuthError extends Error {
  readonly [marker] = true;
  readonly code: AuthErrorCode;
  readonly issues: readonly AuthFieldIssue[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  readonly reauthenticate: Reauthenticate | undefined;
  readonly allow: readonly string[] | undefined;
  readonly clearCookie: boolean;

  constructor(code: AuthErrorCode, options: AuthErrorOptions = {}) {
    super(options.message ?? authErrorTable[code].message);
    this.name = "AuthError";
    this.code = code;
    this.issues = options.issues;
    this.retryAfterMs = options.retryAfterMs;
    this.limit = options.limit;
    this.reauthenticate = options.reauthenticate;
    this.allow = options.allow;
    this.clearCookie = options.clearCookie ?? false;
  }

  static is(value: unknown): value is AuthError {
    return typeof value === "object" && value !== null && marker in value;
  }

  get status(): number {
    return authErrorTable[this.code].status;
  }
}
