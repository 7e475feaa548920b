import { listAuditEvents, ListAuditEventsInput, ListAuditEventsOutput } from "../../../domain/audit/index.ts";
import {
  listBudgets,
  ListBudgetsInput,
  ListBudgetsOutput,
  removeBudget,
  RemoveBudgetInput,
  RemoveBudgetOutput,
  setBudget,
  SetBudgetInput,
  SetBudgetOutput,
} from "../../../domain/budgets/index.ts";
import {
  listRateLimits,
  ListRateLimitsInput,
  ListRateLimitsOutput,
  RateLimit,
  setRateLimit,
  SetRateLimitInput,
} from "../../../domain/limits/index.ts";
import {
  listPrices,
  ListPricesInput,
  ListPricesOutput,
  setPrice,
  SetPriceInput,
  SetPriceOutput,
} from "../../../domain/pricing/index.ts";
import {
  getOperation,
  GetOperationInput,
  GetOperationOutput,
  listDoubts,
  ListDoubtsInput,
  ListDoubtsOutput,
  listUsage,
  ListUsageInput,
  ListUsageOutput,
  resolveDoubt,
  ResolveDoubtInput,
  ResolveDoubtOutput,
  summarizeUsage,
  SummarizeUsageInput,
  SummarizeUsageOutput,
} from "../../../domain/usage/index.ts";
import { declare, del, get, post, put, router } from "../procedures.ts";

const budgetsRouter = router({
  list: declare({
    permission: "srv_nexus.budgets:read",
    summary: "List budgets with what is spent and held",
    rest: get("/api/usage/budgets"),
  })
    .input(ListBudgetsInput)
    .output(ListBudgetsOutput)
    .query(({ ctx, input }) => listBudgets(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Set the budget of a scope and period",
    rest: put("/api/usage/budgets"),
  })
    .input(SetBudgetInput)
    .output(SetBudgetOutput)
    .mutation(({ ctx, input }) => setBudget(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "End a budget",
    rest: del("/api/usage/budgets/{id}"),
  })
    .input(RemoveBudgetInput)
    .output(RemoveBudgetOutput)
    .mutation(({ ctx, input }) => removeBudget(ctx.deps.management, ctx.call, input)),
});

const pricesRouter = router({
  list: declare({
    permission: "srv_nexus.prices:read",
    summary: "List the prices in force",
    rest: get("/api/usage/prices"),
  })
    .input(ListPricesInput)
    .output(ListPricesOutput)
    .query(({ ctx, input }) => listPrices(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: "srv_nexus.prices:manage",
    summary: "Override prices of a model",
    rest: put("/api/usage/prices"),
  })
    .input(SetPriceInput)
    .output(SetPriceOutput)
    .mutation(({ ctx, input }) => setPrice(ctx.deps.management, ctx.call, input)),
});

const rateLimitsRouter = router({
  list: declare({
    permission: "srv_nexus.budgets:read",
    summary: "List rate limits",
    rest: get("/api/usage/rate-limits"),
  })
    .input(ListRateLimitsInput)
    .output(ListRateLimitsOutput)
    .query(({ ctx }) => listRateLimits(ctx.deps.management, ctx.call)),

  set: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Set, change or remove a rate limit",
    rest: put("/api/usage/rate-limits"),
  })
    .input(SetRateLimitInput)
    .output(RateLimit)
    .mutation(({ ctx, input }) => setRateLimit(ctx.deps.management, ctx.call, input)),
});

const doubtsRouter = router({
  list: declare({
    permission: "srv_nexus.usage:read",
    summary: "List operations whose outcome is unknown, with what is held for them",
    rest: get("/api/usage/doubts"),
  })
    .input(ListDoubtsInput)
    .output(ListDoubtsOutput)
    .query(({ ctx, input }) => listDoubts(ctx.deps.management, ctx.call, input)),

  resolve: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Say how an operation in doubt ended, or put an estimate right",
    rest: post("/api/usage/operations/{operationId}/resolve"),
  })
    .input(ResolveDoubtInput)
    .output(ResolveDoubtOutput)
    .mutation(({ ctx, input }) => resolveDoubt(ctx.deps.management, ctx.call, input)),
});

/** What was used and what it may cost. */
export const usageRouter = router({
  list: declare({
    permission: "srv_nexus.usage:read",
    summary: "List operations, newest first",
    rest: get("/api/usage"),
  })
    .input(ListUsageInput)
    .output(ListUsageOutput)
    .query(({ ctx, input }) => listUsage(ctx.deps.management, ctx.call, input)),

  get: declare({
    permission: "srv_nexus.usage:read",
    summary: "Read one operation with its attempts and entries",
    rest: get("/api/usage/operations/{operationId}"),
  })
    .input(GetOperationInput)
    .output(GetOperationOutput)
    .query(({ ctx, input }) => getOperation(ctx.deps.management, ctx.call, input)),

  summary: declare({
    permission: "srv_nexus.usage:read",
    summary: "Sum up usage by hour or day",
    rest: get("/api/usage/summary"),
  })
    .input(SummarizeUsageInput)
    .output(SummarizeUsageOutput)
    .query(({ ctx, input }) => summarizeUsage(ctx.deps.management, ctx.call, input)),

  doubts: doubtsRouter,
  budgets: budgetsRouter,
  prices: pricesRouter,
  rateLimits: rateLimitsRouter,

  audit: declare({
    permission: "srv_nexus.usage:read",
    summary: "List the organization's audit trail",
    rest: get("/api/usage/audit"),
  })
    .input(ListAuditEventsInput)
    .output(ListAuditEventsOutput)
    .query(({ ctx, input }) => listAuditEvents(ctx.deps.management, ctx.call, input)),
});
