import type { MovedMoney } from "../../../contracts/payments/money.ts";
import { nextOf, type PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type { ListedRefund } from "../../../contracts/payments/payments-vendor.ts";
import type {
  MadeFor,
  VendorCheckout,
  VendorCustomer,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meaningOf } from "../_json/meaning-of.ts";
import { momentAt } from "../_json/moment-at.ts";
import { pageAddress } from "../_json/page-address.ts";
import { isSome, noneOf } from "../_json/part-of-money.ts";
import { moneyOfUnits } from "../_json/whole-units.ts";
import { squareCurrencies } from "./square-currencies.ts";
import { idOfLink } from "./square-ids.ts";
import { squareOrders, squarePayments, squareRefunds, squareSubscriptions } from "./square-words.ts";

/** What there is of an order: the link by which it is paid, and its payment. */
export interface SquareOrder {
  readonly order: JsonRecord;
  readonly link?: JsonRecord | undefined;
  readonly linkId?: string | undefined;
  readonly payment?: JsonRecord | undefined;
}

const moneyAt = (value: unknown, key: string): MovedMoney | null => {
  const money = recordAt(value, key);
  return moneyOfUnits(money?.["amount"], wordAt(money, "currency"), squareCurrencies);
};

const idAt = (document: JsonRecord | undefined): string => wordAt(document, "id") ?? "";

/** Our operation stands on it, where it was made through Nexus. */
export const squareOperationOf = (document: JsonRecord | undefined): string | undefined =>
  wordAt(document, "reference_id")?.split("|", 1)[0];

const feeOf = (payment: JsonRecord | undefined): MovedMoney | null => {
  const fees = arrayAt(payment, "processing_fee").map((fee) => moneyAt(fee, "amount_money"));
  const [first] = fees;
  if (first === undefined || first === null || fees.some((fee) => fee?.currency !== first.currency)) return null;
  return { ...first, amount: fees.reduce((sum, fee) => sum + BigInt(fee?.amount ?? 0), 0n).toString() };
};

const statusOf = (
  { order, payment }: SquareOrder,
  amount: MovedMoney | null,
  refunded: MovedMoney | null,
): PaymentStatus => {
  if (payment === undefined) return meaningOf(squareOrders, wordAt(order, "state"), "unknown" as const);
  const status = meaningOf(squarePayments, wordAt(payment, "status"), "unknown" as const);
  if (status !== "captured" || !isSome(refunded)) return status;
  return amount !== null && BigInt(refunded.amount) < BigInt(amount.amount) ? "partially_refunded" : "refunded";
};

const pageOf = (link: JsonRecord | undefined, baseUrl: string): string | null =>
  pageAddress(stringAt(link, "long_url"), "squareup.com", baseUrl) ??
  pageAddress(stringAt(link, "url"), "square.link", baseUrl);

export const squareOrderOf = (of: SquareOrder, baseUrl: string): VendorOrder => {
  const { order, link, linkId, payment } = of;
  const amount = moneyAt(order, "total_money");
  const refunded =
    recordAt(payment, "refunded_money") === undefined ? noneOf(amount) : moneyAt(payment, "refunded_money");
  const status = statusOf(of, amount, refunded);
  const taken = ["captured", "partially_refunded", "refunded"].includes(status);
  const open = status === "created";
  const url = open ? pageOf(link, baseUrl) : null;
  const orderId = idAt(order);
  return {
    providerObjectId: orderId === "" || linkId === undefined ? orderId : idOfLink(orderId, linkId),
    providerStatus: [wordAt(order, "state"), wordAt(payment, "status")].filter((word) => word !== undefined).join(" "),
    status,
    amount,
    captured: taken ? amount : noneOf(amount),
    refunded,
    fee: feeOf(payment),
    // Disputes are an API of their own, and are not on payments.
    dispute: "none",
    // Without a link the payer fills in a form of the app, which the app then tells of.
    next: open && linkId === undefined ? "authorize" : nextOf(status),
    approval: url === null ? null : { kind: "redirect", url },
    paymentId: payment === undefined ? null : idAt(payment),
  };
};

const isOver = (status: PaymentStatus): boolean => status === "canceled" || status === "expired" || status === "failed";

export const squareCheckoutOf = (of: SquareOrder, baseUrl: string): VendorCheckout => {
  const { status, amount, approval, providerObjectId, providerStatus, next, paymentId, fee } = squareOrderOf(
    of,
    baseUrl,
  );
  return {
    providerObjectId,
    providerStatus,
    status: status === "unknown" ? "unknown" : status === "created" ? "open" : isOver(status) ? "expired" : "complete",
    payment: status,
    next,
    url: approval?.kind === "redirect" ? approval.url : null,
    total: amount,
    paymentId,
    subscriptionId: null,
    customerId: wordAt(of.order, "customer_id") ?? null,
    fee,
    dispute: "none",
    expiresAt: null,
  };
};

/** A refund keeps nothing of ours but its reason, at whose end our operation stands. */
export const squareRefundOf = (refund: JsonRecord): VendorRefund => ({
  providerObjectId: idAt(refund),
  providerStatus: wordAt(refund, "status") ?? "",
  status: meaningOf(squareRefunds, wordAt(refund, "status"), "unknown" as const),
  amount: moneyAt(refund, "amount_money"),
});

export const refundingOperation = (refund: JsonRecord): string | undefined =>
  /\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$/.exec(wordAt(refund, "reason") ?? "")?.[1];

export const squareListedRefundOf = (refund: JsonRecord): ListedRefund => ({
  ...squareRefundOf(refund),
  operationId: refundingOperation(refund),
});

const madeForOf = (document: JsonRecord): MadeFor | null => {
  const [, organizationId, appId = ""] = (wordAt(document, "reference_id") ?? "").split("|");
  return organizationId === undefined ? null : { organizationId, appId: appId === "" ? null : appId };
};

export const squareCustomerOf = (customer: JsonRecord): VendorCustomer => ({
  providerObjectId: idAt(customer),
  email: wordAt(customer, "email_address") ?? null,
  name: wordAt(customer, "given_name") ?? null,
  madeFor: madeForOf(customer),
});

/** A subscription keeps nothing of ours. It ends on a day, which is in the future after it was canceled. */
export const squareSubscriptionOf = (subscription: JsonRecord): VendorSubscription => {
  const status = meaningOf(squareSubscriptions, wordAt(subscription, "status"), "unknown" as const);
  const ends = momentAt(subscription, "canceled_date");
  return {
    providerObjectId: idAt(subscription),
    providerStatus: wordAt(subscription, "status") ?? "",
    status,
    customerId: wordAt(subscription, "customer_id") ?? null,
    approvalUrl: null,
    cancelAtPeriodEnd: ends !== null && status !== "canceled",
    canceledAt: status === "canceled" ? ends : null,
    items: [
      {
        itemId: idAt(subscription),
        priceId: wordAt(subscription, "plan_variation_id") ?? null,
        // The variation of the plan has it, and is not told with the subscription.
        price: null,
        quantity: 1,
        currentPeriodStart: momentAt(subscription, "start_date"),
        currentPeriodEnd: momentAt(subscription, "charged_through_date"),
      },
    ],
    madeFor: null,
  };
};

/** The objects in a list of them. */
export const squareListed = (document: JsonRecord, name: string): readonly JsonRecord[] =>
  arrayAt(document, name).filter(isRecord);
