import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange, emitSystemAudit } from "../audit/index.ts";
import { endRule, inTransaction } from "./store.ts";

/** Input of `removeBudget`. */
export const RemoveBudgetInput = z.strictObject({ id: z.uuid() });
export type RemoveBudgetInput = z.input<typeof RemoveBudgetInput>;

export const RemoveBudgetOutput = z.object({ id: z.string() });
export type RemoveBudgetOutput = z.output<typeof RemoveBudgetOutput>;

/** Ends a budget. What was spent stays on record; calls that are running still settle against it. */
export const removeBudget = async (
  deps: Deps,
  ctx: CallContext,
  input: RemoveBudgetInput,
): Promise<RemoveBudgetOutput> => {
  const { id } = parseInput(RemoveBudgetInput, input);
  return auditedChange(deps, ctx, async (tx, audit) => {
    if (!(await endRule(tx, ctx.organizationId, id))) throw new NexusError("NOT_FOUND");
    await audit({ action: "budget.remove", target: id });
    return { id };
  });
};

/** The same from the operators' command line, which names itself instead of a caller. */
export const removeBudgetAsOperator = async (
  deps: Deps,
  operator: { readonly organizationId: string; readonly origin: string },
  input: RemoveBudgetInput,
): Promise<RemoveBudgetOutput> => {
  const { id } = parseInput(RemoveBudgetInput, input);
  return inTransaction(deps.db.pool, async (tx) => {
    if (!(await endRule(tx, operator.organizationId, id))) throw new NexusError("NOT_FOUND");
    const details = { organizationId: operator.organizationId };
    await emitSystemAudit(tx, operator.origin, { action: "budget.remove", target: id, details });
    return { id };
  });
};
