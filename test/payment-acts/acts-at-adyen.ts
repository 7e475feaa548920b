import { makeAdyenLink } from "../../sandbox/adyen/adyen-links.ts";
import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { payments } from "../../server/contracts/payments.ts";
import { actRequestsAt, againAfter, triedCheckout, triedOrder, type ActsAtVendor } from "./payment-acts.ts";

export const actsAtAdyen = ({ adyen }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("adyen");
  const link = { merchantAccount: "M", amount: { value: 10_000, currency: "USD" }, reference: "case" };
  return {
    wire: adyen,
    again: [...againAfter, "5xx-without-executing"],
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference, "https://shop.example/paid"), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      expiry: async () =>
        requestOf({ kind: "checkout.expire", objectId: makeAdyenLink(adyen.store, link).id }, payments.expireCheckout),
      cancel: async () => {
        const { id: objectId } = makeAdyenLink(adyen.store, link);
        const act = { kind: "order.cancel", objectId, paymentId: undefined, reason: undefined } as const;
        return requestOf(act, payments.cancelOrder);
      },
    },
  };
};
