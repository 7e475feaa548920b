import {
  ApprovalView,
  ApproveInput,
  approvePayment,
  DeclineInput,
  declinePayment,
  listApprovals,
  ListApprovalsInput,
  ListApprovalsOutput,
} from "../../../domain/approvals/index.ts";
import { declare, get, post, router } from "../procedures.ts";

/** Payments that wait for a person. */
export const approvalsRouter = router({
  list: declare({
    permission: "srv_nexus.payments:approve",
    summary: "List payments that wait for a person, newest first",
    rest: get("/api/payments/approvals"),
  })
    .input(ListApprovalsInput)
    .output(ListApprovalsOutput)
    .query(({ ctx, input }) => listApprovals(ctx.deps.management, ctx.call, input)),

  approve: declare({
    permission: "srv_nexus.payments:approve",
    summary: "Let a payment that waits go on, as another person than the one who asked",
    rest: post("/api/payments/approvals/{approvalId}/approve"),
    lasting: true,
  })
    .input(ApproveInput)
    .output(ApprovalView)
    .mutation(({ ctx, input }) => approvePayment(ctx.deps.management, ctx.call, input)),

  decline: declare({
    permission: "srv_nexus.payments:approve",
    summary: "Refuse a payment that waits, as another person than the one who asked",
    rest: post("/api/payments/approvals/{approvalId}/decline"),
    lasting: false,
  })
    .input(DeclineInput)
    .output(ApprovalView)
    .mutation(({ ctx, input }) => declinePayment(ctx.deps.management, ctx.call, input)),
});
