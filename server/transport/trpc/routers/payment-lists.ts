import {
  getPayment,
  GetPaymentInput,
  GetPaymentOutput,
  listPayments,
  ListPaymentsInput,
  ListPaymentsOutput,
  sumPayments,
  SumPaymentsInput,
  SumPaymentsOutput,
} from "../../../domain/payments/index.ts";
import { declare, get, router } from "../procedures.ts";

const permission = "srv_nexus.payments:read";

/** What was asked of payment vendors, without asking any. */
export const paymentLists = {
  operations: router({
    list: declare({
      permission,
      summary: "List payments, refunds and their changes, newest first, as they stood when their vendor was last asked",
      rest: get("/api/payments/operations"),
    })
      .input(ListPaymentsInput)
      .output(ListPaymentsOutput)
      .query(({ ctx, input }) => listPayments(ctx.deps.management, ctx.call, input)),

    get: declare({
      permission,
      summary: "Read a payment, a refund or a change, and what was asked for of it since",
      rest: get("/api/payments/operations/{operationId}"),
    })
      .input(GetPaymentInput)
      .output(GetPaymentOutput)
      .query(({ ctx, input }) => getPayment(ctx.deps.management, ctx.call, input)),

    volume: declare({
      permission,
      summary: "Sum up what was paid and refunded, by day, currency and state",
      rest: get("/api/payments/volume"),
    })
      .input(SumPaymentsInput)
      .output(SumPaymentsOutput)
      .query(({ ctx, input }) => sumPayments(ctx.deps.management, ctx.call, input)),
  }),
};
