// What opens on the page of budgets, in one module: it shares most of its script.
export { BudgetDialog } from "./budget-dialog.tsx";
export { BudgetDrawer } from "./budget-drawer.tsx";
export { RequestsCard } from "./requests-card.tsx";
export { WebhooksCard } from "./webhooks-card.tsx";
