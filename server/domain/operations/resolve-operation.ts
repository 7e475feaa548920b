import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { OperationView } from "./operation-view.ts";
import { viewOperation, type OperationRow } from "./operation-row.ts";
import { correct, selectResolvable, type CorrectionReply, type ResolvableRow } from "./store-resolutions.ts";

/** No single call costs more: USD 1,000,000. Beyond it somebody has mistaken the unit. */
export const mostCostNanos = 1_000_000_000_000_000n;

/** Input of `resolveOperation`. */
export const ResolveOperationInput = z
  .strictObject({
    operationId: z.uuid().toLowerCase(),
    costNanos: z
      .string()
      .refine((text) => /^\d{1,16}$/.test(text) && BigInt(text) <= mostCostNanos, {
        error: `whole nano-USD, at most ${mostCostNanos}`,
      })
      .optional()
      .describe("What the vendor billed: nano-USD as a decimal string; USD 0.02 is 20000000"),
    notBilled: z.literal(true).optional().describe("The vendor billed nothing: the hold is released"),
    reason: z.string().trim().min(1).max(1_000).describe("How you know: kept on the row and in the audit trail"),
    organizationId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe("The organization, where a platform administrator acts for another one; the caller's own when absent"),
  })
  .refine(({ costNanos, notBilled }) => (costNanos === undefined) === (notBilled === true), {
    path: ["costNanos"],
    error: "either what was billed, or notBilled",
  });
export type ResolveOperationInput = z.input<typeof ResolveOperationInput>;

export const ResolveOperationOutput = z.object({
  outcome: z
    .enum(["settled", "released", "corrected", "late", "same"])
    .describe(
      "settled: booked at this cost; released: the hold is released; corrected: this cost replaces an earlier one; late: booked after a release; same: nothing to change",
    ),
  operation: OperationView,
});
export type ResolveOperationOutput = z.output<typeof ResolveOperationOutput>;

const conflicts: Readonly<Partial<Record<CorrectionReply, string>>> = {
  open: "The call is still running: it ends by itself, or is in doubt after its deadline.",
  exact: "What is booked is the vendor's own number; only an import of the vendor's bill changes that.",
};

const outcomeOf = (reply: CorrectionReply): ResolveOperationOutput["outcome"] => {
  if (reply === "unknown") throw new NexusError("NOT_FOUND");
  if (reply === "invalid")
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "reason", expected: "a reason" }] });
  if (reply === "open" || reply === "exact")
    throw new NexusError("CONFLICT", { message: conflicts[reply], details: { state: reply } });
  return reply;
};

const isPlatform = ({ actor }: CallContext): boolean => actor.kind === "user" && actor.platformBypass;

/** Whether the caller may say how an operation ended: its permission, whose key paid, and whether there is a doubt or an estimate. */
export const mayResolve = (
  ctx: CallContext,
  { state, source, credential_tier: tier }: Pick<OperationRow, "state" | "source" | "credential_tier">,
): boolean =>
  ctx.permissions.has("srv_nexus.budgets:manage") &&
  (isPlatform(ctx) || tier === "byok") &&
  (state === "uncertain" || source === "estimated" || source === "operator");

/** Throws where what an operation cost is not for the caller to say. */
const requireMayResolve = (ctx: CallContext | OperatorContext, { credential_tier: tier }: ResolvableRow): void => {
  if (!isOperator(ctx) && !isPlatform(ctx) && tier !== "byok")
    throw new NexusError("SCOPE_DENIED", {
      message:
        "The platform's credential paid for this call: only a platform administrator can say what it cost. You can resolve calls made with your organization's own key.",
    });
};

/** The organization whose operation is meant; undefined: any, for an operator who names none. */
const organizationMeant = (ctx: CallContext | OperatorContext, named: string | undefined): string | undefined => {
  if (isOperator(ctx)) return named;
  if (named !== undefined && named !== ctx.organizationId && !isPlatform(ctx)) throw new NexusError("NOT_FOUND");
  return named ?? ctx.organizationId;
};

/**
 * Says how an operation in doubt ended, or puts an estimate right. What the platform pays is for its administrators and
 * operators to say; an organization says it of what its own key paid.
 */
export const resolveOperation = async (
  deps: OperationsDeps,
  ctx: CallContext | OperatorContext,
  input: ResolveOperationInput,
): Promise<ResolveOperationOutput> => {
  const { operationId, costNanos, reason, ...parsed } = parseInput(ResolveOperationInput, input);
  const organizationId = organizationMeant(ctx, parsed.organizationId);
  // Those whose numbers change see in their own trail who changed them.
  const trail = isOperator(ctx) ? ctx : { ...ctx, organizationId: organizationId ?? ctx.organizationId };
  const { resolved, wasState } = await auditedChange(deps, trail, async (tx, audit) => {
    const row = await selectResolvable(tx, operationId, organizationId);
    if (!row) throw new NexusError("NOT_FOUND");
    requireMayResolve(ctx, row);
    const { reply, wasState, wasCost } = await correct(tx, {
      operationId,
      costNanos: costNanos === undefined ? undefined : BigInt(costNanos),
      by: "operator",
      actor: actorIdOf(ctx.actor),
      reason,
    });
    const outcome = outcomeOf(reply);
    const ended = await selectResolvable(tx, operationId, organizationId);
    if (!ended) throw new NexusError("NOT_FOUND");
    const details = {
      organizationId: row.org_id,
      outcome,
      wasState,
      wasCostNanos: wasCost,
      costNanos: costNanos ?? null,
      heldNanos: row.held,
      reason,
    };
    await audit({ action: "operation.resolve", target: operationId, details });
    return { resolved: { outcome, operation: viewOperation(ended, deps) }, wasState };
  });
  if (wasState === "uncertain" && resolved.outcome !== "same") deps.onResolved?.("operator");
  return resolved;
};
