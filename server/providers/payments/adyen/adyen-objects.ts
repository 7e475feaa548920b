import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { CheckoutStatus, PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type { VendorCheckout, VendorOrder } from "../../../contracts/payments/vendor-objects.ts";
import { recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meaningOf } from "../_json/meaning-of.ts";
import { momentAt } from "../_json/moment-at.ts";
import { pageAddress } from "../_json/page-address.ts";
import { moneyOfUnits } from "../_json/whole-units.ts";
import { adyenCurrencies } from "./adyen-currencies.ts";

/** `PaymentLinkResponse.status` of Checkout 71. Completed: the payment was authorized; that it was captured, Adyen tells the app alone. */
export const adyenLinks = {
  active: "created",
  paymentPending: "pending",
  completed: "authorized",
  paid: "captured",
  expired: "expired",
} as const satisfies Record<string, PaymentStatus>;

const pages = {
  created: "open",
  pending: "complete",
  authorized: "complete",
  captured: "complete",
  expired: "expired",
  unknown: "unknown",
} as const satisfies Partial<Record<PaymentStatus, CheckoutStatus>>;

const amountOf = (link: JsonRecord): MovedMoney | null => {
  const amount = recordAt(link, "amount");
  return moneyOfUnits(amount?.["value"], wordAt(amount, "currency"), adyenCurrencies);
};

const statusOf = (link: JsonRecord) => meaningOf(adyenLinks, wordAt(link, "status"), "unknown" as const);

const pageOf = (link: JsonRecord, baseUrl: string): string | null =>
  statusOf(link) === "created" ? pageAddress(stringAt(link, "url"), "adyen.link", baseUrl) : null;

const nextAt = (status: PaymentStatus) => (status === "created" ? "payer" : status === "pending" ? "wait" : null);

export const adyenOrderOf = (link: JsonRecord, baseUrl: string): VendorOrder => {
  const status = statusOf(link);
  const amount = amountOf(link);
  const none = amount && { ...amount, amount: "0" };
  const url = pageOf(link, baseUrl);
  return {
    providerObjectId: wordAt(link, "id") ?? "",
    providerStatus: wordAt(link, "status") ?? "",
    status,
    amount,
    captured: status === "captured" ? amount : none,
    refunded: none,
    fee: null,
    dispute: "none",
    next: nextAt(status),
    approval: url === null ? null : { kind: "redirect", url },
    // Its own id Adyen tells the app; what is done to it may also name our reference.
    paymentId: status === "authorized" || status === "captured" ? (wordAt(link, "reference") ?? null) : null,
  };
};

export const adyenCheckoutOf = (link: JsonRecord, baseUrl: string): VendorCheckout => {
  const { providerObjectId, providerStatus, status, amount, approval, next, paymentId } = adyenOrderOf(link, baseUrl);
  return {
    providerObjectId,
    providerStatus,
    status: meaningOf<CheckoutStatus, "unknown">(pages, status, "unknown"),
    payment: status,
    next,
    url: approval?.kind === "redirect" ? approval.url : null,
    total: amount,
    paymentId,
    subscriptionId: null,
    customerId: null,
    fee: null,
    dispute: "none",
    expiresAt: momentAt(link, "expiresAt"),
  };
};
