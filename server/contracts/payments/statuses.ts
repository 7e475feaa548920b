import { z } from "zod";

/** How far a payment has got, in the same words for every vendor. */
export const PaymentStatus = z
  .enum([
    "created",
    "requires_action",
    "pending",
    "authorized",
    "partially_captured",
    "captured",
    "partially_refunded",
    "refunded",
    "canceled",
    "failed",
    "expired",
    "unknown",
  ])
  .describe("unknown: the vendor answered a state that Nexus does not know; look at `providerStatus`");
export type PaymentStatus = z.infer<typeof PaymentStatus>;

/** Whether the payer, or the payer's bank, wants the money back; a disputed payment is still a captured one. */
export const DisputeStatus = z.enum(["none", "open", "won", "lost", "unknown"]);
export type DisputeStatus = z.infer<typeof DisputeStatus>;

/** Who acts next. */
export const NextStep = z
  .enum(["payer", "authorize", "capture", "wait"])
  .nullable()
  .describe("payer: approves or pays; authorize, capture: you do; wait: the vendor is busy; null: nobody");
export type NextStep = z.infer<typeof NextStep>;

export const RefundStatus = z.enum(["pending", "requires_action", "succeeded", "failed", "canceled", "unknown"]);
export type RefundStatus = z.infer<typeof RefundStatus>;

export const SubscriptionStatus = z.enum([
  "incomplete",
  "incomplete_expired",
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
  "canceled",
  "unknown",
]);
export type SubscriptionStatus = z.infer<typeof SubscriptionStatus>;

/** How far an invoice has got. */
export const InvoiceStatus = z
  .enum([
    "draft",
    "open",
    "pending",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "uncollectible",
    "canceled",
    "unknown",
  ])
  .describe("pending: a payment of it is under way; canceled: it was taken back (Stripe says void)");
export type InvoiceStatus = z.infer<typeof InvoiceStatus>;

export const CheckoutStatus = z.enum(["open", "complete", "expired", "unknown"]);
export type CheckoutStatus = z.infer<typeof CheckoutStatus>;

/** Who acts next on a payment of this status. */
export const nextOf = (status: PaymentStatus): NextStep => {
  if (status === "created" || status === "requires_action") return "payer";
  if (status === "authorized" || status === "partially_captured") return "capture";
  return status === "pending" ? "wait" : null;
};
