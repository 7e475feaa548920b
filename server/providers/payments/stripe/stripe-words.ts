import type Stripe from "stripe";
import type {
  CheckoutStatus,
  DisputeStatus,
  InvoiceStatus,
  PaymentStatus,
  RefundStatus,
  SubscriptionStatus,
} from "../../../contracts/payments/statuses.ts";

/** The words that the SDK lists, without the "any other" at their end. A new one in a new SDK is missing in a table below. */
type Listed<T> = T extends string ? (string extends T ? never : T) : never;

type Table<T, R> = Readonly<Record<Listed<T>, R>>;

const paymentIntents: Table<Stripe.PaymentIntent.Status, PaymentStatus> = {
  requires_payment_method: "created",
  requires_confirmation: "created",
  requires_action: "requires_action",
  processing: "pending",
  requires_capture: "authorized",
  succeeded: "captured",
  canceled: "canceled",
};

const sessions: Table<NonNullable<Stripe.Checkout.Session["status"]>, CheckoutStatus> = {
  open: "open",
  complete: "complete",
  expired: "expired",
};

/** Of a session that is complete. */
const sessionPayments: Table<Stripe.Checkout.Session.PaymentStatus, PaymentStatus> = {
  paid: "captured",
  no_payment_required: "captured",
  unpaid: "pending",
};

/** The SDK has no list of these: https://docs.stripe.com/api/refunds/object#refund_object-status */
const refunds: Readonly<Record<string, RefundStatus>> = {
  pending: "pending",
  requires_action: "requires_action",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "canceled",
};

const disputes: Table<Stripe.Dispute.Status, DisputeStatus> = {
  // An inquiry is no dispute yet, and takes no money; closed, it never becomes one.
  warning_needs_response: "open",
  warning_under_review: "open",
  warning_closed: "none",
  needs_response: "open",
  under_review: "open",
  appeal_needs_response: "open",
  appeal_under_review: "open",
  prevented: "none",
  won: "won",
  lost: "lost",
};

const subscriptions: Table<Stripe.Subscription.Status, SubscriptionStatus> = {
  incomplete: "incomplete",
  incomplete_expired: "incomplete_expired",
  trialing: "trialing",
  active: "active",
  past_due: "past_due",
  unpaid: "unpaid",
  paused: "paused",
  canceled: "canceled",
};

const invoices: Table<Stripe.Invoice.Status, InvoiceStatus> = {
  draft: "draft",
  open: "open",
  paid: "paid",
  uncollectible: "uncollectible",
  void: "canceled",
};

const invoiceWords = [
  "draft",
  "open",
  "paid",
  "uncollectible",
  "void",
] as const satisfies readonly Listed<Stripe.Invoice.Status>[];

const wordIn = <R>(table: Readonly<Record<string, R>>, word: string | undefined, otherwise: R): R =>
  word !== undefined && Object.hasOwn(table, word) ? (table[word] ?? otherwise) : otherwise;

export const paymentIntentStatus = (word: string | undefined): PaymentStatus =>
  wordIn<PaymentStatus>(paymentIntents, word, "unknown");

export const sessionStatus = (word: string | undefined): CheckoutStatus =>
  wordIn<CheckoutStatus>(sessions, word, "unknown");

/** Of a session's two words the first decides as long as it is not complete. */
export const sessionPayment = (status: CheckoutStatus, word: string | undefined): PaymentStatus => {
  if (status === "open") return "created";
  if (status === "expired") return "expired";
  return status === "complete" ? wordIn<PaymentStatus>(sessionPayments, word, "unknown") : "unknown";
};

export const refundStatus = (word: string | undefined): RefundStatus => wordIn(refunds, word, "unknown");

/** Of one that is there. */
export const disputeStatus = (word: string | undefined): DisputeStatus =>
  wordIn<DisputeStatus>(disputes, word, "unknown");

export const invoiceStatus = (word: string | undefined): InvoiceStatus =>
  wordIn<InvoiceStatus>(invoices, word, "unknown");

/** What a list of invoices is asked for, by the state that is wanted; undefined where Stripe has no such state. */
export const invoiceWordOf = (status: InvoiceStatus): Listed<Stripe.Invoice.Status> | undefined =>
  invoiceWords.find((word) => invoices[word] === status);

export const subscriptionStatus = (word: string | undefined): SubscriptionStatus =>
  wordIn<SubscriptionStatus>(subscriptions, word, "unknown");
