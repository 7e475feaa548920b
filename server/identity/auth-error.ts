const row = (status: number, message: string) => ({ status, message });

/** Every error Auth answers with. Validation refusals have codes of their own, in `validation/refusal.ts`. */
export const authErrorTable = {
  invalid_request: row(400, "The request is not valid."),
  unknown_service: row(400, "X-Service-ID names no registered service."),
  service_required: row(400, "Name your service in the header X-Service-ID."),
  link_invalid: row(400, "The link is unknown, used or too old."),
  code_invalid: row(400, "The code is not right, used or too old."),
  redirect_uri_not_registered: row(400, "The redirect address is not registered for this service."),
  permission_unknown: row(400, "There is no such permission."),
  ambiguous_headers: row(400, "A header that must be single was sent more than once."),
  ambiguous_cookie: row(400, "More than one session cookie was sent."),
  unauthenticated: row(401, "A valid credential is needed."),
  invalid_credentials: row(401, "The e-mail address or the password is not right."),
  second_factor_invalid: row(401, "The code is not right, or was used already."),
  second_factor_expired: row(401, "Signing in took too long; start again."),
  passkey_invalid: row(401, "The passkey could not be verified."),
  federated_failed: row(401, "The other service did not sign you in."),
  session_missing: row(401, "There is no session."),
  token_reuse: row(401, "A session value was used twice; the session has been ended."),
  invalid_client: row(401, "The service client is unknown or its secret is wrong."),
  forbidden: row(403, "You may not do this."),
  origin_not_allowed: row(403, "This origin may not use Topolo Auth."),
  csrf_header_missing: row(403, "The header X-Topolo-Auth is needed."),
  account_suspended: row(403, "The account is not active."),
  workspace_suspended: row(403, "The organization is not active."),
  scope_exceeds_permissions: row(403, "A key cannot carry more than its creator holds."),
  email_unverified: row(403, "Verify your e-mail address first."),
  reauthentication_required: row(403, "Sign in again to change this."),
  second_factor_required: row(403, "Show your second factor together with your password."),
  role_not_grantable: row(403, "You may not grant or change this role."),
  permission_not_grantable: row(403, "You cannot grant what you do not hold, nor what the organization may not use."),
  turnstile_failed: row(403, "The check that you are not a robot did not succeed; try it again."),
  service_not_launchable: row(403, "This service cannot be opened from the app switcher."),
  not_eligible: row(403, "This account may not open that service."),
  registration_closed: row(403, "Accounts are made by invitation here."),
  setup_link_invalid: row(403, "The set-up link is unknown, used or too old."),
  not_found: row(404, "There is no such thing here."),
  organization_not_found: row(404, "There is no such organization here."),
  member_not_found: row(404, "There is no such member here."),
  service_not_found: row(404, "There is no such service."),
  user_not_found: row(404, "There is no such user here."),
  session_not_found: row(404, "There is no such session here."),
  passkey_not_found: row(404, "There is no such passkey here."),
  factor_not_found: row(404, "There is no such second factor here."),
  provider_not_found: row(404, "There is no such sign-in provider."),
  identity_not_found: row(404, "There is no such linked identity here."),
  invitation_not_found: row(404, "There is no such invitation here."),
  interaction_not_found: row(404, "This sign-in is unknown, done or too old; start again from the app."),
  consent_not_found: row(404, "You have not connected this app, or not any more."),
  developer_not_found: row(404, "There is no such developer."),
  api_key_not_found: row(404, "There is no such API key here."),
  method_not_allowed: row(405, "This path does not answer to that method."),
  last_owner: row(409, "An organization keeps at least one owner."),
  last_factor: row(409, "This is the only way to sign in to the account."),
  already_member: row(409, "This person is a member already."),
  slug_taken: row(409, "This short name is taken."),
  account_exists: row(409, "An account with this address exists; sign in to it and link from there."),
  too_many_organizations: row(409, "You have made as many organizations as one person may make."),
  too_many_api_keys: row(409, "There are as many API keys as there may be; revoke one first."),
  too_many_invitations: row(409, "As many invitations as there may be wait for an answer; withdraw one first."),
  too_many_passkeys: row(409, "An account keeps at most twenty passkeys; remove one first."),
  identity_taken: row(409, "This identity belongs to another account, or yours has another one of this provider."),
  account_mismatch: row(409, "This browser is signed in as somebody else."),
  manifest_conflict: row(409, "The manifest conflicts with what is registered."),
  status_conflict: row(409, "This change does not follow from the present status."),
  payload_too_large: row(413, "The request body is larger than 64 KiB."),
  unsupported_media_type: row(415, "Send application/json without content encoding."),
  too_many_attempts: row(429, "Too many attempts; try again later."),
  unavailable: row(503, "Topolo Auth cannot reach its database."),
  mail_unavailable: row(503, "Mail cannot be sent at the moment; try again shortly."),
  turnstile_unavailable: row(503, "The robot check cannot be made at the moment; try again shortly."),
  provider_unavailable: row(503, "The other service cannot be reached at the moment; try again shortly."),
  overloaded: row(503, "Too many sign-ins are waiting; try again shortly."),
  internal: row(500, "Something went wrong on our side."),
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

export type AuthErrorCode = keyof typeof authErrorTable;

/** One thing wrong with the input: the dotted path of the field and what was expected there. */
export interface AuthFieldIssue {
  readonly field: string;
  readonly expected: string;
}

interface AuthErrorOptions {
  readonly message?: string;
  readonly issues?: readonly AuthFieldIssue[];
  readonly retryAfterMs?: number;
  /** The number that would be exceeded. */
  readonly limit?: number;
  /** Tells a browser to drop its session cookie. */
  readonly clearCookie?: boolean;
}

const marker = Symbol.for("topolo.auth.error");

/** An answer that is a refusal; the listener encodes it as `{ error: { code, message, issues, limit } }`. */
export class AuthError extends Error {
  readonly [marker] = true;
  readonly code: AuthErrorCode;
  readonly issues: readonly AuthFieldIssue[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  readonly clearCookie: boolean;

  constructor(code: AuthErrorCode, options: AuthErrorOptions = {}) {
    super(options.message ?? authErrorTable[code].message);
    this.name = "AuthError";
    this.code = code;
    this.issues = options.issues;
    this.retryAfterMs = options.retryAfterMs;
    this.limit = options.limit;
    this.clearCookie = options.clearCookie ?? false;
  }

  static is(value: unknown): value is AuthError {
    return typeof value === "object" && value !== null && marker in value;
  }

  get status(): number {
    return authErrorTable[this.code].status;
  }
}
