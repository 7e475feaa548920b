export { getOperation, GetOperationInput, GetOperationOutput } from "./get-operation.ts";
export { listUsage, ListUsageInput, listUsageOf, ListUsageOutput } from "./list-usage.ts";
export { AttemptView, EntryView, OperationRecord, OperationState } from "./operation-record.ts";
export { summarizeUsage, SummarizeUsageInput, SummarizeUsageOutput, UsageSum } from "./summarize-usage.ts";
