import { payments } from "../../../contracts/payments.ts";
import {
  authorizeOrder,
  cancelOrder,
  captureCheckout,
  captureOrder,
  createCheckout,
  createOrder,
  createRefund,
  expireCheckout,
  getCheckout,
  getOrder,
  getRefund,
} from "../../payments/index.ts";
import { billingRoutes } from "./billing-routes.ts";
import { paymentLists } from "./payment-lists.ts";
import { paymentObjectRoutes } from "./payment-object-routes.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

/** Payments: each act is metered, has an idempotency key and travels alone; looking costs nothing. */
export const paymentsRouter = router({
  checkout: router({
    create: metered(payments.createCheckout, post("/api/payments/checkouts"))
      .input(payments.createCheckout.input)
      .output(payments.createCheckout.output)
      .mutation(({ ctx, input }) => createCheckout(ctx, input)),

    get: declare({ ...payments.getCheckout, rest: get("/api/payments/checkouts/{checkoutId}") })
      .input(payments.getCheckout.input)
      .output(payments.getCheckout.output)
      .query(({ ctx, input }) => getCheckout(ctx, input)),

    expire: metered(payments.expireCheckout, post("/api/payments/checkouts/{checkoutId}/expire"))
      .input(payments.expireCheckout.input)
      .output(payments.expireCheckout.output)
      .mutation(({ ctx, input }) => expireCheckout(ctx, input)),

    capture: metered(payments.captureCheckout, post("/api/payments/checkouts/{checkoutId}/capture"))
      .input(payments.captureCheckout.input)
      .output(payments.captureCheckout.output)
      .mutation(({ ctx, input }) => captureCheckout(ctx, input)),
  }),

  order: router({
    create: metered(payments.createOrder, post("/api/payments/orders"))
      .input(payments.createOrder.input)
      .output(payments.createOrder.output)
      .mutation(({ ctx, input }) => createOrder(ctx, input)),

    get: declare({ ...payments.getOrder, rest: get("/api/payments/orders/{orderId}") })
      .input(payments.getOrder.input)
      .output(payments.getOrder.output)
      .query(({ ctx, input }) => getOrder(ctx, input)),

    authorize: metered(payments.authorizeOrder, post("/api/payments/orders/{orderId}/authorize"))
      .input(payments.authorizeOrder.input)
      .output(payments.authorizeOrder.output)
      .mutation(({ ctx, input }) => authorizeOrder(ctx, input)),

    capture: metered(payments.captureOrder, post("/api/payments/orders/{orderId}/capture"))
      .input(payments.captureOrder.input)
      .output(payments.captureOrder.output)
      .mutation(({ ctx, input }) => captureOrder(ctx, input)),

    cancel: metered(payments.cancelOrder, post("/api/payments/orders/{orderId}/cancel"))
      .input(payments.cancelOrder.input)
      .output(payments.cancelOrder.output)
      .mutation(({ ctx, input }) => cancelOrder(ctx, input)),
  }),

  refund: router({
    create: metered(payments.createRefund, post("/api/payments/refunds"))
      .input(payments.createRefund.input)
      .output(payments.createRefund.output)
      .mutation(({ ctx, input }) => createRefund(ctx, input)),

    get: declare({ ...payments.getRefund, rest: get("/api/payments/refunds/{refundId}") })
      .input(payments.getRefund.input)
      .output(payments.getRefund.output)
      .query(({ ctx, input }) => getRefund(ctx, input)),
  }),

  ...billingRoutes,
  ...paymentLists,
  ...paymentObjectRoutes,
});
