import type { z } from "zod";
import { markedIn } from "../acting/marked-in.ts";
import { mollieUnits, type MollieUnits } from "./mollie-money.ts";
import { mollieRefusal, unknownAtMollie } from "./mollie-refusal.ts";
import type {
  MollieCaptureRequest,
  MollieCustomerRequest,
  MollieRefundRequest,
  MollieSubscriptionRequest,
  PaymentRequest,
} from "./mollie-requests.ts";
import type {
  MollieCapture,
  MollieCustomer,
  MolliePayment,
  MollieRefund,
  MollieStore,
  MollieSubscription,
} from "./mollie-store.ts";

const effectOf = (objectId: string, metadata: unknown, money: MollieUnits | null) => ({
  objectId,
  operationId: markedIn(metadata),
  amount: money?.units ?? null,
  currency: money?.currency ?? null,
});

/** https://docs.mollie.com/reference/create-payment */
export const makeMolliePayment = (store: MollieStore, request: PaymentRequest): MolliePayment => {
  const money = mollieUnits(request.amount, "amount");
  const lines = request.lines ?? [];
  for (const { unitPrice, totalAmount, quantity } of lines) {
    const each = mollieUnits(unitPrice, "lines.unitPrice");
    const all = mollieUnits(totalAmount, "lines.totalAmount");
    if (each.currency !== money.currency || each.units * quantity !== all.units)
      throw mollieRefusal(422, "The total of a line is not its price times its quantity", "lines");
  }
  const sum = lines.reduce((total, { totalAmount }) => total + mollieUnits(totalAmount, "lines").units, 0);
  if (lines.length > 0 && sum !== money.units)
    throw mollieRefusal(422, "The amount of the payment is not that of its lines", "amount");
  const { customerId = null } = request;
  if (customerId !== null && !store.customers.has(customerId))
    throw mollieRefusal(422, "The customer does not exist", "customerId");
  const payment: MolliePayment = {
    id: `tr_${store.newId(10)}`,
    ...money,
    createdMs: store.now(),
    description: request.description,
    lines,
    redirectUrl: request.redirectUrl,
    cancelUrl: request.cancelUrl ?? null,
    metadata: request.metadata ?? null,
    captureMode: request.captureMode ?? "automatic",
    customerId,
    sequenceType: request.sequenceType ?? "oneoff",
    status: "open",
    isCancelable: true,
    chargedBack: 0,
    captures: [],
    refunds: [],
  };
  store.payments.set(payment.id, payment);
  store.effects.did({ kind: "order", ...effectOf(payment.id, payment.metadata, payment) });
  return payment;
};

/** How the payer ends the page. */
export type MollieOutcome = "paid" | "pending" | "failed";

/** What the payer does on the page: paid at once, or set aside where it is to be captured by hand. */
export const payMolliePayment = (store: MollieStore, payment: MolliePayment, outcome: MollieOutcome): void => {
  payment.isCancelable = false;
  if (outcome !== "paid") {
    payment.status = outcome;
    return;
  }
  const manual = payment.captureMode === "manual";
  payment.status = manual ? "authorized" : "paid";
  store.effects.did({ kind: manual ? "authorize" : "capture", ...effectOf(payment.id, payment.metadata, payment) });
};

export const cancelMolliePayment = (store: MollieStore, payment: MolliePayment): void => {
  if (payment.status !== "open" || !payment.isCancelable) throw mollieRefusal(422, "The payment cannot be canceled");
  payment.status = "canceled";
  store.effects.did({ kind: "cancel", ...effectOf(payment.id, payment.metadata, payment) });
};

const sumOf = (amounts: readonly MollieUnits[]): number => amounts.reduce((sum, { units }) => sum + units, 0);

export const capturedOf = ({ status, units, captureMode, captures }: MolliePayment): number => {
  if (captureMode === "manual") return sumOf(captures.filter((one) => one.status === "succeeded"));
  return status === "paid" ? units : 0;
};

/** Taken up at once, and done right afterwards: https://docs.mollie.com/reference/create-capture */
export const captureMolliePayment = (
  store: MollieStore,
  payment: MolliePayment,
  request: z.infer<typeof MollieCaptureRequest>,
): MollieCapture => {
  if (payment.status !== "authorized") throw mollieRefusal(422, "The payment is not authorized");
  const left = payment.units - sumOf(payment.captures);
  const asked = request.amount === undefined ? { ...payment, units: left } : mollieUnits(request.amount, "amount");
  if (asked.currency !== payment.currency || asked.units > left)
    throw mollieRefusal(422, "The amount is higher than what can be captured", "amount");
  const capture: MollieCapture = {
    id: `cpt_${store.newId(10)}`,
    units: asked.units,
    currency: asked.currency,
    createdMs: store.now(),
    metadata: request.metadata ?? null,
    status: "pending",
  };
  payment.captures.push(capture);
  store.effects.did({ kind: "capture", ...effectOf(payment.id, capture.metadata, capture) });
  return capture;
};

/** What was taken up is done. */
export const finishCapture = (payment: MolliePayment, capture: MollieCapture): void => {
  capture.status = "succeeded";
  if (sumOf(payment.captures) >= payment.units) payment.status = "paid";
};

export const releaseMolliePayment = (store: MollieStore, payment: MolliePayment): void => {
  if (payment.status !== "authorized") throw mollieRefusal(422, "The payment is not authorized");
  payment.status = payment.captures.length === 0 ? "canceled" : "paid";
  store.effects.did({ kind: "cancel", ...effectOf(payment.id, payment.metadata, payment) });
};

export const refundMolliePayment = (
  store: MollieStore,
  payment: MolliePayment,
  request: z.infer<typeof MollieRefundRequest>,
): MollieRefund => {
  const captured = capturedOf(payment);
  if (captured === 0) throw mollieRefusal(422, "The payment is not paid");
  const asked = mollieUnits(request.amount, "amount");
  if (asked.currency !== payment.currency)
    throw mollieRefusal(422, "The currency is not the payment's", "amount.currency");
  if (asked.units > captured - sumOf(payment.refunds))
    throw mollieRefusal(422, "The amount is higher than the maximum", "amount");
  const refund: MollieRefund = {
    id: `re_${store.newId(10)}`,
    ...asked,
    createdMs: store.now(),
    description: request.description ?? "",
    metadata: request.metadata ?? null,
    status: "refunded",
  };
  payment.refunds.push(refund);
  store.effects.did({ kind: "refund", ...effectOf(refund.id, refund.metadata, refund) });
  return refund;
};

export const makeMollieCustomer = (
  store: MollieStore,
  request: z.infer<typeof MollieCustomerRequest>,
): MollieCustomer => {
  const customer: MollieCustomer = {
    id: `cst_${store.newId(10)}`,
    createdMs: store.now(),
    name: request.name ?? null,
    email: request.email ?? null,
    metadata: request.metadata ?? null,
  };
  store.customers.set(customer.id, customer);
  store.effects.did({ kind: "customer", ...effectOf(customer.id, customer.metadata, null) });
  return customer;
};

/** https://docs.mollie.com/reference/create-subscription */
export const makeMollieSubscription = (
  store: MollieStore,
  customerId: string,
  request: z.infer<typeof MollieSubscriptionRequest>,
): MollieSubscription => {
  if (!store.customers.has(customerId)) throw unknownAtMollie("customer");
  if (!store.hasMandate(customerId)) throw mollieRefusal(422, "No suitable mandates found for the customer");
  const subscription: MollieSubscription = {
    id: `sub_${store.newId(10)}`,
    customerId,
    createdMs: store.now(),
    metadata: request.metadata ?? null,
    description: request.description,
    interval: request.interval,
    amount: mollieUnits(request.amount, "amount"),
    status: "active",
    canceledMs: null,
  };
  store.subscriptions.set(subscription.id, subscription);
  return subscription;
};

export const cancelMollieSubscription = (store: MollieStore, one: MollieSubscription): void => {
  if (one.status === "canceled" || one.status === "completed")
    throw mollieRefusal(422, "The subscription has been canceled");
  one.status = "canceled";
  one.canceledMs = store.now();
  store.effects.did({ kind: "subscription", ...effectOf(one.id, one.metadata, one.amount) });
};
