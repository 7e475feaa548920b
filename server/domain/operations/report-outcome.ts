import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { NexusPermission } from "../../contracts/operation.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { ActProgress } from "./operation-view.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { insertReport, selectReportable, type ReportableRow } from "./store-reports.ts";

/** Input of `reportOutcome`. */
export const ReportOutcomeInput = z.strictObject({
  operationId: z.uuid().toLowerCase(),
  vendor: z.string().min(1).max(64).describe("The vendor that reported it; the one that was called"),
  eventId: z.string().min(1).max(255).describe("The vendor's id of the event: each counts once"),
  outcome: z.enum(["done", "not_done"]),
  vendorObjectId: z.string().min(1).max(255).optional().describe("The vendor's id of what was done"),
});
export type ReportOutcomeInput = z.input<typeof ReportOutcomeInput>;

export const ReportOutcomeOutput = z.object({
  accepted: z
    .enum(["new", "duplicate", "known"])
    .describe(
      "new: the outcome is examined again at once; duplicate: this event was reported before; known: the operation has ended, and the report changes nothing",
    ),
  progress: ActProgress,
});
export type ReportOutcomeOutput = z.output<typeof ReportOutcomeOutput>;

/** What an app needs for an operation it also needs to say how that ended. */
const familyPermissions: Readonly<Record<string, NexusPermission>> = {
  email: "srv_nexus.email:send",
  payments: "srv_nexus.payments:create",
};

/** Any of which an app that reports may have: which of them it needs, its operation says. */
export const reportPermissions: readonly NexusPermission[] = Object.values(familyPermissions);

const requirePermission = (ctx: CallContext, operation: string): void => {
  const permission = familyPermissions[operation.split(".")[0] ?? ""];
  if (permission !== undefined && ctx.permissions.has(permission)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `A report on ${operation} needs the permission with which it is called.`,
    details: { permission: permission ?? null },
  });
};

/** Throws unless the operation is the caller's to report on: an app's own, or any for an operator. */
const requireReportable = (ctx: CallContext | OperatorContext, row: ReportableRow | undefined): ReportableRow => {
  if (row?.effect !== "act") throw new NexusError("NOT_FOUND");
  if (isOperator(ctx)) return row;
  // Another app's operation is not there.
  if (row.app_id === null || row.app_id !== ctx.appId) throw new NexusError("NOT_FOUND");
  requirePermission(ctx, row.operation);
  return row;
};

/**
 * Takes what an app was told by a vendor of an operation of its own, such as a webhook that it has verified, or what an
 * operator knows from the vendor. It is evidence, not a verdict: the vendor is asked where that is possible, and what has
 * ended stays as it is.
 */
export const reportOutcome = async (
  deps: OperationsDeps,
  ctx: CallContext | OperatorContext,
  input: ReportOutcomeInput,
): Promise<ReportOutcomeOutput> => {
  const { operationId, vendor, eventId, outcome, vendorObjectId } = parseInput(ReportOutcomeInput, input);
  const organizationId = isOperator(ctx) ? undefined : ctx.organizationId;
  const row = requireReportable(
    ctx,
    await selectReportable(deps.db.pool, { organizationId, operationId, vendor, eventId }),
  );
  if (!row.vendors.includes(vendor))
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "vendor", expected: `one that was asked: ${row.vendors.join(", ") || "none was"}` }],
    });
  if (row.state !== "open" && row.state !== "uncertain") return { accepted: "known", progress: row.progress };
  if (row.reported) return { accepted: "duplicate", progress: row.progress };
  return auditedChange(deps, ctx, async (tx, audit) => {
    const actor = actorIdOf(ctx.actor);
    const fresh = await insertReport(tx, { operationId, vendor, eventId, outcome, vendorObjectId, actor });
    await audit({
      action: "operation.report",
      target: operationId,
      details: {
        organizationId: row.org_id,
        vendor,
        eventId,
        outcome,
        vendorObjectId: vendorObjectId ?? null,
        duplicate: !fresh,
      },
    });
    return { accepted: fresh ? "new" : "duplicate", progress: row.progress };
  });
};
