import type { z } from "zod";
import { markedIn } from "../acting/marked-in.ts";
import { squareRefusal, unknownAtSquare } from "./square-refusal.ts";
import type {
  SquareCustomerRequest,
  SquareLinkRequest,
  SquareOrderRequest,
  SquarePaymentRequest,
  SquareRefundRequest,
} from "./square-requests.ts";
import type {
  SquareCustomerRecord,
  SquareLink,
  SquareMoney,
  SquareOrderRecord,
  SquarePaymentRecord,
  SquareRefundRecord,
  SquareStore,
  SquareSubscriptionRecord,
} from "./square-store.ts";

const effectOf = (objectId: string, operationId: string | null, money: SquareMoney | null) => ({
  objectId,
  operationId,
  amount: money?.amount ?? null,
  currency: money?.currency ?? null,
});

/** https://developer.squareup.com/reference/square/orders-api/create-order */
export const makeSquareOrder = (
  store: SquareStore,
  { order }: Pick<z.infer<typeof SquareOrderRequest>, "order">,
): SquareOrderRecord => {
  const [first] = order.line_items;
  const currency = first?.base_price_money.currency ?? "USD";
  if (order.line_items.some(({ base_price_money: price }) => price.currency !== currency))
    throw squareRefusal(400, "INVALID_VALUE", "All lines have one currency.", "order.line_items");
  const amount = order.line_items.reduce((sum, one) => sum + one.base_price_money.amount * Number(one.quantity), 0);
  const made: SquareOrderRecord = {
    id: store.newId(28),
    createdMs: store.now(),
    referenceId: order.reference_id ?? null,
    customerId: order.customer_id ?? null,
    metadata: order.metadata ?? {},
    lines: order.line_items,
    total: { amount, currency },
    state: "OPEN",
    paymentIds: [],
  };
  store.orders.set(made.id, made);
  store.effects.did({ kind: "order", ...effectOf(made.id, markedIn(made.metadata), made.total) });
  return made;
};

/** https://developer.squareup.com/reference/square/checkout-api/create-payment-link */
export const makeSquareLink = (store: SquareStore, request: z.infer<typeof SquareLinkRequest>): SquareLink => {
  const order = makeSquareOrder(store, request);
  const link: SquareLink = {
    id: store.newLinkId(),
    createdMs: store.now(),
    orderId: order.id,
    description: request.description ?? null,
    redirectUrl: request.checkout_options?.redirect_url ?? null,
  };
  store.links.set(link.id, link);
  return link;
};

const addPayment = (
  store: SquareStore,
  order: SquareOrderRecord,
  payment: Pick<SquarePaymentRecord, "referenceId" | "key" | "status">,
): SquarePaymentRecord => {
  const made: SquarePaymentRecord = {
    id: store.newId(24),
    createdMs: store.now(),
    orderId: order.id,
    money: order.total,
    refunds: [],
    ...payment,
  };
  store.payments.set(made.id, made);
  order.paymentIds.push(made.id);
  return made;
};

/** What the payer does on the page of a link. */
export const paySquareLink = (store: SquareStore, link: SquareLink): SquarePaymentRecord => {
  const order = store.orders.get(link.orderId);
  if (order?.state !== "OPEN" || order.paymentIds.length > 0) throw unknownAtSquare("Order");
  const payment = addPayment(store, order, { referenceId: null, key: null, status: "COMPLETED" });
  store.effects.did({ kind: "payment", ...effectOf(order.id, markedIn(order.metadata), order.total) });
  return payment;
};

/** https://developer.squareup.com/reference/square/payments-api/create-payment */
export const makeSquarePayment = (
  store: SquareStore,
  request: z.infer<typeof SquarePaymentRequest>,
): SquarePaymentRecord => {
  const order = store.orders.get(request.order_id);
  if (order === undefined) throw unknownAtSquare("Order");
  const isPaid = order.paymentIds.some((id) =>
    ["APPROVED", "COMPLETED"].includes(store.payments.get(id)?.status ?? ""),
  );
  if (order.state !== "OPEN" || isPaid) throw squareRefusal(400, "BAD_REQUEST", "The order cannot be paid.");
  const { amount, currency } = request.amount_money;
  if (amount !== order.total.amount || currency !== order.total.currency)
    throw squareRefusal(400, "INVALID_VALUE", "The amount is not that of the order.", "amount_money");
  // https://developer.squareup.com/docs/devtools/sandbox/payments
  if (request.source_id === "cnon:card-nonce-declined")
    throw squareRefusal(402, "GENERIC_DECLINE", "Authorization error: 'GENERIC_DECLINE'");
  if (!/^(cnon|ccof):[\w-]+$/.test(request.source_id))
    throw squareRefusal(404, "NOT_FOUND", "Card nonce not found", "source_id");
  const now = request.autocomplete !== false;
  const made = addPayment(store, order, {
    referenceId: request.reference_id ?? null,
    key: request.idempotency_key,
    status: now ? "COMPLETED" : "APPROVED",
  });
  store.effects.did({ kind: now ? "capture" : "authorize", ...effectOf(made.id, made.referenceId, made.money) });
  return made;
};

const requireApproved = ({ status }: SquarePaymentRecord): void => {
  if (status !== "APPROVED") throw squareRefusal(400, "BAD_REQUEST", `The payment is ${status}.`);
};

/** https://developer.squareup.com/reference/square/payments-api/complete-payment */
export const completeSquarePayment = (store: SquareStore, payment: SquarePaymentRecord): void => {
  requireApproved(payment);
  payment.status = "COMPLETED";
  store.effects.did({ kind: "capture", ...effectOf(payment.id, payment.referenceId, payment.money) });
};

/** https://developer.squareup.com/reference/square/payments-api/cancel-payment */
export const cancelSquarePayment = (store: SquareStore, payment: SquarePaymentRecord): void => {
  requireApproved(payment);
  payment.status = "CANCELED";
  store.effects.did({ kind: "cancel", ...effectOf(payment.id, payment.referenceId, payment.money) });
};

/** Success also where there is none: https://developer.squareup.com/reference/square/payments-api/cancel-payment-by-idempotency-key */
export const cancelSquareKey = (store: SquareStore, key: string): void => {
  const payment = [...store.payments.values()].find((one) => one.key === key);
  if (payment !== undefined && payment.status !== "CANCELED") cancelSquarePayment(store, payment);
};

/** https://developer.squareup.com/reference/square/checkout-api/delete-payment-link */
export const deleteSquareLink = (store: SquareStore, link: SquareLink): void => {
  const order = store.orders.get(link.orderId);
  if (order !== undefined && order.paymentIds.length > 0)
    throw squareRefusal(400, "BAD_REQUEST", "The order of the link is paid.");
  store.links.delete(link.id);
  if (order === undefined) return;
  order.state = "CANCELED";
  store.effects.did({ kind: "cancel", ...effectOf(order.id, markedIn(order.metadata), order.total) });
};

/** https://developer.squareup.com/reference/square/refunds-api/refund-payment */
export const refundSquarePayment = (
  store: SquareStore,
  request: z.infer<typeof SquareRefundRequest>,
): SquareRefundRecord => {
  const payment = store.payments.get(request.payment_id);
  if (payment === undefined) throw unknownAtSquare("Payment");
  if (payment.status !== "COMPLETED")
    throw squareRefusal(400, "PAYMENT_NOT_REFUNDABLE", "The payment is not completed.");
  const before = payment.refunds.reduce((sum, { money }) => sum + money.amount, 0);
  const { amount, currency } = request.amount_money;
  if (currency !== payment.money.currency)
    throw squareRefusal(400, "CURRENCY_MISMATCH", "The currency is not the payment's.", "amount_money.currency");
  if (before + amount > payment.money.amount)
    throw squareRefusal(400, "REFUND_AMOUNT_INVALID", "The amount is higher than what is left.", "amount_money.amount");
  const refund: SquareRefundRecord = {
    id: `${payment.id}_${store.newId(24)}`,
    createdMs: store.now(),
    paymentId: payment.id,
    money: request.amount_money,
    reason: request.reason ?? null,
  };
  payment.refunds.push(refund);
  const operationId = /\(([0-9a-f-]{36})\)$/.exec(refund.reason ?? "")?.[1] ?? null;
  store.effects.did({ kind: "refund", ...effectOf(refund.id, operationId, refund.money) });
  return refund;
};

/** https://developer.squareup.com/reference/square/customers-api/create-customer */
export const makeSquareCustomer = (
  store: SquareStore,
  request: Omit<z.infer<typeof SquareCustomerRequest>, "idempotency_key">,
): SquareCustomerRecord => {
  const made: SquareCustomerRecord = {
    id: store.newId(26).toUpperCase(),
    createdMs: store.now(),
    email: request.email_address ?? null,
    name: request.given_name ?? null,
    referenceId: request.reference_id ?? null,
  };
  store.customers.set(made.id, made);
  store.effects.did({ kind: "customer", ...effectOf(made.id, made.referenceId?.split("|")[0] ?? null, null) });
  return made;
};

/** A subscription that the shop sold itself. */
export const makeSquareSubscription = (store: SquareStore, customerId: string): SquareSubscriptionRecord => {
  const id = store.newId(36).toLowerCase();
  const made: SquareSubscriptionRecord = {
    id,
    customerId,
    createdMs: store.now(),
    status: "ACTIVE",
    override: null,
    endsMs: null,
  };
  store.subscriptions.set(id, made);
  return made;
};

const periodMs = 30 * 86_400_000;

/** At the end of what was paid: https://developer.squareup.com/reference/square/subscriptions-api/cancel-subscription */
export const cancelSquareSubscription = (store: SquareStore, one: SquareSubscriptionRecord): void => {
  if (one.endsMs !== null) throw squareRefusal(400, "BAD_REQUEST", "The subscription is canceled already.");
  one.endsMs = one.createdMs + periodMs;
  store.effects.did({ kind: "subscription", ...effectOf(one.id, null, null) });
};

export const chargedThrough = ({ createdMs }: SquareSubscriptionRecord): number => createdMs + periodMs;
