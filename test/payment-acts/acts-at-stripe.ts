import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { payments } from "../../server/contracts/payments.ts";
import {
  actRequestsAt,
  againAfter,
  triedCheckout,
  triedCustomer,
  triedLink,
  triedOrder,
  triedRefund,
  type ActsAtVendor,
} from "./payment-acts.ts";

/** No payer has to approve. */
const unapproved = { returnUrl: undefined, cancelUrl: undefined } as const;

export const actsAtStripe = ({ stripe }: Sandbox): ActsAtVendor => {
  const requestOf = actRequestsAt("stripe");
  const { baseUrl } = stripe.access;

  const post = async (path: string, body: string): Promise<string> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_payer", "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    const document: unknown = await response.json();
    const id = typeof document === "object" && document !== null && "id" in document ? document.id : undefined;
    if (typeof id !== "string") throw new Error("no payment");
    return id;
  };

  /** A payment of its own for each case, paid by the payer. */
  const paid = (capture: "automatic" | "manual"): Promise<string> =>
    post(
      "/v1/payment_intents",
      `amount=10000&currency=usd&capture_method=${capture}&confirm=true&payment_method=pm_card_visa`,
    );

  /** A customer with a subscription of its own, made by what a payer does on the page. */
  const subscribed = async (): Promise<{ readonly customerId: string; readonly subscriptionId: string }> => {
    const session = await post(
      "/v1/checkout/sessions",
      "mode=subscription&line_items[0][price]=price_sandbox_monthly&line_items[0][quantity]=1&success_url=https://shop.example/done",
    );
    const body = new URLSearchParams({ payment_method: "pm_card_visa" });
    await fetch(`${baseUrl}/pay/${session}`, { method: "POST", body, redirect: "manual" });
    const made = stripe.thing(session);
    return { customerId: String(made?.["customer"]), subscriptionId: String(made?.["subscription"]) };
  };

  return {
    wire: stripe,
    again: againAfter,
    prepared: {
      order: async (reference) => requestOf(triedOrder(reference), payments.createOrder),
      checkout: async (reference) => requestOf(triedCheckout(reference), payments.createCheckout),
      capture: async () => {
        const paymentId = await paid("manual");
        return requestOf(
          { kind: "order.capture", objectId: paymentId, paymentId, amount: undefined },
          payments.captureOrder,
        );
      },
      refund: async () => {
        const paymentId = await paid("automatic");
        return requestOf(
          { kind: "refund.create", objectId: paymentId, paymentId, ...triedRefund },
          payments.createRefund,
        );
      },
      cancel: async () => {
        const paymentId = await paid("manual");
        return requestOf(
          { kind: "order.cancel", objectId: paymentId, paymentId, reason: undefined },
          payments.cancelOrder,
        );
      },
      customer: async (reference) => requestOf(triedCustomer(reference), payments.createCustomer),
      portal: async () => {
        const { customerId } = await subscribed();
        return requestOf(
          { kind: "portal.create", customerId, returnUrl: "https://shop.example" },
          payments.createPortal,
        );
      },
      subscription: async () => {
        const { subscriptionId } = await subscribed();
        const change = { item: undefined, cancelAtPeriodEnd: true, proration: "none", ...unapproved } as const;
        return requestOf({ kind: "subscription.update", subscriptionId, ...change }, payments.updateSubscription);
      },
      "subscription end": async () => {
        const { subscriptionId } = await subscribed();
        const act = { kind: "subscription.cancel", subscriptionId, at: "now", prorate: false } as const;
        return requestOf(act, payments.cancelSubscription);
      },
      link: async () => requestOf(triedLink, payments.createLink),
      "link end": async () => {
        const body = "line_items[0][price]=price_sandbox_once&line_items[0][quantity]=1";
        const objectId = await post("/v1/payment_links", body);
        return requestOf({ kind: "link.deactivate", objectId }, payments.deactivateLink);
      },
    },
  };
};
