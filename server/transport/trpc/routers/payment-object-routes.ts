import { payments } from "../../../contracts/payments.ts";
import {
  createLink,
  deactivateLink,
  getDispute,
  getInvoice,
  getLink,
  listDisputes,
  listInvoices,
} from "../../payments/index.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

/** Payment links, invoices and disputes. */
export const paymentObjectRoutes = {
  link: router({
    create: metered(payments.createLink, post("/api/payments/links"))
      .input(payments.createLink.input)
      .output(payments.createLink.output)
      .mutation(({ ctx, input }) => createLink(ctx, input)),

    get: declare({ ...payments.getLink, rest: get("/api/payments/links/{linkId}") })
      .input(payments.getLink.input)
      .output(payments.getLink.output)
      .query(({ ctx, input }) => getLink(ctx, input)),

    deactivate: metered(payments.deactivateLink, post("/api/payments/links/{linkId}/deactivate"))
      .input(payments.deactivateLink.input)
      .output(payments.deactivateLink.output)
      .mutation(({ ctx, input }) => deactivateLink(ctx, input)),
  }),

  invoice: router({
    get: declare({ ...payments.getInvoice, rest: get("/api/payments/invoices/{provider}/{invoiceId}") })
      .input(payments.getInvoice.input)
      .output(payments.getInvoice.output)
      .query(({ ctx, input }) => getInvoice(ctx, input)),

    list: declare({ ...payments.listInvoices, rest: get("/api/payments/invoices") })
      .input(payments.listInvoices.input)
      .output(payments.listInvoices.output)
      .query(({ ctx, input }) => listInvoices(ctx, input)),
  }),

  dispute: router({
    get: declare({ ...payments.getDispute, rest: get("/api/payments/disputes/{provider}/{disputeId}") })
      .input(payments.getDispute.input)
      .output(payments.getDispute.output)
      .query(({ ctx, input }) => getDispute(ctx, input)),

    list: declare({ ...payments.listDisputes, rest: get("/api/payments/disputes") })
      .input(payments.listDisputes.input)
      .output(payments.listDisputes.output)
      .query(({ ctx, input }) => listDisputes(ctx, input)),
  }),
};
