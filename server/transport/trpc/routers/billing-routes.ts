import { payments } from "../../../contracts/payments.ts";
import {
  cancelSubscription,
  createCustomer,
  createPortal,
  getCustomer,
  getSubscription,
  listSubscriptions,
  updateSubscription,
} from "../../payments/index.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

const subscription = "/api/payments/subscriptions/{provider}/{subscriptionId}";

/** Customers, the page on which they look after what they pay, and subscriptions. */
export const billingRoutes = {
  customer: router({
    create: metered(payments.createCustomer, post("/api/payments/customers"))
      .input(payments.createCustomer.input)
      .output(payments.createCustomer.output)
      .mutation(({ ctx, input }) => createCustomer(ctx, input)),

    get: declare({ ...payments.getCustomer, rest: get("/api/payments/customers/{provider}/{customerId}") })
      .input(payments.getCustomer.input)
      .output(payments.getCustomer.output)
      .query(({ ctx, input }) => getCustomer(ctx, input)),
  }),

  portal: router({
    create: metered(payments.createPortal, post("/api/payments/portals"))
      .input(payments.createPortal.input)
      .output(payments.createPortal.output)
      .mutation(({ ctx, input }) => createPortal(ctx, input)),
  }),

  subscription: router({
    get: declare({ ...payments.getSubscription, rest: get(subscription) })
      .input(payments.getSubscription.input)
      .output(payments.getSubscription.output)
      .query(({ ctx, input }) => getSubscription(ctx, input)),

    list: declare({ ...payments.listSubscriptions, rest: get("/api/payments/subscriptions") })
      .input(payments.listSubscriptions.input)
      .output(payments.listSubscriptions.output)
      .query(({ ctx, input }) => listSubscriptions(ctx, input)),

    update: metered(payments.updateSubscription, post(subscription))
      .input(payments.updateSubscription.input)
      .output(payments.updateSubscription.output)
      .mutation(({ ctx, input }) => updateSubscription(ctx, input)),

    cancel: metered(payments.cancelSubscription, post(`${subscription}/cancel`))
      .input(payments.cancelSubscription.input)
      .output(payments.cancelSubscription.output)
      .mutation(({ ctx, input }) => cancelSubscription(ctx, input)),
  }),
};
