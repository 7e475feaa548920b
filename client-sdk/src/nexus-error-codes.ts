// Written by `npm run docs` from the server's table of errors.

/** Every code of an error, with what it means. */
export interface NexusErrorCodeTable {
  /**
   * The request is not valid.
   *
   * Status 400. The caller can mend it. The same call would fail again.
   */
  readonly INVALID_INPUT: "INVALID_INPUT";
  /**
   * Send either a bearer token or a service token, not both.
   *
   * Status 400. The caller can mend it. The same call would fail again.
   */
  readonly AMBIGUOUS_CREDENTIALS: "AMBIGUOUS_CREDENTIALS";
  /**
   * A service token needs the header X-Nexus-Organization-Id.
   *
   * Status 400. The caller can mend it. The same call would fail again.
   */
  readonly ORGANIZATION_REQUIRED: "ORGANIZATION_REQUIRED";
  /**
   * The credential is missing, unknown, expired or revoked.
   *
   * Status 401. The caller can mend it. The same call would fail again.
   */
  readonly UNAUTHENTICATED: "UNAUTHENTICATED";
  /**
   * A hard budget has no room for this call.
   *
   * Status 402. The caller can mend it. The same call would fail again.
   */
  readonly BUDGET_EXCEEDED: "BUDGET_EXCEEDED";
  /**
   * The customer's wallet has no room for this call: top it up.
   *
   * Status 402. The caller can mend it. The same call would fail again.
   */
  readonly WALLET_EMPTY: "WALLET_EMPTY";
  /**
   * The credential does not have the permission that this operation needs.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly SCOPE_DENIED: "SCOPE_DENIED";
  /**
   * This change needs a sign-in of the last ten minutes: confirm your identity at Topolo Auth and try again with the new token.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly REAUTHENTICATION_REQUIRED: "REAUTHENTICATION_REQUIRED";
  /**
   * X-Service-ID names another app than the credential.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly SERVICE_MISMATCH: "SERVICE_MISMATCH";
  /**
   * The app has blocked this customer.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly CUSTOMER_BLOCKED: "CUSTOMER_BLOCKED";
  /**
   * This organization accepts only calls attributed to a registered app.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly APP_REQUIRED: "APP_REQUIRED";
  /**
   * The platform does not pay for this organization yet: store a vendor key of its own, or ask a platform operator to admit it.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly NOT_ADMITTED: "NOT_ADMITTED";
  /**
   * The organization's spending policy does not allow this; the rule is named in the details.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly POLICY_DENIED: "POLICY_DENIED";
  /**
   * The organization is suspended.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly WORKSPACE_SUSPENDED: "WORKSPACE_SUSPENDED";
  /**
   * The organization's model list does not allow this model.
   *
   * Status 403. The caller can mend it. The same call would fail again.
   */
  readonly MODEL_NOT_ALLOWED: "MODEL_NOT_ALLOWED";
  /**
   * Not found.
   *
   * Status 404. The caller can mend it. The same call would fail again.
   */
  readonly NOT_FOUND: "NOT_FOUND";
  /**
   * The app has no customer of this id.
   *
   * Status 404. The caller can mend it. The same call would fail again.
   */
  readonly CUSTOMER_UNKNOWN: "CUSTOMER_UNKNOWN";
  /**
   * No vendor offers this model.
   *
   * Status 404. The caller can mend it. The same call would fail again.
   */
  readonly MODEL_UNKNOWN: "MODEL_UNKNOWN";
  /**
   * This path does not support that method.
   *
   * Status 405. The caller can mend it. The same call would fail again.
   */
  readonly METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED";
  /**
   * The request did not arrive in time.
   *
   * Status 408. The caller can mend it. The same call may succeed, and the client repeats it.
   */
  readonly REQUEST_TIMEOUT: "REQUEST_TIMEOUT";
  /**
   * The change conflicts with the current state.
   *
   * Status 409. The caller can mend it. The same call would fail again.
   */
  readonly CONFLICT: "CONFLICT";
  /**
   * It was canceled before anything was sent.
   *
   * Status 409. The caller can mend it. The same call would fail again.
   */
  readonly CANCELED: "CANCELED";
  /**
   * It could not be sent before it expired; nothing was sent.
   *
   * Status 409. It comes from the vendor. The same call would fail again.
   */
  readonly EXPIRED: "EXPIRED";
  /**
   * A call with this idempotency key is still running.
   *
   * Status 409. The caller can mend it. The same call may succeed, and the client repeats it.
   */
  readonly IDEMPOTENCY_IN_PROGRESS: "IDEMPOTENCY_IN_PROGRESS";
  /**
   * No credential for this vendor: store an organization key or ask the platform for a default.
   *
   * Status 412. The caller can mend it. The same call would fail again.
   */
  readonly CREDENTIAL_MISSING: "CREDENTIAL_MISSING";
  /**
   * The first call with this idempotency key was carried out and paid for, but its answer is no longer kept.
   *
   * Status 409. It is Nexus's own. The same call would fail again.
   */
  readonly ANSWER_LOST: "ANSWER_LOST";
  /**
   * The request body is larger than this operation accepts.
   *
   * Status 413. The caller can mend it. The same call would fail again.
   */
  readonly PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE";
  /**
   * Send application/json without content encoding.
   *
   * Status 415. The caller can mend it. The same call would fail again.
   */
  readonly UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE";
  /**
   * This idempotency key was used with another request.
   *
   * Status 422. The caller can mend it. The same call would fail again.
   */
  readonly IDEMPOTENCY_MISMATCH: "IDEMPOTENCY_MISMATCH";
  /**
   * The model has no price for a unit this call needs; an administrator can add one.
   *
   * Status 422. The caller can mend it. The same call would fail again.
   */
  readonly MODEL_UNPRICED: "MODEL_UNPRICED";
  /**
   * No allowed route can do what the request asks for.
   *
   * Status 422. The caller can mend it. The same call would fail again.
   */
  readonly CAPABILITY_MISSING: "CAPABILITY_MISSING";
  /**
   * Nothing was sent: every recipient is suppressed.
   *
   * Status 422. The caller can mend it. The same call would fail again.
   */
  readonly RECIPIENT_SUPPRESSED: "RECIPIENT_SUPPRESSED";
  /**
   * Too many requests; slow down.
   *
   * Status 429. The caller can mend it. The same call may succeed, and the client repeats it.
   */
  readonly RATE_LIMITED: "RATE_LIMITED";
  /**
   * The caller closed the connection.
   *
   * Status 499. The caller can mend it. The same call would fail again.
   */
  readonly REQUEST_CANCELLED: "REQUEST_CANCELLED";
  /**
   * The vendor refused the request.
   *
   * Status 422. It comes from the vendor. The same call would fail again.
   */
  readonly PROVIDER_REJECTED: "PROVIDER_REJECTED";
  /**
   * The vendor's rate limit has been reached.
   *
   * Status 429. It comes from the vendor. The same call may succeed, and the client repeats it.
   */
  readonly PROVIDER_RATE_LIMITED: "PROVIDER_RATE_LIMITED";
  /**
   * The vendor refused the stored credential.
   *
   * Status 502. It comes from the vendor. The same call would fail again.
   */
  readonly PROVIDER_AUTH_FAILED: "PROVIDER_AUTH_FAILED";
  /**
   * The account behind the stored credential has no credit or quota left at the vendor; whoever pays for it has to add some.
   *
   * Status 502. It comes from the vendor. The same call would fail again.
   */
  readonly PROVIDER_ACCOUNT_EXHAUSTED: "PROVIDER_ACCOUNT_EXHAUSTED";
  /**
   * The vendor's answer could not be understood.
   *
   * Status 502. It comes from the vendor. The same call would fail again.
   */
  readonly PROVIDER_BAD_RESPONSE: "PROVIDER_BAD_RESPONSE";
  /**
   * The model's object does not fit the schema; the call was paid for.
   *
   * Status 502. It comes from the vendor. The same call would fail again.
   */
  readonly OBJECT_INVALID: "OBJECT_INVALID";
  /**
   * The vendor is not available.
   *
   * Status 503. It comes from the vendor. The same call may succeed, and the client repeats it.
   */
  readonly PROVIDER_UNAVAILABLE: "PROVIDER_UNAVAILABLE";
  /**
   * The vendor did not answer in time.
   *
   * Status 504. It comes from the vendor. The same call would fail again.
   */
  readonly PROVIDER_TIMEOUT: "PROVIDER_TIMEOUT";
  /**
   * The request left, but its outcome is not known; look the operation up before repeating it.
   *
   * Status 504. It comes from the vendor. The same call would fail again.
   */
  readonly OUTCOME_UNKNOWN: "OUTCOME_UNKNOWN";
  /**
   * Topolo Auth cannot be reached, so the credential cannot be checked.
   *
   * Status 503. It is Nexus's own. The same call may succeed, and the client repeats it.
   */
  readonly AUTH_UNAVAILABLE: "AUTH_UNAVAILABLE";
  /**
   * The ledger cannot be reached, so nothing that costs money is started.
   *
   * Status 503. It is Nexus's own. The same call may succeed, and the client repeats it.
   */
  readonly LEDGER_UNAVAILABLE: "LEDGER_UNAVAILABLE";
  /**
   * Calls that cost money are stopped: an operator has stopped them, or has to confirm a restored database first.
   *
   * Status 503. It is Nexus's own. The same call would fail again.
   */
  readonly SPENDING_STOPPED: "SPENDING_STOPPED";
  /**
   * Stored secrets cannot be opened: the encryption key is missing or wrong.
   *
   * Status 503. It is Nexus's own. The same call would fail again.
   */
  readonly SEALED: "SEALED";
  /**
   * Too much work is waiting; try again shortly.
   *
   * Status 503. It is Nexus's own. The same call may succeed, and the client repeats it.
   */
  readonly OVERLOADED: "OVERLOADED";
  /**
   * Something went wrong on our side.
   *
   * Status 500. It is Nexus's own. The same call would fail again.
   */
  readonly INTERNAL: "INTERNAL";
  /**
   * No answer of Nexus came back; the message says what stands at the address instead, as far as can be told.
   *
   * The client's own. `effect` is `none` where nothing left.
   */
  readonly CONNECTION_FAILED: "CONNECTION_FAILED";
  /**
   * The caller's signal ended the call.
   *
   * The client's own.
   */
  readonly ABORTED: "ABORTED";
}

/**
 * Every code by its name, for editors that show what it means.
 *
 * @example
 * if (NexusClientError.is(error) && error.code === NexusErrorCodes.BUDGET_EXCEEDED) askForMore();
 */
export const NexusErrorCodes: NexusErrorCodeTable = {
  INVALID_INPUT: "INVALID_INPUT",
  AMBIGUOUS_CREDENTIALS: "AMBIGUOUS_CREDENTIALS",
  ORGANIZATION_REQUIRED: "ORGANIZATION_REQUIRED",
  UNAUTHENTICATED: "UNAUTHENTICATED",
  BUDGET_EXCEEDED: "BUDGET_EXCEEDED",
  WALLET_EMPTY: "WALLET_EMPTY",
  SCOPE_DENIED: "SCOPE_DENIED",
  REAUTHENTICATION_REQUIRED: "REAUTHENTICATION_REQUIRED",
  SERVICE_MISMATCH: "SERVICE_MISMATCH",
  CUSTOMER_BLOCKED: "CUSTOMER_BLOCKED",
  APP_REQUIRED: "APP_REQUIRED",
  NOT_ADMITTED: "NOT_ADMITTED",
  POLICY_DENIED: "POLICY_DENIED",
  WORKSPACE_SUSPENDED: "WORKSPACE_SUSPENDED",
  MODEL_NOT_ALLOWED: "MODEL_NOT_ALLOWED",
  NOT_FOUND: "NOT_FOUND",
  CUSTOMER_UNKNOWN: "CUSTOMER_UNKNOWN",
  MODEL_UNKNOWN: "MODEL_UNKNOWN",
  METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
  REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
  CONFLICT: "CONFLICT",
  CANCELED: "CANCELED",
  EXPIRED: "EXPIRED",
  IDEMPOTENCY_IN_PROGRESS: "IDEMPOTENCY_IN_PROGRESS",
  CREDENTIAL_MISSING: "CREDENTIAL_MISSING",
  ANSWER_LOST: "ANSWER_LOST",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  IDEMPOTENCY_MISMATCH: "IDEMPOTENCY_MISMATCH",
  MODEL_UNPRICED: "MODEL_UNPRICED",
  CAPABILITY_MISSING: "CAPABILITY_MISSING",
  RECIPIENT_SUPPRESSED: "RECIPIENT_SUPPRESSED",
  RATE_LIMITED: "RATE_LIMITED",
  REQUEST_CANCELLED: "REQUEST_CANCELLED",
  PROVIDER_REJECTED: "PROVIDER_REJECTED",
  PROVIDER_RATE_LIMITED: "PROVIDER_RATE_LIMITED",
  PROVIDER_AUTH_FAILED: "PROVIDER_AUTH_FAILED",
  PROVIDER_ACCOUNT_EXHAUSTED: "PROVIDER_ACCOUNT_EXHAUSTED",
  PROVIDER_BAD_RESPONSE: "PROVIDER_BAD_RESPONSE",
  OBJECT_INVALID: "OBJECT_INVALID",
  PROVIDER_UNAVAILABLE: "PROVIDER_UNAVAILABLE",
  PROVIDER_TIMEOUT: "PROVIDER_TIMEOUT",
  OUTCOME_UNKNOWN: "OUTCOME_UNKNOWN",
  AUTH_UNAVAILABLE: "AUTH_UNAVAILABLE",
  LEDGER_UNAVAILABLE: "LEDGER_UNAVAILABLE",
  SPENDING_STOPPED: "SPENDING_STOPPED",
  SEALED: "SEALED",
  OVERLOADED: "OVERLOADED",
  INTERNAL: "INTERNAL",
  CONNECTION_FAILED: "CONNECTION_FAILED",
  ABORTED: "ABORTED",
};
