export { countDoubts } from "./count-doubts.ts";
export type { DoubtDeps } from "./doubt-deps.ts";
export { getOperation, GetOperationInput, GetOperationOutput } from "./get-operation.ts";
export { importBill, type BillLine, type BillOutcome } from "./import-bill.ts";
export { listDoubts, ListDoubtsInput, listDoubtsOf, ListDoubtsOutput } from "./list-doubts.ts";
export { listUsage, ListUsageInput, ListUsageOutput } from "./list-usage.ts";
export { OperationView } from "./operation-view.ts";
export { resolveDoubt, ResolveDoubtInput, ResolveDoubtOutput } from "./resolve-doubt.ts";
export { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput } from "./summarize-usage.ts";
