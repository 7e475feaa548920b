import type { PaymentStatus, RefundStatus, SubscriptionStatus } from "../../../contracts/payments/statuses.ts";

/*
 * Square's own words, all that its SDK of version 46 (API 2026-09-16) and its reference list: `Payment.status`, `OrderState`,
 * `RefundStatus`, `SubscriptionStatus`.
 */

export const squarePayments = {
  APPROVED: "authorized",
  PENDING: "pending",
  COMPLETED: "captured",
  CANCELED: "canceled",
  FAILED: "failed",
} as const satisfies Record<string, PaymentStatus>;

/** Of an order that nobody has paid. */
export const squareOrders = {
  OPEN: "created",
  DRAFT: "created",
  CANCELED: "canceled",
  COMPLETED: "unknown",
} as const satisfies Record<string, PaymentStatus>;

export const squareRefunds = {
  PENDING: "pending",
  APPROVED: "pending",
  COMPLETED: "succeeded",
  REJECTED: "failed",
  FAILED: "failed",
} as const satisfies Record<string, RefundStatus>;

export const squareSubscriptions = {
  PENDING: "incomplete",
  ACTIVE: "active",
  PAUSED: "paused",
  DEACTIVATED: "unpaid",
  CANCELED: "canceled",
  COMPLETED: "canceled",
} as const satisfies Record<string, SubscriptionStatus>;
