import type { z } from "zod";
import { markedIn } from "../acting/marked-in.ts";
import type { RazorpayLinkRequest, RazorpayOrderRequest, RazorpayRefundRequest } from "./razorpay-requests.ts";
import {
  razorpayRefusal,
  type RazorpayLinkRecord,
  type RazorpayMoney,
  type RazorpayOrderRecord,
  type RazorpayPaymentRecord,
  type RazorpayRefundRecord,
  type RazorpayStore,
} from "./razorpay-store.ts";

const effectOf = (objectId: string, notes: unknown, { amount, currency }: RazorpayMoney) => ({
  objectId,
  operationId: markedIn(notes),
  amount,
  currency,
});

/** https://razorpay.com/docs/api/orders/create */
export const makeRazorpayOrder = (
  store: RazorpayStore,
  request: z.infer<typeof RazorpayOrderRequest>,
): RazorpayOrderRecord => {
  const order: RazorpayOrderRecord = {
    id: `order_${store.newId(14)}`,
    createdMs: store.now(),
    amount: request.amount,
    currency: request.currency,
    receipt: request.receipt ?? null,
    notes: request.notes ?? {},
    capture: request.payment?.capture ?? "automatic",
  };
  store.orders.set(order.id, order);
  store.effects.did({ kind: "order", ...effectOf(order.id, order.notes, order) });
  return order;
};

/** One reference has one link: https://razorpay.com/docs/api/payments/payment-links/create-standard */
export const makeRazorpayLink = (
  store: RazorpayStore,
  request: z.infer<typeof RazorpayLinkRequest>,
): RazorpayLinkRecord => {
  if ([...store.links.values()].some(({ referenceId }) => referenceId === request.reference_id))
    throw razorpayRefusal(400, "payment link with given reference_id already exists", "reference_id");
  const link: RazorpayLinkRecord = {
    id: `plink_${store.newId(14)}`,
    createdMs: store.now(),
    amount: request.amount,
    currency: request.currency,
    referenceId: request.reference_id,
    description: request.description ?? "",
    callbackUrl: request.callback_url,
    expireBy: request.expire_by ?? 0,
    notes: request.notes ?? {},
    canceled: false,
  };
  store.links.set(link.id, link);
  store.effects.did({ kind: "checkout", ...effectOf(link.id, link.notes, link) });
  return link;
};

export const linkState = (store: RazorpayStore, link: RazorpayLinkRecord): string => {
  if (link.canceled) return "cancelled";
  if (store.paymentsOf(link.id).some(({ status }) => status === "captured")) return "paid";
  return link.expireBy !== 0 && store.now() >= link.expireBy * 1_000 ? "expired" : "created";
};

/** https://razorpay.com/docs/api/payments/payment-links/cancel */
export const cancelRazorpayLink = (store: RazorpayStore, link: RazorpayLinkRecord): void => {
  if (linkState(store, link) !== "created") throw razorpayRefusal(400, "payment link is not in the state to cancel");
  link.canceled = true;
  store.effects.did({ kind: "cancel", ...effectOf(link.id, link.notes, link) });
};

/** What the payer does in the form or on the page; of one order one payment at most is captured. */
export const payAtRazorpay = (store: RazorpayStore, id: string): RazorpayPaymentRecord => {
  const order = store.orders.get(id);
  const of = order ?? store.links.get(id);
  if (of === undefined || store.paymentsOf(id).some(({ status }) => status !== "failed"))
    throw razorpayRefusal(400, "The order is already paid.");
  const payment: RazorpayPaymentRecord = {
    id: `pay_${store.newId(14)}`,
    createdMs: store.now(),
    ofId: id,
    amount: of.amount,
    currency: of.currency,
    status: order?.capture === "manual" ? "authorized" : "captured",
    refunds: [],
  };
  store.payments.set(payment.id, payment);
  store.effects.did({ kind: "payment", ...effectOf(id, of.notes, payment) });
  return payment;
};

/** Of an authorized payment, and whole: https://razorpay.com/docs/api/payments/capture */
export const captureAtRazorpay = (store: RazorpayStore, payment: RazorpayPaymentRecord, asked: RazorpayMoney): void => {
  if (payment.status === "captured") throw razorpayRefusal(400, "This payment has already been captured");
  if (payment.status !== "authorized") throw razorpayRefusal(400, "The payment is not authorized");
  if (asked.amount !== payment.amount || asked.currency !== payment.currency)
    throw razorpayRefusal(400, "Capture amount must be equal to the amount authorized", "amount");
  payment.status = "captured";
  store.effects.did({ kind: "capture", ...effectOf(payment.ofId, null, payment) });
};

/** https://razorpay.com/docs/api/refunds/create-normal */
export const refundAtRazorpay = (
  store: RazorpayStore,
  payment: RazorpayPaymentRecord,
  request: z.infer<typeof RazorpayRefundRequest>,
): RazorpayRefundRecord => {
  if (payment.status !== "captured") throw razorpayRefusal(400, "The payment status should be captured");
  const left = payment.amount - payment.refunds.reduce((sum, { amount }) => sum + amount, 0);
  const amount = request.amount ?? left;
  if (left === 0) throw razorpayRefusal(400, "The payment has been fully refunded already");
  if (amount > left) throw razorpayRefusal(400, "The refund amount is greater than the amount captured", "amount");
  const refund: RazorpayRefundRecord = {
    id: `rfnd_${store.newId(14)}`,
    createdMs: store.now(),
    amount,
    notes: request.notes ?? {},
  };
  payment.refunds.push(refund);
  const money = { amount, currency: payment.currency };
  store.effects.did({ kind: "refund", ...effectOf(refund.id, refund.notes, money) });
  return refund;
};
