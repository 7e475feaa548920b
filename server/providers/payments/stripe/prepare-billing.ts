import type Stripe from "stripe";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type {
  CancelSubscription,
  CreateCustomer,
  CreatePortal,
  Proration,
  UpdateSubscription,
} from "../../../contracts/payments/payment-act.ts";
import { changeKey, metadataFor } from "./stripe-marks.ts";

type BillingAct = CreateCustomer | CreatePortal | UpdateSubscription | CancelSubscription;

const prorations = {
  next_invoice: "create_prorations",
  invoice_now: "always_invoice",
  none: "none",
} as const satisfies Record<Proration, Stripe.SubscriptionUpdateParams.ProrationBehavior>;

const updateParams = (
  { item, cancelAtPeriodEnd, proration }: UpdateSubscription,
  { operationId }: ActIdentity,
): Stripe.SubscriptionUpdateParams => ({
  ...(item === undefined
    ? {}
    : {
        items: [
          {
            id: item.itemId,
            ...(item.priceId === undefined ? {} : { price: item.priceId }),
            ...(item.quantity === undefined ? {} : { quantity: item.quantity }),
          },
        ],
        proration_behavior: prorations[proration ?? "next_invoice"],
      }),
  ...(cancelAtPeriodEnd === undefined ? {} : { cancel_at_period_end: cancelAtPeriodEnd }),
  metadata: { [changeKey]: operationId },
});

/** The SDK's call for an act on customers and what they are billed. */
export const callBilling = (stripe: Stripe, act: BillingAct, identity: ActIdentity): Promise<unknown> => {
  const options = { idempotencyKey: identity.providerKey };
  switch (act.kind) {
    case "customer.create":
      return stripe.customers.create(
        {
          email: act.email,
          ...(act.name === undefined ? {} : { name: act.name }),
          metadata: metadataFor(act, identity),
        },
        options,
      );
    case "portal.create":
      return stripe.billingPortal.sessions.create({ customer: act.customerId, return_url: act.returnUrl }, options);
    case "subscription.update":
      return stripe.subscriptions.update(act.subscriptionId, updateParams(act, identity), options);
    case "subscription.cancel":
      return act.at === "now"
        ? stripe.subscriptions.cancel(act.subscriptionId, { invoice_now: act.prorate, prorate: act.prorate })
        : stripe.subscriptions.update(
            act.subscriptionId,
            { cancel_at_period_end: true, metadata: { [changeKey]: identity.operationId } },
            options,
          );
  }
};
