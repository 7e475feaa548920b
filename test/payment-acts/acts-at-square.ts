import {
  makeSquareCustomer,
  makeSquareOrder,
  makeSquarePayment,
  makeSquareSubscription,
} from "../../sandbox/square/square-payments.ts";
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

const money = { amount: 10_000, currency: "USD" } as const;

export const actsAtSquare = ({ square }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("square");
  const { store } = square;
  let made = 0;

  const open = () => {
    const line_items = [{ name: "Chairs", quantity: "1", base_price_money: money }];
    return makeSquareOrder(store, { order: { location_id: "L1", line_items } }).id;
  };

  /** A payment of its own for each case. */
  const paid = (autocomplete: boolean): { readonly objectId: string; readonly paymentId: string } => {
    const objectId = open();
    made += 1;
    const payment = makeSquarePayment(store, {
      idempotency_key: `payer-${made}`,
      source_id: "cnon:card-nonce-ok",
      amount_money: money,
      order_id: objectId,
      location_id: "L1",
      autocomplete,
    });
    return { objectId, paymentId: payment.id };
  };

  const subscribed = (): string => makeSquareSubscription(store, makeSquareCustomer(store, {}).id).id;

  return {
    wire: square,
    again: [...againAfter, "5xx-without-executing"],
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference, "https://shop.example/paid"), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      authorization: async () => {
        const payment = { source: "cnon:card-nonce-ok", amount: { amount: 10_000n, currency: "USD" } } as const;
        return requestOf({ kind: "order.authorize", objectId: open(), payment }, payments.authorizeOrder);
      },
      capture: async () =>
        requestOf({ kind: "order.capture", ...paid(false), amount: undefined }, payments.captureOrder),
      refund: async () => requestOf({ kind: "refund.create", ...paid(true), ...triedRefund }, payments.createRefund),
      cancel: async () => requestOf({ kind: "order.cancel", ...paid(false), reason: undefined }, payments.cancelOrder),
      customer: async (reference) => requestOf(triedCustomer(reference), payments.createCustomer),
      subscription: async () => {
        const amount = { amount: 500n, currency: "USD" } as const;
        const item = { itemId: "", priceId: undefined, quantity: undefined, amount };
        const act = { kind: "subscription.update", subscriptionId: subscribed(), item } as const;
        return requestOf(
          { ...act, cancelAtPeriodEnd: undefined, proration: "none", returnUrl: undefined, cancelUrl: undefined },
          payments.updateSubscription,
        );
      },
      "subscription end": async () => {
        const act = { kind: "subscription.cancel", subscriptionId: subscribed(), at: "period_end" } as const;
        return requestOf({ ...act, prorate: false }, payments.cancelSubscription);
      },
    },
  };
};
