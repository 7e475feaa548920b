import type { z } from "zod";
import { openPaypalDispute } from "./paypal-disputes.ts";
import { paypalUnits, type Units } from "./paypal-money.ts";
import { PaypalRefusal, unprocessable } from "./paypal-refusal.ts";
import type { CaptureRequest, OrderRequest, RefundRequest } from "./paypal-requests.ts";
import {
  paypalEffectOf,
  type Authorization,
  type Capture,
  type Order,
  type PaypalStore,
  type Refund,
} from "./paypal-store.ts";

/** https://developer.paypal.com/docs/api/orders/v2/#orders_create */
export const makeOrder = (store: PaypalStore, request: OrderRequest): Order => {
  const [unit, ...others] = request.purchase_units;
  if (unit === undefined || others.length > 0)
    throw unprocessable("UNSUPPORTED_PAYMENT_INSTRUCTION", "/purchase_units");
  const at = "/purchase_units/@reference_id=='default'/amount";
  const amount = paypalUnits(unit.amount, at);
  const items = unit.items ?? [];
  const told = unit.amount.breakdown?.item_total;
  if (items.length > 0) {
    if (told === undefined) throw unprocessable("ITEM_TOTAL_REQUIRED", `${at}/breakdown/item_total`);
    const sum = items.reduce((total, { unit_amount, quantity }) => {
      const each = paypalUnits(unit_amount, "/purchase_units/items/unit_amount");
      if (each.currency !== amount.currency) throw unprocessable("MULTI_CURRENCY_ORDER", at);
      return total + each.units * Number(quantity);
    }, 0);
    if (sum !== paypalUnits(told, `${at}/breakdown/item_total`).units)
      throw unprocessable("ITEM_TOTAL_MISMATCH", `${at}/breakdown/item_total`);
  }
  if (told !== undefined && paypalUnits(told, at).units !== amount.units) throw unprocessable("AMOUNT_MISMATCH", at);
  const wallet = request.payment_source?.paypal;
  const context = wallet?.experience_context;
  const order: Order = {
    kind: "order",
    id: store.newId(),
    ...amount,
    createdMs: store.now(),
    intent: request.intent,
    customId: unit.custom_id ?? null,
    referenceId: unit.reference_id ?? "default",
    description: unit.description ?? null,
    items,
    returnUrl: context?.return_url ?? null,
    cancelUrl: context?.cancel_url ?? null,
    wallet: wallet !== undefined,
    status: wallet === undefined ? "CREATED" : "PAYER_ACTION_REQUIRED",
    email: wallet?.email_address ?? null,
    funding: null,
    authorizations: [],
    captures: [],
    refunds: [],
  };
  store.orders.set(order.id, order);
  store.effects.did({ kind: "order", ...paypalEffectOf(order, order) });
  return order;
};

/** What stands in the way of taking the money of an order. */
const requireApproved = (order: Order, intent: "CAPTURE" | "AUTHORIZE"): void => {
  if (order.status === "COMPLETED")
    throw unprocessable(intent === "CAPTURE" ? "ORDER_ALREADY_CAPTURED" : "ORDER_ALREADY_AUTHORIZED");
  if (order.intent !== intent) throw unprocessable("ACTION_DOES_NOT_MATCH_INTENT");
  if (order.status !== "APPROVED") throw unprocessable("ORDER_NOT_APPROVED");
  if (order.funding === "declined") {
    // The payer may choose another way to pay.
    order.status = order.wallet ? "PAYER_ACTION_REQUIRED" : "CREATED";
    throw unprocessable("INSTRUMENT_DECLINED");
  }
};

const outcomes = {
  balance: "COMPLETED",
  disputed: "COMPLETED",
  echeck: "PENDING",
  refused: "DECLINED",
  declined: "DECLINED",
} as const;

interface Taken extends Units {
  readonly final: boolean;
  readonly authorizationId: string | null;
}

const take = (store: PaypalStore, order: Order, taken: Taken): Capture => {
  const capture: Capture = {
    id: store.newId(),
    createdMs: store.now(),
    status: outcomes[order.funding ?? "balance"],
    ...taken,
  };
  order.captures.push(capture);
  store.effects.did({ kind: "capture", ...paypalEffectOf({ id: capture.id, customId: order.customId }, capture) });
  if (order.funding === "disputed") openPaypalDispute(store, order, capture);
  return capture;
};

/** https://developer.paypal.com/docs/api/orders/v2/#orders_capture */
export const takeOrder = (store: PaypalStore, order: Order): void => {
  requireApproved(order, "CAPTURE");
  const { units, currency } = order;
  take(store, order, { units, currency, final: true, authorizationId: null });
  order.status = "COMPLETED";
};

/** https://developer.paypal.com/docs/api/orders/v2/#orders_authorize */
export const setOrderAside = (store: PaypalStore, order: Order): void => {
  requireApproved(order, "AUTHORIZE");
  const { units, currency } = order;
  const authorization = { id: store.newId(), units, currency, createdMs: store.now(), status: "CREATED" };
  order.authorizations.push(authorization);
  order.status = "COMPLETED";
  store.effects.did({
    kind: "authorize",
    ...paypalEffectOf({ id: authorization.id, customId: order.customId }, order),
  });
};

const requireLive = ({ status }: Authorization): void => {
  if (status === "CAPTURED") throw unprocessable("AUTHORIZATION_ALREADY_CAPTURED");
  if (status === "VOIDED") throw unprocessable("AUTHORIZATION_VOIDED");
  if (status === "DENIED") throw unprocessable("AUTHORIZATION_DENIED");
};

/** https://developer.paypal.com/docs/api/payments/v2/#authorizations_capture */
export const captureAuthorization = (
  store: PaypalStore,
  { order, authorization }: { readonly order: Order; readonly authorization: Authorization },
  request: z.infer<typeof CaptureRequest>,
): Capture => {
  requireLive(authorization);
  const asked = request.amount === undefined ? authorization : paypalUnits(request.amount, "/amount");
  if (asked.currency !== authorization.currency) throw unprocessable("AUTH_CAPTURE_CURRENCY_MISMATCH", "/amount");
  const before = order.captures
    .filter(({ authorizationId }) => authorizationId === authorization.id)
    .reduce((sum, { units }) => sum + units, 0);
  // PayPal takes up to 115 % of what was authorized.
  if (before + asked.units > authorization.units * 1.15) throw unprocessable("MAX_CAPTURE_AMOUNT_EXCEEDED", "/amount");
  const final = request.final_capture ?? false;
  const { units, currency } = asked;
  const capture = take(store, order, { units, currency, final, authorizationId: authorization.id });
  authorization.status = final || before + units >= authorization.units ? "CAPTURED" : "PARTIALLY_CAPTURED";
  return capture;
};

/** https://developer.paypal.com/docs/api/payments/v2/#authorizations_void */
export const voidAuthorization = (store: PaypalStore, order: Order, authorization: Authorization): void => {
  if (authorization.status === "VOIDED") throw unprocessable("PREVIOUSLY_VOIDED");
  if (authorization.status === "CAPTURED") throw unprocessable("PREVIOUSLY_CAPTURED");
  authorization.status = "VOIDED";
  store.effects.did({
    kind: "cancel",
    ...paypalEffectOf({ id: authorization.id, customId: order.customId }, authorization),
  });
};

const honoredMs = 3 * 86_400_000;

/** https://developer.paypal.com/docs/api/payments/v2/#authorizations_reauthorize: from the fourth day on. */
export const reauthorize = (store: PaypalStore, order: Order, authorization: Authorization): Authorization => {
  requireLive(authorization);
  if (store.now() - authorization.createdMs < honoredMs) throw unprocessable("REAUTHORIZATION_NOT_SUPPORTED");
  const { units, currency } = authorization;
  const renewed = { id: store.newId(), units, currency, createdMs: store.now(), status: "CREATED" };
  order.authorizations.push(renewed);
  return renewed;
};

/** https://developer.paypal.com/docs/api/payments/v2/#captures_refund */
export const refundCapture = (
  store: PaypalStore,
  { order, capture }: { readonly order: Order; readonly capture: Capture },
  request: z.infer<typeof RefundRequest>,
): Refund => {
  if (capture.status === "PENDING") throw unprocessable("PENDING_CAPTURE");
  if (capture.status !== "COMPLETED") throw unprocessable("REFUND_NOT_ALLOWED");
  const before = order.refunds
    .filter(({ captureId }) => captureId === capture.id)
    .reduce((sum, { units }) => sum + units, 0);
  const left = capture.units - before;
  if (left <= 0) throw unprocessable("CAPTURE_FULLY_REFUNDED");
  const { units, currency } =
    request.amount === undefined ? { ...capture, units: left } : paypalUnits(request.amount, "/amount");
  if (currency !== capture.currency) throw unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code");
  if (units > left) throw unprocessable("REFUND_AMOUNT_EXCEEDED", "/amount/value");
  const refund: Refund = {
    id: store.newId(),
    units,
    currency,
    captureId: capture.id,
    createdMs: store.now(),
    customId: request.custom_id ?? null,
    note: request.note_to_payer ?? null,
    status: "COMPLETED",
  };
  order.refunds.push(refund);
  store.effects.did({ kind: "refund", ...paypalEffectOf(refund, refund) });
  return refund;
};

/** A header that only a payment needs: without it PayPal cannot tell a repeat from a second order. */
export const requireRequestId = (request: OrderRequest, key: string | null): void => {
  if (request.payment_source !== undefined && key === null)
    throw new PaypalRefusal(400, "INVALID_REQUEST", [{ issue: "PAYPAL_REQUEST_ID_REQUIRED" }]);
};
