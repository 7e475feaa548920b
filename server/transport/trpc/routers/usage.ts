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
import { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput } from "../../../domain/usage/index.ts";
import { declare, del, get, put, router } from "../procedures.ts";

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
    lasting: false,
  })
    .input(SetBudgetInput)
    .output(SetBudgetOutput)
    .mutation(({ ctx, input }) => setBudget(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "End a budget",
    rest: del("/api/usage/budgets/{id}"),
    lasting: false,
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
    lasting: false,
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
    lasting: false,
  })
    .input(SetRateLimitInput)
    .output(RateLimit)
    .mutation(({ ctx, input }) => setRateLimit(ctx.deps.management, ctx.call, input)),
});

/** What was used and what it may cost. */
export const usageRouter = router({
  summary: declare({
    permission: "srv_nexus.usage:read",
    summary: "Sum up usage by hour or day",
    rest: get("/api/usage/summary"),
  })
    .input(SummarizeUsageInput)
    .output(SummarizeUsageOutput)
    .query(({ ctx, input }) => summarizeUsage(ctx.deps.management, ctx.call, input)),

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
