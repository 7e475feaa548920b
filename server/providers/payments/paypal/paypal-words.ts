import type {
  CheckoutStatus,
  DisputeStatus,
  InvoiceStatus,
  PaymentStatus,
  RefundStatus,
  SubscriptionStatus,
} from "../../../contracts/payments/statuses.ts";

/*
 * PayPal's own words, all that its specifications list (Orders 2.13, Payments 2.5, Subscriptions 1.6) and those that its
 * pages add. A word that is in no table is `unknown`, never the nearest one.
 */

/** Of an order whose payer has not paid. COMPLETED says nothing of the money: that is on its captures and authorizations. */
export const orderWords = {
  CREATED: "created",
  SAVED: "created",
  APPROVED: "created",
  PAYER_ACTION_REQUIRED: "requires_action",
  VOIDED: "canceled",
  COMPLETED: "unknown",
  /** The name of the error that PayPal answers with for an order that it has forgotten. */
  RESOURCE_NOT_FOUND: "expired",
} as const satisfies Record<string, PaymentStatus>;

export const authorizationWords = {
  CREATED: "authorized",
  PENDING: "pending",
  PARTIALLY_CAPTURED: "partially_captured",
  CAPTURED: "captured",
  VOIDED: "canceled",
  DENIED: "failed",
  // On older pages alone: https://developer.paypal.com/docs/api/payments/v2/#authorizations_get
  EXPIRED: "expired",
} as const satisfies Record<string, PaymentStatus>;

export const captureWords = {
  COMPLETED: "captured",
  PENDING: "pending",
  PARTIALLY_REFUNDED: "partially_refunded",
  REFUNDED: "refunded",
  DECLINED: "failed",
  FAILED: "failed",
} as const satisfies Record<string, PaymentStatus>;

export const refundWords = {
  PENDING: "pending",
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "canceled",
} as const satisfies Record<string, RefundStatus>;

export const subscriptionWords = {
  APPROVAL_PENDING: "incomplete",
  APPROVED: "incomplete",
  ACTIVE: "active",
  SUSPENDED: "paused",
  CANCELLED: "canceled",
  EXPIRED: "canceled",
} as const satisfies Record<string, SubscriptionStatus>;

/** How far the page has got on which a payer approves a subscription. Its billing cycles may have ended since: EXPIRED. */
export const subscriptionPages = {
  APPROVAL_PENDING: "open",
  APPROVED: "complete",
  ACTIVE: "complete",
  SUSPENDED: "complete",
  CANCELLED: "complete",
  EXPIRED: "complete",
} as const satisfies Record<string, CheckoutStatus>;

/** Why a capture is as it is; two of the reasons are disputes. */
export const captureReasons = {
  BUYER_COMPLAINT: "open",
  CHARGEBACK: "open",
  ECHECK: "none",
  INTERNATIONAL_WITHDRAWAL: "none",
  OTHER: "none",
  PENDING_REVIEW: "none",
  RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION: "none",
  REFUNDED: "none",
  TRANSACTION_APPROVED_AWAITING_FUNDING: "none",
  UNILATERAL: "none",
  VERIFICATION_REQUIRED: "none",
} as const satisfies Record<string, DisputeStatus>;

/** https://developer.paypal.com/docs/api/invoicing/v2/#definition-invoice_status (Invoicing 2.3) */
export const invoiceWords = {
  DRAFT: "draft",
  SCHEDULED: "draft",
  SENT: "open",
  UNPAID: "open",
  PAYMENT_PENDING: "pending",
  PARTIALLY_PAID: "partially_paid",
  PAID: "paid",
  MARKED_AS_PAID: "paid",
  PARTIALLY_REFUNDED: "partially_refunded",
  REFUNDED: "refunded",
  MARKED_AS_REFUNDED: "refunded",
  CANCELLED: "canceled",
} as const satisfies Record<string, InvoiceStatus>;

/** https://developer.paypal.com/docs/api/customer-disputes/v1/ (Disputes 1.10). How one that is resolved ended is its outcome. */
export const disputeWords = {
  OPEN: "open",
  WAITING_FOR_BUYER_RESPONSE: "open",
  WAITING_FOR_SELLER_RESPONSE: "open",
  UNDER_REVIEW: "open",
  RESOLVED: "unknown",
  // PayPal's own word for all that it does not tell.
  OTHER: "unknown",
} as const satisfies Record<string, DisputeStatus>;

/** By who keeps the money. With a payout PayPal pays the payer, and the seller keeps it. */
export const disputeOutcomes = {
  RESOLVED_BUYER_FAVOUR: "lost",
  RESOLVED_SELLER_FAVOUR: "won",
  RESOLVED_WITH_PAYOUT: "won",
  CANCELED_BY_BUYER: "won",
  ACCEPTED: "lost",
  DENIED: "won",
  NONE: "none",
} as const satisfies Record<string, DisputeStatus>;

/** What a table says of a word; `otherwise` for one that it has not. */
export const saidBy = <T, O>(table: Readonly<Record<string, T>>, word: string | undefined, otherwise: O): T | O =>
  word !== undefined && Object.hasOwn(table, word) ? (table[word] ?? otherwise) : otherwise;
