import type { MovedMoney } from "../../../contracts/payments/money.ts";
import { nextOf, type PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type { ListedRefund } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorCheckout, VendorOrder, VendorRefund } from "../../../contracts/payments/vendor-objects.ts";
import { recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meaningOf } from "../_json/meaning-of.ts";
import { markedOperation } from "../_json/object-marks.ts";
import { pageAddress } from "../_json/page-address.ts";
import { noneOf } from "../_json/part-of-money.ts";
import { moneyOfUnits } from "../_json/whole-units.ts";
import { razorpayCurrencies } from "./razorpay-currencies.ts";
import { razorpayLinks, razorpayOrders, razorpayPayments, razorpayRefunds } from "./razorpay-words.ts";

/** An order or a link, and the payment of it that counts: one at most is captured. */
export interface RazorpayPaid {
  readonly of: JsonRecord;
  readonly payment: JsonRecord | undefined;
}

export const razorpayId = (document: JsonRecord | undefined): string => wordAt(document, "id") ?? "";

const moneyAt = (document: JsonRecord | undefined, key: string): MovedMoney | null =>
  moneyOfUnits(document?.[key], wordAt(document, "currency"), razorpayCurrencies);

const paymentStatusOf = (payment: JsonRecord): PaymentStatus => {
  const status = meaningOf(razorpayPayments, wordAt(payment, "status"), "unknown" as const);
  return status === "captured" && wordAt(payment, "refund_status") === "partial" ? "partially_refunded" : status;
};

const took: ReadonlySet<PaymentStatus> = new Set(["captured", "partially_refunded", "refunded"]);

const movedOf = ({ of, payment }: RazorpayPaid, status: PaymentStatus) => {
  const amount = moneyAt(of, "amount");
  const isTaken = took.has(status);
  return {
    amount,
    captured: isTaken ? moneyAt(payment, "amount") : noneOf(amount),
    refunded: isTaken ? moneyAt(payment, "amount_refunded") : noneOf(amount),
    // Counted in the currency of the payment, its tax included.
    fee: isTaken ? moneyAt(payment, "fee") : null,
  };
};

/** The payer pays in a form of the app's, which is given the order's id: there is no page and no secret. */
export const razorpayOrderOf = (paid: RazorpayPaid): VendorOrder => {
  const { of, payment } = paid;
  const word = wordAt(of, "status");
  const own = payment === undefined ? undefined : paymentStatusOf(payment);
  // What failed was a try: the payer may make another one.
  const status = own === undefined || own === "failed" ? meaningOf(razorpayOrders, word, "unknown" as const) : own;
  return {
    providerObjectId: razorpayId(of),
    providerStatus: [word, wordAt(payment, "status")].filter((one) => one !== undefined).join(" "),
    status,
    ...movedOf(paid, status),
    dispute: "none",
    next: nextOf(status),
    approval: null,
    paymentId: own === undefined || own === "failed" ? null : razorpayId(payment),
  };
};

/** A link's payment is captured by itself. */
export const razorpayCheckoutOf = (paid: RazorpayPaid, baseUrl: string): VendorCheckout => {
  const { of, payment } = paid;
  const word = wordAt(of, "status");
  const status = meaningOf(razorpayLinks, word, "unknown" as const);
  const before = status === "open" ? "created" : status === "expired" ? "expired" : "unknown";
  const own = payment === undefined ? before : paymentStatusOf(payment);
  const until = of["expire_by"];
  const { amount, fee } = movedOf(paid, own);
  return {
    providerObjectId: razorpayId(of),
    providerStatus: word ?? "",
    status,
    payment: own,
    next: nextOf(own),
    url: status === "open" ? pageAddress(stringAt(of, "short_url"), "rzp.io", baseUrl) : null,
    total: amount,
    paymentId: payment === undefined ? null : razorpayId(payment),
    subscriptionId: null,
    customerId: null,
    fee,
    dispute: "none",
    expiresAt: typeof until === "number" && until > 0 ? new Date(until * 1_000).toISOString() : null,
  };
};

export const razorpayRefundOf = (refund: JsonRecord): VendorRefund => ({
  providerObjectId: razorpayId(refund),
  providerStatus: wordAt(refund, "status") ?? "",
  status: meaningOf(razorpayRefunds, wordAt(refund, "status"), "unknown" as const),
  amount: moneyAt(refund, "amount"),
});

export const razorpayListedRefundOf = (refund: JsonRecord): ListedRefund => ({
  ...razorpayRefundOf(refund),
  operationId: markedOperation(recordAt(refund, "notes")),
});
