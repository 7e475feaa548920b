import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import type { NexusPermission } from "../../contracts/operation.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { ActProgress } from "./operation-view.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { makeDue, selectReportable } from "./store-reports.ts";

/** Input of `reconcileOperation`. */
export const ReconcileOperationInput = z.strictObject({ operationId: z.uuid().toLowerCase() });
export type ReconcileOperationInput = z.input<typeof ReconcileOperationInput>;

export const ReconcileOperationOutput = z.object({
  due: z
    .boolean()
    .describe("It is looked up at the vendor at once; false: it has ended, or is being looked up already"),
  progress: ActProgress,
});
export type ReconcileOperationOutput = z.output<typeof ReconcileOperationOutput>;

const administrators: NexusPermission = "srv_nexus.budgets:manage";

/** Apps ask after their own operations, administrators after all. */
export const reconcilePermissions: readonly NexusPermission[] = [
  administrators,
  "srv_nexus.payments:create",
  "srv_nexus.email:send",
];

/**
 * Has an operation of unknown outcome looked up again at once, one that waits for a person included: its hold stays, and
 * what is proved ends it.
 */
export const reconcileOperation = async (
  deps: OperationsDeps,
  ctx: CallContext | OperatorContext,
  input: ReconcileOperationInput,
): Promise<ReconcileOperationOutput> => {
  const { operationId } = parseInput(ReconcileOperationInput, input);
  const organizationId = isOperator(ctx) ? undefined : ctx.organizationId;
  const row = await selectReportable(deps.db.pool, { organizationId, operationId, vendor: "", eventId: "" });
  if (row?.effect !== "act") throw new NexusError("NOT_FOUND");
  // Another app's operation is not there.
  if (!isOperator(ctx) && !ctx.permissions.has(administrators) && (row.app_id === null || row.app_id !== ctx.appId))
    throw new NexusError("NOT_FOUND");
  if (row.state !== "uncertain") return { due: false, progress: row.progress };
  return auditedChange(deps, ctx, async (tx, audit) => {
    const due = await makeDue(tx, operationId);
    const details = { organizationId: row.org_id, progress: row.progress, due };
    await audit({ action: "operation.reconcile", target: operationId, details });
    return { due, progress: row.progress };
  });
};
