import { makeOrder, setOrderAside, takeOrder } from "../../sandbox/paypal/paypal-orders.ts";
import type { Order, Subscription } from "../../sandbox/paypal/paypal-store.ts";
import { createSubscription, startSubscription } from "../../sandbox/paypal/paypal-subscriptions.ts";
import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { payments } from "../../server/contracts/payments.ts";
import {
  actRequestsAt,
  againAfter,
  triedCheckout,
  triedOrder,
  triedRefund,
  type ActsAtVendor,
} from "./payment-acts.ts";

export const actsAtPaypal = ({ paypal }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("paypal");
  const { store } = paypal;

  /** What the payer has approved on the page. */
  const approved = (intent: "CAPTURE" | "AUTHORIZE"): Order => {
    const amount = { currency_code: "USD", value: "100.00" };
    const order = makeOrder(store, { intent, purchase_units: [{ amount }] });
    return Object.assign(order, { status: "APPROVED", funding: "balance" });
  };

  const started = (): Subscription => {
    const subscription = createSubscription(store, { plan_id: "P-SANDBOXMONTHLY" });
    startSubscription(store, subscription);
    return subscription;
  };

  return {
    wire: paypal,
    // It keeps no failure under a key, and a token that it refuses may be one that was withdrawn.
    again: [...againAfter, "5xx-without-executing", "refuse-key"],
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference, "https://shop.example/paid"), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      capture: async () => {
        const act = { kind: "order.capture", objectId: approved("CAPTURE").id } as const;
        return requestOf({ ...act, paymentId: undefined, amount: undefined }, payments.captureOrder);
      },
      refund: async () => {
        const order = approved("CAPTURE");
        takeOrder(store, order);
        const paid = { objectId: order.id, paymentId: order.captures[0]?.id ?? "" };
        return requestOf({ kind: "refund.create", ...paid, ...triedRefund }, payments.createRefund);
      },
      cancel: async () => {
        const order = approved("AUTHORIZE");
        setOrderAside(store, order);
        const paymentId = order.authorizations[0]?.id;
        return requestOf(
          { kind: "order.cancel", objectId: order.id, paymentId, reason: undefined },
          payments.cancelOrder,
        );
      },
      subscription: async () => {
        const { id: subscriptionId } = started();
        const item = { itemId: subscriptionId, priceId: undefined, quantity: 3 };
        const urls = { returnUrl: "https://shop.example/done", cancelUrl: undefined };
        const change = { item, cancelAtPeriodEnd: undefined, proration: undefined, ...urls };
        return requestOf({ kind: "subscription.update", subscriptionId, ...change }, payments.updateSubscription);
      },
      "subscription end": async () => {
        const { id: subscriptionId } = started();
        const act = { kind: "subscription.cancel", subscriptionId, at: "now", prorate: false } as const;
        return requestOf(act, payments.cancelSubscription);
      },
    },
  };
};
