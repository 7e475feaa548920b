/** Why a credential is not valid. */
export const validationRefusals = [
  "credential_missing",
  "token_malformed",
  "token_invalid",
  "token_not_yet_valid",
  "token_expired",
  "token_revoked",
  "client_inactive",
  "session_revoked",
  "session_expired",
  "user_inactive",
  "membership_missing",
  "organization_sign_in_required",
  "audience_mismatch",
  "proof_missing",
  "proof_invalid",
  "proof_replayed",
  "api_key_invalid",
  "api_key_expired",
  "api_key_revoked",
  "owner_inactive",
  "workspace_suspended",
] as const;

export type ValidationRefusal = (typeof validationRefusals)[number];

const known: ReadonlySet<unknown> = new Set(validationRefusals);

export const isRefusal = (value: unknown): value is ValidationRefusal => known.has(value);
