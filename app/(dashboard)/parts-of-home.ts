// What lies below the tiles of Home, in one module: it shares most of its script.
export { AttentionList } from "./attention-list.tsx";
export { Budgets } from "./budgets.tsx";
export { CallsTable } from "./calls-table.tsx";
export { FamilySums } from "./family-sums.tsx";
export { SpendChart } from "./spend-chart.tsx";
export { TopModels } from "./top-models.tsx";
