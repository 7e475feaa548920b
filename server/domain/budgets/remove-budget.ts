import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { endRule, selectBudgets } from "./store.ts";

/** Input of `removeBudget`. */
export const RemoveBudgetInput = z.strictObject({ id: z.uuid() });
export type RemoveBudgetInput = z.input<typeof RemoveBudgetInput>;

export const RemoveBudgetOutput = z.object({ id: z.string() });
export type RemoveBudgetOutput = z.output<typeof RemoveBudgetOutput>;

/** Ends a budget. What was spent stays on record; calls that are running still settle against it. */
export const removeBudget = async (
  deps: Deps,
  ctx: CallContext | OrganizationOperatorContext,
  input: RemoveBudgetInput,
): Promise<RemoveBudgetOutput> => {
  const { id } = parseInput(RemoveBudgetInput, input);
  return auditedChange(deps, ctx, async (tx, audit) => {
    const { organizationId } = ctx;
    const [row] = await selectBudgets(tx, organizationId, id);
    if (row?.imposed === true)
      throw new NexusError("SCOPE_DENIED", { message: "The platform has set this budget: its operators change it." });
    if (!row || !(await endRule(tx, organizationId, id))) throw new NexusError("NOT_FOUND");
    const { scope, scope_id: scopeId, period, base_lim: limitNanos } = row;
    await audit({
      action: "budget.remove",
      target: id,
      details: { organizationId, scope, scopeId, period, limitNanos },
    });
    return { id };
  });
};
