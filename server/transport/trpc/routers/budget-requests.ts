import {
  askForMore,
  AskForMoreInput,
  BudgetRequest,
  decideRequest,
  DecideRequestInput,
  listRequests,
  ListRequestsInput,
  ListRequestsOutput,
} from "../../../domain/budget-requests/index.ts";
import { declare, get, post, router } from "../procedures.ts";

/** What people ask for beyond the budgets that bind them. */
export const budgetRequestsRouter = router({
  list: declare({
    permission: "srv_nexus.usage:read",
    summary: "List what was asked for beyond budgets; people without the right to set budgets see their own",
    rest: get("/api/usage/requests"),
  })
    .input(ListRequestsInput)
    .output(ListRequestsOutput)
    .query(({ ctx, input }) => listRequests(ctx.deps.management, ctx.call, input)),

  create: declare({
    permission: "srv_nexus.requests:create",
    summary: "Ask the administrators for a higher limit of a budget that binds oneself",
    rest: post("/api/usage/requests"),
    lasting: false,
  })
    .input(AskForMoreInput)
    .output(BudgetRequest)
    .mutation(({ ctx, input }) => askForMore(ctx.deps.management, ctx.call, input)),

  decide: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Grant what was asked for beyond a budget, which raises its limit until a date, or decline it",
    rest: post("/api/usage/requests/{id}/decide"),
    lasting: false,
  })
    .input(DecideRequestInput)
    .output(BudgetRequest)
    .mutation(({ ctx, input }) => decideRequest(ctx.deps.management, ctx.call, input)),
});
