import { nextOf, type NextStep, type PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type {
  RecurringPrice,
  VendorCheckout,
  VendorCustomer,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import type { ListedRefund } from "../../../contracts/payments/payments-vendor.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meaningOf } from "../_json/meaning-of.ts";
import { momentAt } from "../_json/moment-at.ts";
import { markedFor, markedOperation } from "../_json/object-marks.ts";
import { pageAddress } from "../_json/page-address.ts";
import { isSome, noneOf } from "../_json/part-of-money.ts";
import { mollieMoneyAt } from "./mollie-amounts.ts";
import { idBelow } from "./mollie-ids.ts";
import {
  captureStates,
  paymentPages,
  paymentWords,
  mollieRefundWords,
  mollieSubscriptionWords,
} from "./mollie-words.ts";

export const mollieId = (document: JsonRecord): string => wordAt(document, "id") ?? "";

/** What is embedded in a document, or listed by it. */
export const embedded = (document: JsonRecord, name: string): readonly JsonRecord[] =>
  arrayAt(recordAt(document, "_embedded"), name).filter(isRecord);

/** The operation that made an object, by the metadata that was written onto it. */
export const madeBy = (document: JsonRecord): string | undefined => markedOperation(recordAt(document, "metadata"));

const isLess = (part: MovedMoney | null, whole: MovedMoney | null): boolean =>
  part !== null && whole !== null && BigInt(part.amount) < BigInt(whole.amount);

interface Moved {
  readonly amount: MovedMoney | null;
  readonly captured: MovedMoney | null;
  readonly refunded: MovedMoney | null;
}

/** Until something is captured by hand, what is paid is captured whole. */
const movedOf = (payment: JsonRecord): Moved => {
  const amount = mollieMoneyAt(payment, "amount");
  const told = (key: string, otherwise: MovedMoney | null) =>
    recordAt(payment, key) === undefined ? otherwise : mollieMoneyAt(payment, key);
  return {
    amount,
    captured: told("amountCaptured", wordAt(payment, "status") === "paid" ? amount : noneOf(amount)),
    refunded: told("amountRefunded", noneOf(amount)),
  };
};

/** A capture is taken up at once and done later: until then nothing else of the payment says so. */
const isCapturing = (payment: JsonRecord): boolean =>
  embedded(payment, "captures").some((one) => meaningOf(captureStates, wordAt(one, "status"), "none") === "under way");

const statusOf = (payment: JsonRecord, { amount, captured, refunded }: Moved): PaymentStatus => {
  const status = meaningOf(paymentWords, wordAt(payment, "status"), "unknown" as const);
  if (status !== "captured" && status !== "authorized") return status;
  if (status === "authorized" && isCapturing(payment)) return "pending";
  if (isSome(refunded)) return isLess(refunded, captured) ? "partially_refunded" : "refunded";
  if (status === "authorized") return isSome(captured) ? "partially_captured" : "authorized";
  return isLess(captured, amount) ? "partially_captured" : "captured";
};

/** What is left of an authorization can be captured until it is released; then the payment is paid. */
const stepOf = (payment: JsonRecord, status: PaymentStatus): NextStep =>
  status === "partially_captured" && wordAt(payment, "status") === "paid" ? null : nextOf(status);

const page = (payment: JsonRecord, baseUrl: string): string | null =>
  pageAddress(stringAt(recordAt(recordAt(payment, "_links"), "checkout"), "href"), "mollie.com", baseUrl);

export const mollieOrderOf = (payment: JsonRecord, baseUrl: string): VendorOrder => {
  const moved = movedOf(payment);
  const status = statusOf(payment, moved);
  const url = status === "created" ? page(payment, baseUrl) : null;
  return {
    providerObjectId: mollieId(payment),
    providerStatus: wordAt(payment, "status") ?? "",
    status,
    ...moved,
    // Fees are on settlements, for many payments together.
    fee: null,
    // A chargeback has taken the money; once it is reversed, nothing is charged back any more.
    dispute: isSome(mollieMoneyAt(payment, "amountChargedBack")) ? "lost" : "none",
    next: stepOf(payment, status),
    approval: url === null ? null : { kind: "redirect", url },
    paymentId: status === "created" ? null : mollieId(payment),
  };
};

export const mollieCheckoutOf = (payment: JsonRecord, baseUrl: string): VendorCheckout => {
  const { providerObjectId, providerStatus, status, next, amount, paymentId, approval, dispute } = mollieOrderOf(
    payment,
    baseUrl,
  );
  return {
    providerObjectId,
    providerStatus,
    status: meaningOf(paymentPages, wordAt(payment, "status"), "unknown" as const),
    payment: status,
    next,
    url: approval?.kind === "redirect" ? approval.url : null,
    total: amount,
    paymentId,
    subscriptionId: null,
    customerId: wordAt(payment, "customerId") ?? null,
    fee: null,
    dispute,
    expiresAt: momentAt(payment, "expiresAt"),
  };
};

export const mollieRefundOf = (refund: JsonRecord): VendorRefund => ({
  providerObjectId: mollieId(refund) === "" ? "" : idBelow(wordAt(refund, "paymentId") ?? "", mollieId(refund)),
  providerStatus: wordAt(refund, "status") ?? "",
  status: meaningOf(mollieRefundWords, wordAt(refund, "status"), "unknown" as const),
  amount: mollieMoneyAt(refund, "amount"),
});

export const mollieListedRefundOf = (refund: JsonRecord): ListedRefund => ({
  ...mollieRefundOf(refund),
  operationId: madeBy(refund),
});

export const mollieCustomerOf = (customer: JsonRecord): VendorCustomer => ({
  providerObjectId: mollieId(customer),
  email: wordAt(customer, "email") ?? null,
  name: wordAt(customer, "name") ?? null,
  madeFor: markedFor(recordAt(customer, "metadata")),
});

const intervalForm = /^([1-9]\d{0,3}) (day|week|month)s?$/;
const intervals = ["day", "week", "month"] as const;

/** As in `3 months` or `14 days`: https://docs.mollie.com/reference/create-subscription */
const recurringPriceOf = (subscription: JsonRecord): RecurringPrice | null => {
  const amount = mollieMoneyAt(subscription, "amount");
  const [, count = "", unit = ""] = intervalForm.exec(stringAt(subscription, "interval") ?? "") ?? [];
  const interval = intervals.find((word) => word === unit);
  return amount === null || interval === undefined ? null : { amount, interval, intervalCount: Number(count) };
};

/** A subscription has one amount and no price that is kept; its days have no hours. */
export const mollieSubscriptionOf = (subscription: JsonRecord): VendorSubscription => {
  const id = mollieId(subscription);
  const customerId = wordAt(subscription, "customerId") ?? "";
  return {
    providerObjectId: id === "" ? "" : idBelow(customerId, id),
    providerStatus: wordAt(subscription, "status") ?? "",
    status: meaningOf(mollieSubscriptionWords, wordAt(subscription, "status"), "unknown" as const),
    customerId: customerId === "" ? null : customerId,
    cancelAtPeriodEnd: false,
    approvalUrl: null,
    canceledAt: momentAt(subscription, "canceledAt"),
    items: [
      {
        itemId: id,
        priceId: null,
        price: recurringPriceOf(subscription),
        quantity: 1,
        currentPeriodStart: momentAt(subscription, "startDate"),
        currentPeriodEnd: momentAt(subscription, "nextPaymentDate"),
      },
    ],
    madeFor: markedFor(recordAt(subscription, "metadata")),
  };
};
