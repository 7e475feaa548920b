export { getOperation, GetOperationInput, GetOperationOutput } from "./get-operation.ts";
export { listUsage, ListUsageInput, listUsageOf, ListUsageOutput } from "./list-usage.ts";
export { OperationRecord } from "./operation-record.ts";
export { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput } from "./summarize-usage.ts";
