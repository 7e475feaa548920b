import type { CheckoutStatus, PaymentStatus } from "../../../contracts/payments/statuses.ts";
import { nextOf } from "../../../contracts/payments/statuses.ts";
import type { VendorCheckout, VendorOrder, VendorSubscription } from "../../../contracts/payments/vendor-objects.ts";
import type { KeptPrice } from "../../../contracts/payments/payment-act.ts";
import { momentAt } from "../_json/moment-at.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { moneyAt } from "./paypal-amounts.ts";
import { readMark } from "./paypal-marks.ts";
import { approvalPage, paypalOrderOf } from "./paypal-objects.ts";
import { saidBy, subscriptionPages, subscriptionWords } from "./paypal-words.ts";

/** Subscriptions have ids of a form of their own. */
export const isSubscriptionId = (id: string): boolean => id.startsWith("I-");

const payerOf = (document: JsonRecord): string | null =>
  wordAt(recordAt(document, "payer") ?? recordAt(document, "subscriber"), "payer_id") ?? null;

const pageOf = ({ status, next }: VendorOrder): CheckoutStatus => {
  if (status === "created" || status === "requires_action") return next === "payer" ? "open" : "complete";
  if (status === "canceled" || status === "expired") return "expired";
  return status === "unknown" ? "unknown" : "complete";
};

/** A checkout of one payment is an order: once the payer has approved it, the page is done with, and the money is still to be taken. */
export const orderCheckoutOf = (document: JsonRecord, baseUrl: string): VendorCheckout => {
  const order = paypalOrderOf(document, baseUrl);
  const { providerObjectId, providerStatus, fee, next, paymentId } = order;
  return {
    providerObjectId,
    providerStatus,
    status: pageOf(order),
    payment: order.status,
    next,
    url: order.approval?.kind === "redirect" ? order.approval.url : null,
    total: order.amount,
    paymentId,
    subscriptionId: null,
    customerId: payerOf(document),
    fee,
    dispute: order.dispute,
    // After three hours at the earliest; PayPal does not say when.
    expiresAt: null,
  };
};

/** PayPal takes the first payment by itself, once the payer has approved. */
const firstPayment = (document: JsonRecord, page: CheckoutStatus): PaymentStatus => {
  if (recordAt(recordAt(document, "billing_info"), "last_payment") !== undefined) return "captured";
  if (page === "open") return "created";
  return page === "complete" ? (wordAt(document, "status") === "CANCELLED" ? "canceled" : "pending") : "unknown";
};

/** A checkout of a subscription is the subscription. */
export const subscriptionCheckoutOf = (document: JsonRecord, baseUrl: string): VendorCheckout => {
  const page = saidBy(subscriptionPages, wordAt(document, "status"), "unknown" as const);
  const payment = firstPayment(document, page);
  const id = wordAt(document, "id") ?? "";
  return {
    providerObjectId: id,
    providerStatus: wordAt(document, "status") ?? "",
    status: page,
    payment,
    next: nextOf(payment),
    url: page === "open" ? approvalPage(document, baseUrl) : null,
    total: moneyAt(recordAt(recordAt(document, "billing_info"), "last_payment"), "amount"),
    paymentId: null,
    subscriptionId: id === "" ? null : id,
    customerId: payerOf(document),
    fee: null,
    dispute: "none",
    expiresAt: null,
  };
};

export const paypalCheckoutOf = (document: JsonRecord, baseUrl: string): VendorCheckout =>
  isSubscriptionId(wordAt(document, "id") ?? "")
    ? subscriptionCheckoutOf(document, baseUrl)
    : orderCheckoutOf(document, baseUrl);

const quantityOf = (document: JsonRecord): number => {
  const quantity = Number(wordAt(document, "quantity") ?? "1");
  return Number.isSafeInteger(quantity) ? quantity : 1;
};

/** A subscription has one plan. That it ends is said only once it has: PayPal cancels at once. */
export const paypalSubscriptionOf = (document: JsonRecord, baseUrl: string): VendorSubscription => {
  const status = saidBy(subscriptionWords, wordAt(document, "status"), "unknown" as const);
  const billing = recordAt(document, "billing_info");
  return {
    providerObjectId: wordAt(document, "id") ?? "",
    providerStatus: wordAt(document, "status") ?? "",
    status,
    customerId: payerOf(document),
    cancelAtPeriodEnd: false,
    approvalUrl: approvalPage(document, baseUrl),
    canceledAt: status === "canceled" ? momentAt(document, "status_update_time") : null,
    items: [
      {
        itemId: wordAt(document, "id") ?? "",
        priceId: wordAt(document, "plan_id") ?? null,
        // The plan has it, and is not told with the subscription.
        price: null,
        quantity: quantityOf(document),
        currentPeriodStart: momentAt(recordAt(billing, "last_payment"), "time") ?? momentAt(document, "start_time"),
        currentPeriodEnd: momentAt(billing, "next_billing_time"),
      },
    ],
    madeFor: readMark(wordAt(document, "custom_id")).madeFor,
  };
};

const sequenceOf = (cycle: JsonRecord): number => (typeof cycle["sequence"] === "number" ? cycle["sequence"] : 0);

/**
 * What a plan takes at once: its fee for setting it up and its first cycle, which costs nothing where it is a free trial.
 * Undefined where the price depends on the quantity.
 */
export const planPriceOf = (plan: JsonRecord): KeptPrice | undefined => {
  const cycles = arrayAt(plan, "billing_cycles").filter(isRecord);
  const [first] = cycles.toSorted((a, b) => sequenceOf(a) - sequenceOf(b));
  const schemes = cycles.map((cycle) => recordAt(cycle, "pricing_scheme"));
  if (first === undefined || schemes.some((scheme) => arrayAt(scheme, "tiers").length > 0)) return undefined;
  const regular = schemes.map((scheme) => moneyAt(scheme, "fixed_price")).find((price) => price !== null);
  if (regular === undefined || regular === null) return undefined;
  const due = recordAt(first, "pricing_scheme");
  const price = due === undefined ? "0" : moneyAt(due, "fixed_price")?.amount;
  const setup = recordAt(plan, "payment_preferences");
  const fee = recordAt(setup, "setup_fee") === undefined ? "0" : moneyAt(setup, "setup_fee")?.amount;
  if (price === undefined || fee === undefined) return undefined;
  return { currency: regular.currency, amount: BigInt(price) + BigInt(fee), recurring: true };
};
