import type Stripe from "stripe";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { Currency } from "../../../contracts/currency.ts";
import type {
  CreateCheckout,
  CreateOrder,
  PaymentAct,
  PaymentActKind,
} from "../../../contracts/payments/payment-act.ts";
import { callBilling } from "./prepare-billing.ts";
import { metadataFor } from "./stripe-marks.ts";
import { stripeLine, stripeUnits } from "./stripe-line.ts";
import { linkExpand, linkParams } from "./stripe-links.ts";
import { stripeRequest, type KeptAct } from "./stripe-request.ts";

const named = (currency: Currency): string => currency.toLowerCase();

const checkoutParams = (act: CreateCheckout, identity: ActIdentity): Stripe.Checkout.SessionCreateParams => {
  const metadata = metadataFor(act, identity);
  return {
    mode: act.mode,
    line_items: act.lines.map(stripeLine),
    success_url: act.successUrl,
    ...(act.cancelUrl === undefined ? {} : { cancel_url: act.cancelUrl }),
    client_reference_id: act.reference,
    ...(act.customerId === undefined ? {} : { customer: act.customerId }),
    ...(act.customerEmail === undefined ? {} : { customer_email: act.customerEmail }),
    ...(act.expiresAt === undefined ? {} : { expires_at: Math.floor(act.expiresAt / 1_000) }),
    metadata,
    ...(act.mode === "payment" ? { payment_intent_data: { metadata } } : { subscription_data: { metadata } }),
  };
};

const captureMethod = ({ capture }: CreateOrder): "automatic" | "manual" =>
  capture === "manual" ? "manual" : "automatic";

/** An order whose payer approves on Stripe's page. */
const pageParams = (
  act: CreateOrder,
  returnUrl: string,
  identity: ActIdentity,
): Stripe.Checkout.SessionCreateParams => {
  const metadata = metadataFor(act, identity);
  const line = { name: act.description ?? act.reference, unit: act, quantity: 1 };
  return {
    mode: "payment",
    line_items: [stripeLine(line)],
    success_url: returnUrl,
    ...(act.cancelUrl === undefined ? {} : { cancel_url: act.cancelUrl }),
    client_reference_id: act.reference,
    ...(act.customerEmail === undefined ? {} : { customer_email: act.customerEmail }),
    metadata,
    payment_intent_data: {
      metadata,
      capture_method: captureMethod(act),
      ...(act.description === undefined ? {} : { description: act.description }),
    },
  };
};

const intentParams = (act: CreateOrder, identity: ActIdentity): Stripe.PaymentIntentCreateParams => ({
  amount: stripeUnits(act),
  currency: named(act.currency),
  capture_method: captureMethod(act),
  ...(act.description === undefined ? {} : { description: act.description }),
  ...(act.customerEmail === undefined ? {} : { receipt_email: act.customerEmail }),
  metadata: metadataFor(act, identity),
});

/** A session, as its id says; a payment intent otherwise. */
export const isSessionId = (objectId: string): boolean => objectId.startsWith("cs_");

/** Of a session a dry run does not read: its payment is known once it is looked at. */
const intentOf = (objectId: string): string => (isSessionId(objectId) ? "read_before_it_is_sent" : objectId);

const call = (stripe: Stripe, act: PaymentAct, identity: ActIdentity): Promise<unknown> => {
  const options = { idempotencyKey: identity.providerKey };
  switch (act.kind) {
    case "checkout.create":
      return stripe.checkout.sessions.create(checkoutParams(act, identity), options);
    case "checkout.expire":
      return stripe.checkout.sessions.expire(act.objectId, {}, options);
    case "order.create":
      return act.returnUrl === undefined
        ? stripe.paymentIntents.create(intentParams(act, identity), options)
        : stripe.checkout.sessions.create(pageParams(act, act.returnUrl, identity), options);
    case "order.capture": {
      const amount = act.amount === undefined ? {} : { amount_to_capture: stripeUnits(act.amount) };
      return stripe.paymentIntents.capture(
        act.paymentId ?? intentOf(act.objectId),
        { ...amount, expand: ["latest_charge"] },
        options,
      );
    }
    case "order.cancel": {
      const canceled = act.paymentId ?? act.objectId;
      if (isSessionId(canceled)) return stripe.checkout.sessions.expire(canceled, {}, options);
      const reason = act.reason === undefined ? {} : { cancellation_reason: act.reason };
      return stripe.paymentIntents.cancel(canceled, reason, options);
    }
    case "checkout.capture":
    case "order.authorize":
      throw new Error(`${act.kind} is none of Stripe's acts: its payers do it`);
    case "link.create":
      return stripe.paymentLinks.create(linkParams(act, identity), options);
    case "link.deactivate":
      return stripe.paymentLinks.update(act.objectId, { active: false, expand: linkExpand }, options);
    case "customer.create":
    case "portal.create":
    case "subscription.update":
    case "subscription.cancel":
      return callBilling(stripe, act, identity);
    case "refund.create": {
      const reason = act.reason === undefined ? {} : { reason: act.reason };
      const metadata = metadataFor(act, identity);
      return stripe.refunds.create(
        { payment_intent: act.paymentId, amount: stripeUnits(act), ...reason, metadata },
        options,
      );
    }
  }
};

const makes = {
  "checkout.create": "checkout",
  "checkout.expire": "checkout",
  "checkout.capture": "checkout",
  "order.create": "order",
  "order.authorize": "order",
  "order.capture": "order",
  "order.cancel": "order",
  "refund.create": "refund",
  "link.create": "link",
  "link.deactivate": "link",
  "customer.create": "customer",
  "portal.create": "portal",
  "subscription.update": "subscription",
  "subscription.cancel": "subscription",
} as const satisfies Record<PaymentActKind, KeptAct["makes"]>;

/** What an act comes to; undefined where the vendor's own prices decide. */
const amountOf = (act: PaymentAct): KeptAct["amount"] => {
  if (act.kind === "order.create" || act.kind === "refund.create")
    return { amount: act.amount.toString(), currency: act.currency };
  if ((act.kind !== "checkout.create" && act.kind !== "link.create") || act.mode !== "payment") return undefined;
  let sum = 0n;
  let currency: Currency | undefined;
  for (const line of act.lines) {
    if ("priceId" in line) return undefined;
    sum += line.unit.amount * BigInt(line.quantity);
    currency = line.unit.currency;
  }
  return currency && { amount: sum.toString(), currency };
};

/** The exact request of an act, as Stripe's SDK writes it. */
export const prepareStripe = async (act: PaymentAct, identity: ActIdentity): Promise<KeptAct> => {
  const amount = amountOf(act);
  return {
    makes: makes[act.kind],
    request: await stripeRequest((stripe) => call(stripe, act, identity)),
    ...(amount === undefined ? {} : { amount }),
  };
};
