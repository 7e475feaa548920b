import { makeRazorpayLink, makeRazorpayOrder, payAtRazorpay } from "../../sandbox/razorpay/razorpay-payments.ts";
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

const money = { amount: 10_000, currency: "USD" } as const;

export const actsAtRazorpay = ({ razorpay }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("razorpay");
  const { store } = razorpay;
  let made = 0;

  /** A payment of its own for each case, paid by the payer. */
  const paid = (capture: "automatic" | "manual") => {
    const { id: objectId } = makeRazorpayOrder(store, { ...money, payment: { capture } });
    return { objectId, paymentId: payAtRazorpay(store, objectId).id };
  };

  const link = (): string => {
    made += 1;
    const callback_url = "https://shop.example/done";
    return makeRazorpayLink(store, { ...money, reference_id: `case-${made}`, callback_url, callback_method: "get" }).id;
  };

  return {
    wire: razorpay,
    again: [...againAfter, "5xx-without-executing"],
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      expiry: async () => requestOf({ kind: "checkout.expire", objectId: link() }, payments.expireCheckout),
      capture: async () =>
        requestOf({ kind: "order.capture", ...paid("manual"), amount: undefined }, payments.captureOrder),
      refund: async () =>
        requestOf({ kind: "refund.create", ...paid("automatic"), ...triedRefund }, payments.createRefund),
    },
  };
};
