import { feeOf } from "./amounts.ts";
import { invalidRequest, StripeRefusal } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

/** Stripe's test payment methods: https://docs.stripe.com/testing */
export const cardsByMethod: Readonly<Record<string, string | null>> = {
  pm_card_visa: null,
  pm_card_createDispute: null,
  pm_card_chargeDeclined: "generic_decline",
  pm_card_chargeDeclinedInsufficientFunds: "insufficient_funds",
};

const operationOf = (metadata: unknown): string | null => {
  const id =
    typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "nexus_operation_id") : undefined;
  return typeof id === "string" ? id : null;
};

export const effectOf = (thing: Thing) => ({
  objectId: thing.id,
  operationId: operationOf(thing["metadata"]),
  amount: typeof thing["amount"] === "number" ? thing["amount"] : null,
  currency: typeof thing["currency"] === "string" ? thing["currency"] : null,
});

export const num = (thing: Thing, field: string): number => {
  const value = thing[field];
  return typeof value === "number" ? value : 0;
};

export const word = (thing: Thing | undefined, field: string): string => {
  const value = thing?.[field];
  return typeof value === "string" ? value : "";
};

interface NewIntent {
  readonly amount: number;
  readonly currency: string;
  readonly capture_method: string;
  readonly metadata: Record<string, string>;
  readonly description: string | null;
  readonly customer: string | null;
}

export const createIntent = (store: StripeStore, intent: NewIntent): Thing => {
  const made = store.put("pi", "payment_intent", {
    ...intent,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: { enabled: true, allow_redirects: "always" },
    canceled_at: null,
    cancellation_reason: null,
    latest_charge: null,
    payment_method: null,
    status: "requires_payment_method",
  });
  made["client_secret"] = `${made.id}_secret_${store.newId("s").slice(2)}`;
  return made;
};

const settle = (store: StripeStore, intent: Thing, charge: Thing, amount: number): void => {
  const transaction = store.put("txn", "balance_transaction", {
    amount,
    currency: intent["currency"],
    fee: feeOf(amount),
    net: amount - feeOf(amount),
    source: charge.id,
    status: "pending",
    type: "charge",
  });
  Object.assign(charge, { captured: true, amount_captured: amount, balance_transaction: transaction.id, amount });
  Object.assign(intent, { status: "succeeded", amount_received: amount, amount_capturable: 0 });
  store.effects.did({ kind: "payment", ...effectOf(intent), amount });
};

const week = 7 * 86_400;

/** The payer's bank takes the money back: https://docs.stripe.com/api/disputes/object */
export const openDispute = (store: StripeStore, charge: Thing): Thing => {
  charge["disputed"] = true;
  return store.put("du", "dispute", {
    amount: num(charge, "amount"),
    balance_transactions: [],
    charge: charge.id,
    currency: charge["currency"],
    evidence_details: { due_by: store.now() + week, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    metadata: {},
    payment_intent: charge["payment_intent"],
    reason: "fraudulent",
    status: "needs_response",
  });
};

/** The payer pays: what happens in a browser, or by a confirmation. */
export const payIntent = (store: StripeStore, intent: Thing, method: string): void => {
  if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(word(intent, "status")))
    throw new StripeRefusal(400, {
      type: "invalid_request_error",
      code: "payment_intent_unexpected_state",
      message: `This PaymentIntent's state is ${word(intent, "status")}.`,
    });
  if (!Object.hasOwn(cardsByMethod, method))
    throw invalidRequest(`No such PaymentMethod: '${method}'`, { code: "resource_missing", param: "payment_method" });
  const decline = cardsByMethod[method] ?? null;
  const charge = store.put("ch", "charge", {
    amount: num(intent, "amount"),
    amount_captured: 0,
    amount_refunded: 0,
    balance_transaction: null,
    captured: false,
    currency: intent["currency"],
    disputed: false,
    failure_code: decline === null ? null : "card_declined",
    metadata: intent["metadata"],
    paid: decline === null,
    payment_intent: intent.id,
    refunded: false,
    status: decline === null ? "succeeded" : "failed",
  });
  intent["latest_charge"] = charge.id;
  if (decline !== null) {
    intent["status"] = "requires_payment_method";
    throw new StripeRefusal(402, {
      type: "card_error",
      code: "card_declined",
      decline_code: decline,
      charge: charge.id,
      message: "Your card was declined.",
    });
  }
  intent["payment_method"] = method;
  if (intent["capture_method"] === "manual")
    Object.assign(intent, { status: "requires_capture", amount_capturable: num(intent, "amount") });
  else settle(store, intent, charge, num(intent, "amount"));
  if (method === "pm_card_createDispute") openDispute(store, charge);
};

export const captureIntent = (store: StripeStore, intent: Thing, asked: number | undefined): void => {
  if (intent["status"] !== "requires_capture")
    throw invalidRequest(`This PaymentIntent could not be captured: its status is ${word(intent, "status")}.`, {
      code: "payment_intent_unexpected_state",
    });
  const capturable = num(intent, "amount_capturable");
  if (asked !== undefined && asked > capturable)
    throw invalidRequest("You cannot capture more than was authorized.", {
      code: "amount_too_large",
      param: "amount_to_capture",
    });
  const charge = store.of("charge", word(intent, "latest_charge"));
  if (charge !== undefined) settle(store, intent, charge, asked ?? capturable);
};

export const cancelIntent = (intent: Thing, reason: string | null, now: number): void => {
  const open = [
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
  ];
  if (!open.includes(word(intent, "status")))
    throw invalidRequest(`You cannot cancel this PaymentIntent: its status is ${word(intent, "status")}.`, {
      code: "payment_intent_unexpected_state",
    });
  Object.assign(intent, { status: "canceled", canceled_at: now, cancellation_reason: reason, amount_capturable: 0 });
};

interface NewRefund {
  readonly amount: number | undefined;
  readonly reason: string | null;
  readonly metadata: Record<string, string>;
}

export const makeRefund = (store: StripeStore, intent: Thing, { amount, reason, metadata }: NewRefund): Thing => {
  const charge = store.of("charge", word(intent, "latest_charge"));
  if (charge === undefined || charge["captured"] !== true)
    throw invalidRequest("This PaymentIntent has no successful charge to refund.", { param: "payment_intent" });
  const left = num(charge, "amount_captured") - num(charge, "amount_refunded");
  if (left <= 0)
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: "charge_already_refunded" });
  const wanted = amount ?? left;
  if (wanted > left)
    throw invalidRequest(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${left})`, {
      param: "amount",
    });
  charge["amount_refunded"] = num(charge, "amount_refunded") + wanted;
  charge["refunded"] = wanted === left;
  return store.put("re", "refund", {
    amount: wanted,
    charge: charge.id,
    currency: intent["currency"],
    metadata,
    payment_intent: intent.id,
    reason,
    status: "succeeded",
  });
};
