import type {
  CheckoutStatus,
  PaymentStatus,
  RefundStatus,
  SubscriptionStatus,
} from "../../../contracts/payments/statuses.ts";

/*
 * Mollie's own words, all that its OpenAPI description lists (https://github.com/mollie/openapi): `payment-status`,
 * `capture-status`, `refund-status`, `subscription-status`.
 */

export const paymentWords = {
  open: "created",
  pending: "pending",
  authorized: "authorized",
  paid: "captured",
  canceled: "canceled",
  expired: "expired",
  failed: "failed",
} as const satisfies Record<string, PaymentStatus>;

/** How far the page has got on which a payer pays. */
export const paymentPages = {
  open: "open",
  pending: "complete",
  authorized: "complete",
  paid: "complete",
  canceled: "expired",
  expired: "expired",
  failed: "expired",
} as const satisfies Record<string, CheckoutStatus>;

export const captureStates = { pending: "under way", succeeded: "taken", failed: "none" } as const;

export const mollieRefundWords = {
  queued: "pending",
  pending: "pending",
  processing: "pending",
  refunded: "succeeded",
  failed: "failed",
  canceled: "canceled",
} as const satisfies Record<string, RefundStatus>;

export const mollieSubscriptionWords = {
  pending: "incomplete",
  active: "active",
  suspended: "paused",
  canceled: "canceled",
  completed: "canceled",
} as const satisfies Record<string, SubscriptionStatus>;
