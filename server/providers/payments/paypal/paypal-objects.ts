import type { Currency } from "../../../contracts/currency.ts";
import { nextOf, type DisputeStatus, type NextStep, type PaymentStatus } from "../../../contracts/payments/statuses.ts";
import type { VendorOrder, VendorRefund } from "../../../contracts/payments/vendor-objects.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { moneyAt, sumOfMoney } from "./paypal-amounts.ts";
import { authorizationWords, captureReasons, captureWords, orderWords, refundWords, saidBy } from "./paypal-words.ts";

const recordsAt = (value: unknown, key: string): readonly JsonRecord[] => arrayAt(value, key).filter(isRecord);

/** What of the money an order tells: PayPal takes several units of purchase, and we make one. */
export const moneyOf = (order: JsonRecord) => {
  const [unit] = recordsAt(order, "purchase_units");
  const payments = recordAt(unit, "payments");
  return {
    unit,
    captures: recordsAt(payments, "captures"),
    authorizations: recordsAt(payments, "authorizations"),
    refunds: recordsAt(payments, "refunds"),
  };
};

/** Payers are sent to PayPal's pages, and in the sandbox to the sandbox's. */
const isPageOf = (url: URL, baseUrl: string): boolean =>
  (url.protocol === "https:" && (url.hostname === "paypal.com" || url.hostname.endsWith(".paypal.com"))) ||
  url.origin === new URL(baseUrl).origin;

/** An address of PayPal's for a browser; null where it is nobody's that we know. */
export const pageOf = (address: string | undefined, baseUrl: string): string | null => {
  const url = URL.parse(address ?? "");
  return url !== null && isPageOf(url, baseUrl) ? url.href : null;
};

/** The page on which a payer approves; null where there is none, or it is nobody's that we know. */
export const approvalPage = (document: JsonRecord, baseUrl: string): string | null => {
  const link = recordsAt(document, "links").find((one) =>
    ["approve", "payer-action"].includes(wordAt(one, "rel") ?? ""),
  );
  return pageOf(stringAt(link, "href"), baseUrl);
};

const isDisputed = (capture: JsonRecord | undefined): boolean =>
  saidBy(captureReasons, wordAt(recordAt(capture, "status_details"), "reason"), "none") === "open";

/** PayPal holds what is disputed, and calls it pending: it was captured, and is disputed. */
export const captureStatus = (capture: JsonRecord | undefined): PaymentStatus => {
  const word = wordAt(capture, "status");
  return saidBy(captureWords, word === "PENDING" && isDisputed(capture) ? "COMPLETED" : word, "unknown" as const);
};

const authorizationStatus = (authorization: JsonRecord): PaymentStatus => {
  const status = saidBy(authorizationWords, wordAt(authorization, "status"), "unknown" as const);
  const until = Date.parse(wordAt(authorization, "expiration_time") ?? "");
  // PayPal has no word for one whose time is over.
  return status === "authorized" && until < Date.now() ? "expired" : status;
};

const tookMoney: ReadonlySet<PaymentStatus> = new Set(["captured", "partially_refunded", "refunded"]);

/** Refunds that took place, or are on their way. */
const gaveBack = (refund: JsonRecord): boolean =>
  ["succeeded", "pending"].includes(saidBy(refundWords, wordAt(refund, "status"), "unknown"));

const isLess = (part: MovedMoney | null, whole: MovedMoney | null): boolean =>
  part !== null && whole !== null && BigInt(part.amount) < BigInt(whole.amount);

type Sums = Pick<VendorOrder, "amount" | "captured" | "refunded">;

/** Refunds are listed beside the captures; a capture says in its status alone that there are any. */
const refundedOf = (captures: readonly JsonRecord[], refunds: readonly JsonRecord[], currency?: Currency) => {
  const listed = sumOfMoney(
    refunds.filter(gaveBack).map((one) => moneyAt(one, "amount")),
    currency,
  );
  if (listed !== null && listed.amount !== "0") return listed;
  const words = captures.map(captureStatus);
  if (words.includes("partially_refunded")) return null;
  const whole = captures.filter((_, at) => words[at] === "refunded");
  return sumOfMoney(
    whole.map((one) => moneyAt(one, "amount")),
    currency,
  );
};

const capturedStatus = (captures: readonly JsonRecord[], { amount, captured, refunded }: Sums): PaymentStatus => {
  const words = captures.map(captureStatus);
  if (words.includes("unknown")) return "unknown";
  if (!words.some((word) => tookMoney.has(word))) return words.includes("pending") ? "pending" : "failed";
  if (refunded === null || refunded.amount !== "0")
    return words.every((word) => word === "refunded" || word === "failed") || (refunded && !isLess(refunded, captured))
      ? "refunded"
      : "partially_refunded";
  return isLess(captured, amount) ? "partially_captured" : "captured";
};

const approvedNext = (order: JsonRecord): NextStep =>
  wordAt(order, "intent") === "AUTHORIZE" ? "authorize" : "capture";

const disputeOf = (captures: readonly JsonRecord[]): DisputeStatus => (captures.some(isDisputed) ? "open" : "none");

const feeOf = (captures: readonly JsonRecord[]): MovedMoney | null => {
  const fees = captures
    .filter((one) => tookMoney.has(captureStatus(one)))
    .map((one) => moneyAt(recordAt(one, "seller_receivable_breakdown"), "paypal_fee"));
  return fees.length === 0 ? null : sumOfMoney(fees, fees[0]?.currency);
};

/** An order says COMPLETED whatever became of its money: its captures decide, then its authorization, and only then its own word. */
export const paypalOrderOf = (order: JsonRecord, baseUrl: string): VendorOrder => {
  const { unit, captures, authorizations, refunds } = moneyOf(order);
  const word = wordAt(order, "status");
  const authorization = authorizations.at(-1);
  const amount = moneyAt(unit, "amount");
  const taken = captures.filter((one) => tookMoney.has(captureStatus(one)));
  const captured = sumOfMoney(
    taken.map((one) => moneyAt(one, "amount")),
    amount?.currency,
  );
  const refunded = refundedOf(captures, refunds, amount?.currency);
  const status =
    captures.length > 0
      ? capturedStatus(captures, { amount, captured, refunded })
      : authorization === undefined
        ? saidBy(orderWords, word, "unknown" as const)
        : authorizationStatus(authorization);
  const waiting = status === "created" && word === "APPROVED";
  const page = !waiting && (status === "created" || status === "requires_action") ? approvalPage(order, baseUrl) : null;
  // What was declined is no payment.
  const payment = taken.at(-1) ?? captures.findLast((one) => captureStatus(one) !== "failed") ?? authorization;
  const told = captures.at(-1) ?? authorization;
  return {
    providerObjectId: wordAt(order, "id") ?? "",
    providerStatus: [word, told && wordAt(told, "status")].filter((one) => one !== undefined).join(" "),
    status,
    amount,
    captured,
    refunded,
    fee: feeOf(captures),
    dispute: disputeOf(captures),
    // What is not captured of an authorization is given back with its capture.
    next: waiting ? approvedNext(order) : status === "partially_captured" ? null : nextOf(status),
    approval: page === null ? null : { kind: "redirect", url: page },
    paymentId: wordAt(payment, "id") ?? null,
  };
};

export const paypalRefundOf = (refund: JsonRecord): VendorRefund => ({
  providerObjectId: wordAt(refund, "id") ?? "",
  providerStatus: wordAt(refund, "status") ?? "",
  status: saidBy(refundWords, wordAt(refund, "status"), "unknown" as const),
  amount: moneyAt(refund, "amount"),
});
