import { router } from "./procedures.ts";
import { aiRouter } from "./routers/ai.ts";
import { appsRouter } from "./routers/apps.ts";
import { approvalsRouter } from "./routers/approvals.ts";
import { credentialsRouter } from "./routers/credentials.ts";
import { auditRouter } from "./routers/audit.ts";
import { billingRouter, customersRouter, plansRouter, walletsRouter } from "./routers/customers.ts";
import { emailRouter } from "./routers/email.ts";
import { keysRouter } from "./routers/keys.ts";
import { operationsRouter } from "./routers/operations.ts";
import { paymentsRouter } from "./routers/payments.ts";
import { preferencesRouter } from "./routers/preferences.ts";
import { serviceTokensRouter } from "./routers/service-tokens.ts";
import { spendingRouter } from "./routers/spending.ts";
import { systemRouter } from "./routers/system.ts";
import { usageRouter } from "./routers/usage.ts";

/** Everything the typed doors answer, tRPC and REST alike. */
export const appRouter = router({
  ai: aiRouter,
  email: emailRouter,
  payments: paymentsRouter,
  approvals: approvalsRouter,
  spending: spendingRouter,
  customers: customersRouter,
  plans: plansRouter,
  wallets: walletsRouter,
  billing: billingRouter,
  keys: keysRouter,
  credentials: credentialsRouter,
  serviceTokens: serviceTokensRouter,
  operations: operationsRouter,
  usage: usageRouter,
  preferences: preferencesRouter,
  apps: appsRouter,
  audit: auditRouter,
  system: systemRouter,
});
export type AppRouter = typeof appRouter;
