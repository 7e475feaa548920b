import { linkState } from "./razorpay-payments.ts";
import type {
  RazorpayLinkRecord,
  RazorpayOrderRecord,
  RazorpayPaymentRecord,
  RazorpayRefundRecord,
  RazorpayStore,
} from "./razorpay-store.ts";

const seconds = (ms: number): number => Math.floor(ms / 1_000);

const refundedOf = ({ refunds }: RazorpayPaymentRecord): number => refunds.reduce((sum, { amount }) => sum + amount, 0);

export const renderRazorpayOrder = (store: RazorpayStore, one: RazorpayOrderRecord) => {
  const payments = store.paymentsOf(one.id);
  const paid = payments.some(({ status }) => status === "captured");
  return {
    id: one.id,
    entity: "order",
    amount: one.amount,
    amount_paid: paid ? one.amount : 0,
    amount_due: paid ? 0 : one.amount,
    currency: one.currency,
    receipt: one.receipt,
    status: paid ? "paid" : payments.length > 0 ? "attempted" : "created",
    attempts: payments.length,
    notes: one.notes,
    created_at: seconds(one.createdMs),
  };
};

export const renderRazorpayPayment = (one: RazorpayPaymentRecord) => {
  const refunded = refundedOf(one);
  const isCaptured = one.status === "captured";
  return {
    id: one.id,
    entity: "payment",
    amount: one.amount,
    currency: one.currency,
    status: isCaptured && refunded === one.amount ? "refunded" : one.status,
    order_id: one.ofId,
    method: "card",
    amount_refunded: refunded,
    refund_status: refunded === 0 ? null : refunded < one.amount ? "partial" : "full",
    captured: isCaptured,
    ...(isCaptured ? { fee: Math.round(one.amount * 0.0236), tax: Math.round(one.amount * 0.0036) } : {}),
    created_at: seconds(one.createdMs),
  };
};

export const renderRazorpayRefund = (payment: RazorpayPaymentRecord, one: RazorpayRefundRecord) => ({
  id: one.id,
  entity: "refund",
  amount: one.amount,
  currency: payment.currency,
  payment_id: payment.id,
  notes: one.notes,
  receipt: null,
  status: "processed",
  speed_processed: "normal",
  created_at: seconds(one.createdMs),
});

export const renderRazorpayLink = (store: RazorpayStore, one: RazorpayLinkRecord, site: string) => {
  const payments = store.paymentsOf(one.id);
  const status = linkState(store, one);
  return {
    id: one.id,
    amount: one.amount,
    amount_paid: status === "paid" ? one.amount : 0,
    currency: one.currency,
    description: one.description,
    reference_id: one.referenceId,
    short_url: `${site}/i/${one.id.slice(6)}`,
    status,
    expire_by: one.expireBy,
    notes: one.notes,
    payments: payments.map(({ id, amount, status: word }) => ({ payment_id: id, amount, status: word })),
    created_at: seconds(one.createdMs),
  };
};
