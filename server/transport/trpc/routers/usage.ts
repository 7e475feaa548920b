import { z } from "zod";
import { listAttention, ListAttentionInput, ListAttentionOutput } from "../../../domain/attention/index.ts";
import {
  forecastBudgets,
  ForecastBudgetsInput,
  ForecastBudgetsOutput,
  listBudgets,
  listMyBudgets,
  MyBudgetsInput,
  MyBudgetsOutput,
  ListBudgetsInput,
  ListBudgetsOutput,
  previewBudget,
  PreviewBudgetInput,
  PreviewBudgetOutput,
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
  AppStatementCsvOutput,
  AppStatementInput,
  AppStatementOutput,
  entryBytes,
  type EntryFormat,
  ExportedEntry,
  ExportedOperation,
  exportEntries,
  ExportEntriesInput,
  exportUsage,
  ExportUsageInput,
  exploreUsage,
  ExploreUsageInput,
  ExploreUsageOutput,
  getAppStatement,
  getAppStatementCsv,
  listUsageValues,
  summarizeUsage,
  SummarizeUsageInput,
  SummarizeUsageOutput,
  usageExportText,
  UsageValuesInput,
  UsageValuesOutput,
} from "../../../domain/usage/index.ts";
import { exportTypes } from "../../../platform/export-text.ts";
import { pagesOutput } from "../pages-output.ts";
import { declare, declareStream, del, get, put, router } from "../procedures.ts";
import { alertsRouter, webhooksRouter } from "./alerts.ts";
import { budgetRequestsRouter } from "./budget-requests.ts";
import { pricesRouter } from "./prices.ts";

const entryTypes: Readonly<Record<EntryFormat, string>> = {
  parquet: "application/vnd.apache.parquet",
  csv: exportTypes.csv,
  jsonl: exportTypes.ndjson,
};

/** So many rows are compressed while the process answers nobody else. */
const rowsBetweenCalls = 2_000;

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

  preview: declare({
    permission: "srv_nexus.budgets:manage",
    summary: "Preview what a budget would have refused, and the day on which it runs out",
    rest: get("/api/usage/budgets/preview"),
  })
    .input(PreviewBudgetInput)
    .output(PreviewBudgetOutput)
    .query(({ ctx, input }) => previewBudget(ctx.deps.management, ctx.call, input)),

  mine: declare({
    permission: "srv_nexus.usage:read",
    summary: "List the budgets that the caller's own calls count against",
    rest: get("/api/usage/budgets/mine"),
  })
    .input(MyBudgetsInput)
    .output(MyBudgetsOutput)
    .query(({ ctx, input }) => listMyBudgets(ctx.deps.management, ctx.call, input)),

  forecast: declare({
    permission: "srv_nexus.budgets:read",
    summary: "Forecast the day on which each budget runs out",
    rest: get("/api/usage/budgets/forecast"),
  })
    .input(ForecastBudgetsInput)
    .output(ForecastBudgetsOutput)
    .query(({ ctx }) => forecastBudgets(ctx.deps.management, ctx.call)),

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
    summary: "Sum up usage by hour or day; people without the right to set budgets see their own",
    rest: get("/api/usage/summary"),
  })
    .input(SummarizeUsageInput)
    .output(SummarizeUsageOutput)
    .query(({ ctx, input }) => summarizeUsage(ctx.deps.management, ctx.call, input)),

  explore: declare({
    permission: "srv_nexus.usage:read",
    summary: "Group and filter usage, as totals and series; people without the right to set budgets see their own",
    rest: get("/api/usage/explore"),
  })
    .input(ExploreUsageInput)
    .output(ExploreUsageOutput)
    .query(({ ctx, input }) => exploreUsage(ctx.deps.management, ctx.call, input)),

  attention: declare({
    permission: "srv_nexus.usage:read",
    summary:
      "List what needs attention: budgets, keys, operations in doubt, circuits, prices, attribution; each as its permission allows",
    rest: get("/api/usage/attention"),
  })
    .input(ListAttentionInput)
    .output(ListAttentionOutput)
    .query(({ ctx, input }) =>
      listAttention({ ...ctx.deps.management, circuitsOf: ctx.deps.circuitsOf }, ctx.call, input),
    ),

  values: declare({
    permission: "srv_nexus.usage:read",
    summary: "Search the apps, people, keys, models and other values that usage can be filtered by",
    rest: get("/api/usage/values"),
  })
    .input(UsageValuesInput)
    .output(UsageValuesOutput)
    .query(({ ctx, input }) => listUsageValues(ctx.deps.management, ctx.call, input)),

  statement: declare({
    permission: "srv_nexus.usage:read",
    summary: "Read what an app used in a month, by operation and model",
    rest: get("/api/usage/statements/{month}"),
  })
    .input(AppStatementInput)
    .output(AppStatementOutput)
    .query(({ ctx, input }) => getAppStatement(ctx.deps.management, ctx.call, input)),

  statementCsv: declare({
    permission: "srv_nexus.usage:read",
    summary: "Read what an app used in a month as CSV",
    rest: get("/api/usage/statements/{month}/csv"),
  })
    .input(AppStatementInput)
    .output(AppStatementCsvOutput)
    .query(({ ctx, input }) => getAppStatementCsv(ctx.deps.management, ctx.call, input)),

  export: declareStream(
    {
      permission: "srv_nexus.usage:read",
      summary: "Export operations as CSV, NDJSON or JSON, oldest first; the last line says how many rows there are",
      rest: get("/api/usage/export"),
    },
    z.array(ExportedOperation),
  )
    .input(ExportUsageInput)
    .output(pagesOutput<ExportedOperation>())
    .query(async ({ ctx, input }) => {
      const exported = await exportUsage(ctx.deps.management, ctx.call, input);
      ctx.notes.file = {
        name: exported.fileName,
        type: exportTypes[exported.format],
        text: () => usageExportText(exported),
      };
      return exported.pages;
    }),

  entries: declareStream(
    {
      permission: "srv_nexus.usage:read",
      summary: "Export the ledger's entries as Parquet, CSV or JSON lines, in the order in which they were booked",
      rest: get("/api/usage/entries"),
    },
    z.array(ExportedEntry),
  )
    .input(ExportEntriesInput)
    .output(pagesOutput<ExportedEntry>())
    .query(async ({ ctx, input }) => {
      const exported = await exportEntries(ctx.deps.management, ctx.call, input);
      ctx.notes.file = {
        name: exported.fileName,
        type: entryTypes[exported.format],
        text: () => entryBytes(exported, { rowsAtOnce: rowsBetweenCalls }),
      };
      return exported.pages;
    }),

  budgets: budgetsRouter,
  alerts: alertsRouter,
  webhooks: webhooksRouter,
  requests: budgetRequestsRouter,
  prices: pricesRouter,
  rateLimits: rateLimitsRouter,
});
