import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type {
  CheckoutLine,
  CreateCheckout,
  CreateOrder,
  CreateRefund,
  PaymentAct,
  UpdateSubscription,
} from "../../../contracts/payments/payment-act.ts";
import type { Unable } from "../../../contracts/payments/payments-vendor.ts";
import { unableWhere } from "../_json/unable-where.ts";
import { paypalMoney } from "./paypal-amounts.ts";
import { isSubscriptionId } from "./paypal-checkouts.ts";
import { paypalMarkOf } from "./paypal-marks.ts";
import { actOf, readOf, type KeptPaypalAct } from "./paypal-request.ts";

/** PayPal's names and descriptions have so many characters; ours may have more, and are shown to payers alone. */
const longestText = 127;

const shortened = (text: string): string =>
  text.length <= longestText
    ? text
    : `${[...text]
        .slice(0, longestText - 1)
        .join("")
        .slice(0, longestText - 1)}…`;

type Urls = Pick<CreateCheckout, "cancelUrl"> & { readonly returnUrl: string };

const experience = ({ returnUrl, cancelUrl }: Urls) => ({
  return_url: returnUrl,
  cancel_url: cancelUrl ?? returnUrl,
  shipping_preference: "NO_SHIPPING",
});

const wallet = (urls: Urls, email: string | undefined) => ({
  paypal: {
    ...(email === undefined ? {} : { email_address: email }),
    experience_context: { ...experience(urls), user_action: "PAY_NOW" },
  },
});

type PaidLine = Extract<CheckoutLine, { readonly unit: unknown }>;
const isPaid = (line: CheckoutLine): line is PaidLine => "unit" in line;

const paymentBody = (act: CreateCheckout, { operationId }: ActIdentity) => {
  const lines = act.lines.filter(isPaid);
  const [first] = lines;
  if (first === undefined) throw new Error("a checkout without a line that is paid");
  const total = lines.reduce((sum, { unit, quantity }) => sum + unit.amount * BigInt(quantity), 0n);
  const amount = paypalMoney({ amount: total, currency: first.unit.currency });
  return {
    intent: "CAPTURE",
    purchase_units: [
      {
        reference_id: act.reference,
        custom_id: paypalMarkOf(operationId, act.attribution),
        amount: { ...amount, breakdown: { item_total: amount } },
        items: lines.map(({ name, unit, quantity }) => ({
          name: shortened(name),
          unit_amount: paypalMoney(unit),
          quantity: String(quantity),
        })),
      },
    ],
    payment_source: wallet({ returnUrl: act.successUrl, cancelUrl: act.cancelUrl }, act.customerEmail),
  };
};

const subscriptionBody = (act: CreateCheckout, { operationId }: ActIdentity) => {
  const [line] = act.lines;
  if (line === undefined || isPaid(line)) throw new Error("a subscription without a plan");
  return {
    plan_id: line.priceId,
    quantity: String(line.quantity),
    custom_id: paypalMarkOf(operationId, act.attribution),
    ...(act.customerEmail === undefined ? {} : { subscriber: { email_address: act.customerEmail } }),
    application_context: {
      ...experience({ returnUrl: act.successUrl, cancelUrl: act.cancelUrl }),
      user_action: "SUBSCRIBE_NOW",
    },
  };
};

const reviseBody = ({ item, returnUrl, cancelUrl }: UpdateSubscription) => ({
  ...(item?.priceId === undefined ? {} : { plan_id: item.priceId }),
  ...(item?.quantity === undefined ? {} : { quantity: String(item.quantity) }),
  ...(returnUrl === undefined ? {} : { application_context: experience({ returnUrl, cancelUrl }) }),
});

const orderBody = (act: CreateOrder, { operationId }: ActIdentity) => ({
  intent: act.capture === "manual" ? "AUTHORIZE" : "CAPTURE",
  purchase_units: [
    {
      reference_id: act.reference,
      custom_id: paypalMarkOf(operationId, act.attribution),
      amount: paypalMoney(act),
      ...(act.description === undefined ? {} : { description: shortened(act.description) }),
    },
  ],
  payment_source: wallet({ returnUrl: act.returnUrl ?? "", cancelUrl: act.cancelUrl }, act.customerEmail),
});

const reasons = {
  duplicate: "Paid twice",
  fraudulent: "Not authorized",
  requested_by_customer: "As you asked",
} as const;

const refundBody = (act: CreateRefund, { operationId }: ActIdentity) => ({
  amount: paypalMoney(act),
  // Refunds take no other signs in it than these.
  custom_id: operationId,
  ...(act.reason === undefined ? {} : { note_to_payer: reasons[act.reason] }),
});

const orderPath = "/v2/checkout/orders/{id}";

/** The exact request of an act. Voids know no key: they are looked up, never repeated. */
export const preparePaypal = (act: PaymentAct, identity: ActIdentity): KeptPaypalAct => {
  const key = identity.providerKey;
  switch (act.kind) {
    case "checkout.create":
      return act.mode === "payment"
        ? {
            makes: "checkout",
            answeredBy: "order",
            request: actOf({ path: "/v2/checkout/orders", key, body: paymentBody(act, identity) }),
          }
        : {
            makes: "checkout",
            answeredBy: "subscription",
            request: actOf({ path: "/v1/billing/subscriptions", key, body: subscriptionBody(act, identity) }),
          };
    case "order.create":
      return {
        makes: "order",
        answeredBy: "order",
        request: actOf({ path: "/v2/checkout/orders", key, body: orderBody(act, identity) }),
      };
    case "checkout.capture":
    case "order.capture": {
      const makes = act.kind === "order.capture" ? "order" : "checkout";
      const changes = { act: "capture", objectId: act.objectId } as const;
      const authorization = act.kind === "order.capture" ? act.paymentId : undefined;
      if (authorization === undefined)
        return {
          makes,
          answeredBy: "order",
          changes,
          request: actOf({ path: `${orderPath}/capture`, values: { id: act.objectId }, key, body: {} }),
        };
      const amount = act.kind === "order.capture" ? act.amount : undefined;
      const body = { ...(amount === undefined ? {} : { amount: paypalMoney(amount) }), final_capture: true };
      const path = "/v2/payments/authorizations/{id}/capture";
      return {
        makes,
        answeredBy: "capture",
        changes,
        request: actOf({ path, values: { id: authorization }, key, body }),
      };
    }
    case "order.authorize":
      return {
        makes: "order",
        answeredBy: "order",
        changes: { act: "authorize", objectId: act.objectId },
        request: actOf({ path: `${orderPath}/authorize`, values: { id: act.objectId }, key, body: {} }),
      };
    case "order.cancel":
    case "checkout.expire": {
      const makes = act.kind === "order.cancel" ? "order" : "checkout";
      const authorization = act.kind === "order.cancel" ? act.paymentId : undefined;
      if (authorization === undefined)
        return {
          makes,
          answeredBy: "order",
          changes: { act: "close", objectId: act.objectId },
          request: readOf({ path: orderPath, values: { id: act.objectId } }),
        };
      return {
        makes,
        answeredBy: "authorization",
        changes: { act: "void", objectId: act.objectId },
        request: actOf({
          path: "/v2/payments/authorizations/{id}/void",
          values: { id: authorization },
          key: undefined,
          body: undefined,
        }),
      };
    }
    case "subscription.cancel":
      return {
        makes: "subscription",
        answeredBy: "subscription",
        changes: { act: "end", objectId: act.subscriptionId },
        request: actOf({
          path: "/v1/billing/subscriptions/{id}/cancel",
          values: { id: act.subscriptionId },
          key: undefined,
          body: { reason: "Canceled by the seller" },
          represents: false,
        }),
      };
    case "subscription.update":
      return {
        makes: "subscription",
        answeredBy: "subscription",
        changes: { act: "revise", objectId: act.subscriptionId },
        request: actOf({
          path: "/v1/billing/subscriptions/{id}/revise",
          values: { id: act.subscriptionId },
          key: undefined,
          body: reviseBody(act),
          represents: false,
        }),
      };
    case "link.create":
    case "link.deactivate":
    case "customer.create":
    case "portal.create":
      throw new Error(`${act.kind} is none of PayPal's acts`);
    case "refund.create":
      return {
        makes: "refund",
        answeredBy: "refund",
        refunded: { objectId: act.objectId, captureId: act.paymentId },
        request: actOf({
          path: "/v2/payments/captures/{id}/refund",
          values: { id: act.paymentId },
          key,
          body: refundBody(act, identity),
        }),
      };
  }
};

const unableToCreate = (act: CreateCheckout | CreateOrder): Unable | undefined =>
  unableWhere(Object.keys(act.metadata).length > 0, "metadata", "no metadata, for which it has no place");

/** What PayPal has no way to do, though it makes checkouts and orders. */
export const unableAtPaypal = (act: PaymentAct): Unable | undefined => {
  switch (act.kind) {
    case "checkout.create":
      return (
        unableToCreate(act) ??
        unableWhere(act.customerId !== undefined, "customer", "no customer, of whom it keeps none") ??
        unableWhere(act.expiresAt !== undefined, "expiresAt", "no moment, since it chooses its own") ??
        (act.mode === "subscription"
          ? unableWhere(act.lines.length !== 1, "lines", "one plan")
          : unableWhere(!act.lines.every(isPaid), "lines", "names and amounts"))
      );
    case "order.create":
      return (
        unableToCreate(act) ??
        unableWhere(act.returnUrl === undefined, "returnUrl", "an address to which payers come back from its page")
      );
    case "order.authorize":
      return unableWhere(act.payment !== undefined, "paymentToken", "no token: the payer approves on its page");
    case "order.capture":
      return unableWhere(
        act.amount !== undefined && act.paymentId === undefined,
        "amount",
        "no amount: what was not authorized before is captured whole",
      );
    case "subscription.update":
      return (
        unableWhere(act.item?.amount !== undefined, "amount", "no amount, but a price or a quantity") ??
        unableWhere(
          act.cancelAtPeriodEnd !== undefined,
          "cancelAtPeriodEnd",
          "no end with the period: it cancels at once",
        ) ??
        unableWhere(
          act.proration !== undefined && act.proration !== "none",
          "proration",
          "none: it changes from the next period on",
        ) ??
        unableWhere(act.returnUrl === undefined, "returnUrl", "an address to which payers come back from its page")
      );
    case "subscription.cancel":
      return (
        unableWhere(act.at !== "now", "at", "now: it cancels at once") ??
        unableWhere(act.prorate, "prorate", "no setting off, for which it has no way")
      );
    case "checkout.expire":
      return unableWhere(
        isSubscriptionId(act.objectId),
        "checkoutId",
        "a checkout of one payment: it ends pages of subscriptions itself",
      );
    default:
      return undefined;
  }
};
