import type { CheckoutStatus, PaymentStatus, RefundStatus } from "../../../contracts/payments/statuses.ts";

/*
 * Razorpay's own words: https://razorpay.com/docs/payments/orders/#order-states, …/payments/payments/#payment-states,
 * …/payments/payment-links/states, …/payments/refunds/#refund-states. To confirm with an account.
 */

/** Of an order that no payment has been made for that counts. */
export const razorpayOrders = { created: "created", attempted: "created", paid: "unknown" } as const satisfies Record<
  string,
  PaymentStatus
>;

export const razorpayPayments = {
  created: "pending",
  authorized: "authorized",
  captured: "captured",
  refunded: "refunded",
  failed: "failed",
} as const satisfies Record<string, PaymentStatus>;

export const razorpayLinks = {
  created: "open",
  partially_paid: "open",
  paid: "complete",
  cancelled: "expired",
  expired: "expired",
} as const satisfies Record<string, CheckoutStatus>;

export const razorpayRefunds = {
  pending: "pending",
  processed: "succeeded",
  failed: "failed",
} as const satisfies Record<string, RefundStatus>;
