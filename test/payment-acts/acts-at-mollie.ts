import {
  makeMollieCustomer,
  makeMolliePayment,
  makeMollieSubscription,
  payMolliePayment,
} from "../../sandbox/mollie/mollie-payments.ts";
import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { payments } from "../../server/contracts/payments.ts";
import {
  actRequestsAt,
  againAfter,
  triedCheckout,
  triedCustomer,
  triedOrder,
  triedRefund,
  type ActsAtVendor,
} from "./payment-acts.ts";

const amount = { currency: "USD", value: "100.00" };
const description = "Chairs";
const redirectUrl = "https://shop.example/paid";

export const actsAtMollie = ({ mollie }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("mollie");
  const { store } = mollie;

  /** A payment of its own for each case, paid by the payer. */
  const paid = (captureMode: "automatic" | "manual"): string => {
    const payment = makeMolliePayment(store, { amount, description, redirectUrl, captureMode });
    payMolliePayment(store, payment, "paid");
    return payment.id;
  };

  /** A subscription of a customer who has paid once. */
  const subscribed = (): string => {
    const { id: customerId } = makeMollieCustomer(store, {});
    const first = { amount, description, redirectUrl, customerId, sequenceType: "first" } as const;
    payMolliePayment(store, makeMolliePayment(store, first), "paid");
    const { id } = makeMollieSubscription(store, customerId, { amount, interval: "1 month", description });
    return `${customerId}-${id}`;
  };

  return {
    wire: mollie,
    again: [...againAfter, "5xx-without-executing"],
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference, redirectUrl), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      capture: async () => {
        const paymentId = paid("manual");
        const act = { kind: "order.capture", objectId: paymentId, paymentId, amount: undefined } as const;
        return requestOf(act, payments.captureOrder);
      },
      refund: async () => {
        const paymentId = paid("automatic");
        return requestOf(
          { kind: "refund.create", objectId: paymentId, paymentId, ...triedRefund },
          payments.createRefund,
        );
      },
      cancel: async () => {
        const paymentId = paid("manual");
        const act = { kind: "order.cancel", objectId: paymentId, paymentId, reason: undefined } as const;
        return requestOf(act, payments.cancelOrder);
      },
      customer: async (reference) => requestOf(triedCustomer(reference), payments.createCustomer),
      subscription: async () => {
        const subscriptionId = subscribed();
        const item = {
          itemId: "",
          priceId: undefined,
          quantity: undefined,
          amount: { amount: 500n, currency: "USD" },
        } as const;
        const act = { kind: "subscription.update", subscriptionId, item, cancelAtPeriodEnd: undefined } as const;
        const unapproved = { proration: "none", returnUrl: undefined, cancelUrl: undefined } as const;
        return requestOf({ ...act, ...unapproved }, payments.updateSubscription);
      },
      "subscription end": async () => {
        const act = { kind: "subscription.cancel", subscriptionId: subscribed(), at: "now", prorate: false } as const;
        return requestOf(act, payments.cancelSubscription);
      },
    },
  };
};
