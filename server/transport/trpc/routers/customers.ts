import {
  adjustWallet,
  AdjustWalletInput,
  AdjustWalletOutput,
  BilledCustomer,
  BilledCustomerInput,
  customerSpend,
  CustomerSpendInput,
  CustomerSpendOutput,
  getBilledCustomer,
  getStatement,
  getStatementCsv,
  listCustomers,
  ListCustomersInput,
  ListCustomersOutput,
  listPlans,
  ListPlansInput,
  ListPlansOutput,
  listWalletEntries,
  ListWalletEntriesInput,
  ListWalletEntriesOutput,
  PricePlan,
  removePlan,
  RemovePlanInput,
  RemovePlanOutput,
  setCustomer,
  SetCustomerInput,
  setPlan,
  SetPlanInput,
  Statement,
  StatementCsvOutput,
  StatementOfInput,
  billingExport,
  BillingExportInput,
  BillingExportOutput,
  listTopUps,
  ListTopUpsInput,
  ListTopUpsOutput,
  resolveBillingExport,
  ResolveBillingExportInput,
  ResolveBillingExportOutput,
  TopUp,
  TopUpInput,
  TopUpOfInput,
} from "../../../domain/billing/index.ts";
import { payments } from "../../../contracts/payments.ts";
import { getTopUp, topUp, TopUpOutput } from "../../billing/index.ts";
import { declare, del, get, metered, post, put, router } from "../procedures.ts";

const read = "srv_nexus.customers:read";
const manage = "srv_nexus.customers:manage";

/** Customers of apps: who they are and what they have spent. */
export const customersRouter = router({
  list: declare({
    permission: read,
    summary: "List the customers of an app with their wallets; of all apps where a person names none",
    rest: get("/api/customers"),
  })
    .input(ListCustomersInput)
    .output(ListCustomersOutput)
    .query(({ ctx, input }) => listCustomers(ctx.deps.management, ctx.call, input)),

  get: declare({
    permission: read,
    summary: "Read a customer with its wallet",
    rest: get("/api/customers/{customerId}"),
  })
    .input(BilledCustomerInput)
    .output(BilledCustomer)
    .query(({ ctx, input }) => getBilledCustomer(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: manage,
    summary: "Create a customer of an app, or change its plan, its Stripe customer, or whether it is blocked",
    rest: put("/api/customers/{customerId}"),
    lasting: false,
  })
    .input(SetCustomerInput)
    .output(BilledCustomer)
    .mutation(({ ctx, input }) => setCustomer(ctx.deps.management, ctx.call, input)),

  spend: declare({
    permission: read,
    summary: "Read what a customer was charged, day by day",
    rest: get("/api/customers/{customerId}/spend"),
  })
    .input(CustomerSpendInput)
    .output(CustomerSpendOutput)
    .query(({ ctx, input }) => customerSpend(ctx.deps.management, ctx.call, input)),

  statement: declare({
    permission: read,
    summary: "Read a customer's statement of a month",
    rest: get("/api/customers/{customerId}/statements/{month}"),
  })
    .input(StatementOfInput)
    .output(Statement)
    .query(({ ctx, input }) => getStatement(ctx.deps.management, ctx.call, input)),

  statementCsv: declare({
    permission: read,
    summary: "Read a customer's statement of a month as CSV",
    rest: get("/api/customers/{customerId}/statements/{month}/csv"),
  })
    .input(StatementOfInput)
    .output(StatementCsvOutput)
    .query(({ ctx, input }) => getStatementCsv(ctx.deps.management, ctx.call, input)),
});

/** What customers pay of what their calls cost. */
export const plansRouter = router({
  list: declare({
    permission: read,
    summary: "List the plans of an app; of all apps where a person names none",
    rest: get("/api/plans"),
  })
    .input(ListPlansInput)
    .output(ListPlansOutput)
    .query(({ ctx, input }) => listPlans(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: manage,
    summary: "Create a plan, or replace what it says",
    rest: put("/api/plans/{name}"),
    lasting: true,
  })
    .input(SetPlanInput)
    .output(PricePlan)
    .mutation(({ ctx, input }) => setPlan(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission: manage,
    summary: "Remove a plan that no customer has",
    rest: del("/api/plans/{name}"),
    lasting: false,
  })
    .input(RemovePlanInput)
    .output(RemovePlanOutput)
    .mutation(({ ctx, input }) => removePlan(ctx.deps.management, ctx.call, input)),
});

/** The money of customers. */
export const walletsRouter = router({
  entries: declare({
    permission: read,
    summary: "List what moved a customer's wallet, newest first",
    rest: get("/api/customers/{customerId}/entries"),
  })
    .input(ListWalletEntriesInput)
    .output(ListWalletEntriesOutput)
    .query(({ ctx, input }) => listWalletEntries(ctx.deps.management, ctx.call, input)),

  topUp: metered(
    { ...payments.createCheckout, summary: "Make a checkout with which a customer tops up its wallet" },
    post("/api/customers/{customerId}/top-ups"),
  )
    .input(TopUpInput)
    .output(TopUpOutput)
    .mutation(({ ctx, input }) => topUp(ctx, input)),

  getTopUp: declare({
    permission: read,
    summary: "Read a top-up; where it is open, look at its checkout and credit what was paid",
    rest: get("/api/top-ups/{topUpId}"),
  })
    .input(TopUpOfInput)
    .output(TopUp)
    .query(({ ctx, input }) => getTopUp(ctx, input)),

  topUps: declare({
    permission: read,
    summary: "List a customer's top-ups, newest first",
    rest: get("/api/customers/{customerId}/top-ups"),
  })
    .input(ListTopUpsInput)
    .output(ListTopUpsOutput)
    .query(({ ctx, input }) => listTopUps(ctx.deps.management, ctx.call, input)),

  adjust: declare({
    permission: "srv_nexus.wallets:manage",
    summary: "Add to a customer's wallet, or take from it, by hand and with a reason",
    rest: post("/api/customers/{customerId}/adjustments"),
    lasting: true,
  })
    .input(AdjustWalletInput)
    .output(AdjustWalletOutput)
    .mutation(({ ctx, input }) => adjustWallet(ctx.deps.management, ctx.call, input)),
});

/** What is told to Stripe's meters. */
export const billingRouter = router({
  export: declare({
    permission: read,
    summary: "Read which charges Stripe's meters have still to be told, and which it refused",
    rest: get("/api/billing/export"),
  })
    .input(BillingExportInput)
    .output(BillingExportOutput)
    .query(({ ctx, input }) => billingExport(ctx.deps.management, ctx.call, input)),

  resolve: declare({
    permission: "srv_nexus.wallets:manage",
    summary: "Have refused or unclear events sent again, or take them for counted",
    rest: post("/api/billing/export/resolve"),
    lasting: false,
  })
    .input(ResolveBillingExportInput)
    .output(ResolveBillingExportOutput)
    .mutation(({ ctx, input }) => resolveBillingExport(ctx.deps.management, ctx.call, input)),
});
