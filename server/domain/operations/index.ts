export { countUncertain } from "./count-uncertain.ts";
export { explainOperation, ExplainOperationInput, ExplainOperationOutput } from "./explain-operation.ts";
export { getOperation, GetOperationInput, GetOperationOutput, getOperationOf } from "./get-operation.ts";
export { FollowedOperations, followOperations, FollowOperationsInput } from "./follow-operations.ts";
export { openOperationTail, type OperationTail } from "./open-operation-tail.ts";
export { tailSource } from "./tail-source.ts";
export { importBill, type BillLine, type BillOutcome } from "./import-bill.ts";
export { importVendorBill, ImportBillInput, ImportBillOutput } from "./import-vendor-bill.ts";
export { listOperations, ListOperationsInput, listOperationsOf, ListOperationsOutput } from "./list-operations.ts";
export { ActProgress, OperationState, OperationView } from "./operation-view.ts";
export type { OperationsDeps } from "./operations-deps.ts";
export { reportSent } from "./report-sent.ts";
export { findOperation, FindOperationInput, findPermissions } from "./find-operation.ts";
export {
  reconcileOperation,
  ReconcileOperationInput,
  ReconcileOperationOutput,
  reconcilePermissions,
} from "./reconcile-operation.ts";
export { reportOutcome, ReportOutcomeInput, ReportOutcomeOutput, reportPermissions } from "./report-outcome.ts";
export { resolveOperation, ResolveOperationInput, ResolveOperationOutput } from "./resolve-operation.ts";
