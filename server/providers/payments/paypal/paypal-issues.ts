import type { ProviderFailure } from "../../../contracts/vendor-call.ts";

/** What an issue proves, and what callers are told of it. */
export type Told = Pick<ProviderFailure, "kind" | "code" | "about" | "message"> &
  Pick<Partial<ProviderFailure>, "repeat" | "doubt">;

const refused = { kind: "refused" } as const;
const no = (message: string): Told => ({ ...refused, code: "PROVIDER_REJECTED", about: "request", message });

const already: Told = {
  ...no("The vendor says that its state does not allow this, or that it is done already."),
  repeat: "already",
};
const declined = no("The payer's account or bank declined the payment.");
const blocked = no("The payment was blocked as suspected fraud, or by a rule of the account.");
const unapproved = no("The payer has not approved it, or no longer.");
/** The account cannot; another vendor's may. */
const unable: Told = { ...no("The account at the vendor cannot do this."), about: "route" };

export const inProgress: Told = {
  kind: "unknown",
  doubt: "server_error",
  code: "PROVIDER_UNAVAILABLE",
  about: "route",
  repeat: "in_progress",
  message: "The vendor still works on an earlier request with this key.",
};

const all = (told: Told, issues: readonly string[]): Readonly<Record<string, Told>> =>
  Object.fromEntries(issues.map((issue) => [issue, told]));

/**
 * What PayPal's issues say that is more than a no. All that its specifications list for 400, 403, 404 and 422 and that is not here is a
 * definite no to the request: it was checked, and nothing was done. Sources: the `details[].issue` of the specifications,
 * https://developer.paypal.com/api/rest/reference/orders/v2/errors/ and …/payments/v2/errors/ and …/subscriptions/v1/errors/.
 */
export const issues: Readonly<Record<string, Told>> = {
  // After an attempt of unknown outcome these may be our own success: it is looked up.
  ...all(already, [
    "ORDER_ALREADY_CAPTURED",
    "ORDER_ALREADY_AUTHORIZED",
    "ORDER_ALREADY_COMPLETED",
    "ORDER_COMPLETED_OR_VOIDED",
    "AUTHORIZATION_ALREADY_CAPTURED",
    "AUTHORIZATION_VOIDED",
    "MAX_AUTHORIZATION_COUNT_EXCEEDED",
    "MAX_CAPTURE_AMOUNT_EXCEEDED",
    "MAX_CAPTURE_COUNT_EXCEEDED",
    "PREVIOUSLY_CAPTURED",
    "PREVIOUSLY_VOIDED",
    "CANNOT_BE_VOIDED",
    "CAPTURE_FULLY_REFUNDED",
    "REFUND_AMOUNT_EXCEEDED",
    "DUPLICATE_INVOICE_ID",
    "SUBSCRIPTION_STATUS_INVALID",
  ]),
  ...all(inProgress, ["PREVIOUS_REQUEST_IN_PROGRESS", "ORDER_COMPLETION_IN_PROGRESS"]),
  ...all(declined, [
    "INSTRUMENT_DECLINED",
    "PAYER_CANNOT_PAY",
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED",
    "PAYER_ACCOUNT_RESTRICTED",
    "PAYMENT_SOURCE_DECLINED_BY_PROCESSOR",
    "ALIAS_DECLINED_BY_PROCESSOR",
    "DECLINED_DUE_TO_RELATED_TXN",
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING",
    "CARD_EXPIRED",
    "REFERENCED_CARD_EXPIRED",
    "AUTHORIZATION_DENIED",
    "AUTHORIZATION_EXPIRED",
    "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED",
    "TRANSACTION_LIMIT_EXCEEDED",
  ]),
  ...all(blocked, [
    "TRANSACTION_REFUSED",
    "TRANSACTION_BLOCKED_BY_PAYEE",
    "PAYEE_BLOCKED_TRANSACTION",
    "COMPLIANCE_VIOLATION",
  ]),
  ...all(unapproved, ["ORDER_NOT_APPROVED", "ORDER_IS_PENDING_APPROVAL", "PAYER_ACTION_REQUIRED", "ORDER_EXPIRED"]),
  ...all(no("The account at the vendor has too little money for this refund."), ["REFUND_FAILED_INSUFFICIENT_FUNDS"]),
  ...all(unable, [
    "AUTH_CAPTURE_NOT_ENABLED",
    "CONSENT_NEEDED",
    "PAYEE_ACCOUNT_INVALID",
    "PAYEE_ACCOUNT_LOCKED_OR_CLOSED",
    "PAYEE_ACCOUNT_NOT_VERIFIED",
    "PAYEE_ACCOUNT_RESTRICTED",
    "PERMISSION_DENIED",
    "TRANSACTION_RECEIVING_LIMIT_EXCEEDED",
    "USER_ACCOUNT_CLOSED",
  ]),
};
