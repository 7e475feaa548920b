import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { KeptPrice } from "../../../contracts/payments/payment-act.ts";
import { nextOf, type DisputeStatus, type PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type {
  RecurringPrice,
  VendorCheckout,
  VendorCustomer,
  VendorOrder,
  VendorPortal,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import { arrayAt, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { countAt, currencyAt, idAt, madeForOf, stripeMomentAt, stripeMoneyAt, urlAt } from "./stripe-fields.ts";
import {
  paymentIntentStatus,
  refundStatus,
  sessionPayment,
  sessionStatus,
  subscriptionStatus,
} from "./stripe-words.ts";

/** What Stripe took is on the charge's balance transaction, where that was asked for. */
const feeOf = (intent: JsonRecord | undefined): MovedMoney | null =>
  stripeMoneyAt(recordAt(recordAt(intent, "latest_charge"), "balance_transaction"), "fee");

/** A hosted checkout. `dispute` is what was found, where its charge is disputed. */
export const checkoutOf = (session: JsonRecord, dispute: DisputeStatus = "none"): VendorCheckout => {
  const status = sessionStatus(wordAt(session, "status"));
  const paymentStatus = wordAt(session, "payment_status");
  const payment = sessionPayment(status, paymentStatus);
  return {
    providerObjectId: wordAt(session, "id") ?? "",
    providerStatus: [wordAt(session, "status"), paymentStatus].filter((word) => word !== undefined).join(" "),
    status,
    payment,
    // Stripe takes the money when the payer pays.
    next: nextOf(payment),
    url: status === "open" ? urlAt(session, "url") : null,
    total: stripeMoneyAt(session, "amount_total"),
    paymentId: idAt(session, "payment_intent"),
    subscriptionId: idAt(session, "subscription"),
    customerId: idAt(session, "customer"),
    fee: feeOf(recordAt(session, "payment_intent")),
    dispute,
    expiresAt: stripeMomentAt(session, "expires_at"),
  };
};

const isLess = (part: MovedMoney | null, whole: MovedMoney | null): boolean =>
  part !== null && whole !== null && BigInt(part.amount) < BigInt(whole.amount);

/** `succeeded` says nothing of refunds: those are on the charge. */
const settledStatus = (
  status: PaymentStatus,
  { amount, captured, refunded }: Pick<VendorOrder, "amount" | "captured" | "refunded">,
): PaymentStatus => {
  if (status !== "captured") return status;
  if (refunded !== null && refunded.amount !== "0")
    return isLess(refunded, captured) ? "partially_refunded" : "refunded";
  return isLess(captured, amount) ? "partially_captured" : "captured";
};

/** An order that is a payment intent. `dispute` is what was found, where its charge is disputed. */
export const orderOf = (intent: JsonRecord, dispute: DisputeStatus = "none"): VendorOrder => {
  const currency = currencyAt(intent);
  const charge = recordAt(intent, "latest_charge");
  const amount = stripeMoneyAt(intent, "amount");
  const captured = stripeMoneyAt(intent, "amount_received");
  const refunded =
    charge === undefined ? stripeMoneyAt({ none: 0 }, "none", currency) : stripeMoneyAt(charge, "amount_refunded");
  const failed = wordAt(charge, "status") === "failed" && wordAt(intent, "status") === "requires_payment_method";
  const status = settledStatus(failed ? "failed" : paymentIntentStatus(wordAt(intent, "status")), {
    amount,
    captured,
    refunded,
  });
  const clientSecret = stringAt(intent, "client_secret");
  const open = status === "created" || status === "requires_action" || status === "failed";
  return {
    providerObjectId: wordAt(intent, "id") ?? "",
    providerStatus: wordAt(intent, "status") ?? "",
    status,
    amount,
    captured,
    refunded,
    fee: feeOf(intent),
    dispute,
    next: status === "partially_captured" ? null : nextOf(status),
    approval: open && clientSecret !== undefined ? { kind: "client_secret", clientSecret } : null,
    paymentId: wordAt(intent, "id") ?? null,
  };
};

/** An order that is paid on Stripe's page: the payment is there once the payer pays. */
export const sessionOrderOf = (session: JsonRecord, dispute: DisputeStatus = "none"): VendorOrder => {
  const { providerObjectId, providerStatus, payment, url, total } = checkoutOf(session);
  const intent = recordAt(session, "payment_intent");
  const approval = url === null ? null : ({ kind: "redirect", url } as const);
  // An open page whose last card was declined waits for another one.
  if (intent !== undefined && payment !== "created") return { ...orderOf(intent, dispute), providerObjectId, approval };
  const currency = currencyAt(session);
  const none = stripeMoneyAt({ none: 0 }, "none", currency);
  return {
    providerObjectId,
    providerStatus,
    status: payment,
    amount: total,
    captured: payment === "captured" ? total : none,
    refunded: none,
    fee: null,
    dispute,
    next: nextOf(payment),
    approval,
    paymentId: idAt(session, "payment_intent"),
  };
};

export const refundOf = (refund: JsonRecord): VendorRefund => ({
  providerObjectId: wordAt(refund, "id") ?? "",
  providerStatus: wordAt(refund, "status") ?? "",
  status: refundStatus(wordAt(refund, "status")),
  amount: stripeMoneyAt(refund, "amount"),
});

export const customerOf = (customer: JsonRecord): VendorCustomer => ({
  providerObjectId: wordAt(customer, "id") ?? "",
  email: stringAt(customer, "email") ?? null,
  name: stringAt(customer, "name") ?? null,
  madeFor: madeForOf(customer),
});

export const portalOf = (session: JsonRecord): VendorPortal => ({
  providerObjectId: wordAt(session, "id") ?? "",
  url: urlAt(session, "url") ?? "",
});

const intervals = ["day", "week", "month", "year"] as const;

/** What is metered or goes by steps has no one amount. */
const recurringPriceOf = (price: JsonRecord | undefined): RecurringPrice | null => {
  const recurring = recordAt(price, "recurring");
  const interval = intervals.find((word) => word === wordAt(recurring, "interval"));
  const amount = stripeMoneyAt(price, "unit_amount");
  if (amount === null || interval === undefined || wordAt(recurring, "usage_type") === "metered") return null;
  return { amount, interval, intervalCount: countAt(recurring, "interval_count") || 1 };
};

/** Periods are on the items: https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end */
export const subscriptionOf = (subscription: JsonRecord): VendorSubscription => ({
  providerObjectId: wordAt(subscription, "id") ?? "",
  providerStatus: wordAt(subscription, "status") ?? "",
  status: subscriptionStatus(wordAt(subscription, "status")),
  customerId: idAt(subscription, "customer"),
  cancelAtPeriodEnd: subscription["cancel_at_period_end"] === true,
  // Its payers approve what it begins with on a page of its own, and nothing afterwards.
  approvalUrl: null,
  canceledAt: stripeMomentAt(subscription, "canceled_at"),
  items: arrayAt(recordAt(subscription, "items"), "data").map((item) => ({
    itemId: wordAt(item, "id") ?? "",
    priceId: idAt(item, "price"),
    price: recurringPriceOf(recordAt(item, "price")),
    quantity: countAt(item, "quantity") ?? null,
    currentPeriodStart: stripeMomentAt(item, "current_period_start"),
    currentPeriodEnd: stripeMomentAt(item, "current_period_end"),
  })),
  madeFor: madeForOf(subscription),
});

/** Undefined where what is due is not known before it is used, or is the payer's choice. */
export const keptPriceOf = (price: JsonRecord): KeptPrice | undefined => {
  const currency = currencyAt(price);
  const recurring = recordAt(price, "recurring");
  if (currency === undefined) return undefined;
  if (wordAt(recurring, "usage_type") === "metered") return { currency, amount: 0n, recurring: true };
  const unit = stripeMoneyAt(price, "unit_amount");
  return unit === null ? undefined : { currency, amount: BigInt(unit.amount), recurring: recurring !== undefined };
};
