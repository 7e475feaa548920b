import {
  listPolicies,
  ListPoliciesInput,
  ListPoliciesOutput,
  setPolicy,
  SetPolicyInput,
  SpendingPolicy,
} from "../../../domain/spending/index.ts";
import { declare, get, put, router } from "../procedures.ts";

/** What apps may spend and send, beside budgets. */
export const spendingRouter = router({
  list: declare({
    permission: "srv_nexus.budgets:read",
    summary: "List what the organization's apps may spend and send, beside budgets",
    rest: get("/api/usage/spending"),
  })
    .input(ListPoliciesInput)
    .output(ListPoliciesOutput)
    .query(({ ctx }) => listPolicies(ctx.deps.management, ctx.call)),

  set: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Set what an app, or all of them together, may spend and send; without rules it is removed",
    rest: put("/api/usage/spending"),
    lasting: true,
  })
    .input(SetPolicyInput)
    .output(SpendingPolicy)
    .mutation(({ ctx, input }) => setPolicy(ctx.deps.management, ctx.call, input)),
});
