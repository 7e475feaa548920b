import { z } from "zod";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { isWithinReach, type UsageReader } from "../reach/index.ts";
import { BudgetScope, BudgetView } from "./budget.ts";
import { selectBudgets, selectSpendingStop } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

/** Input of `listBudgets`. */
export const ListBudgetsInput = z.strictObject({
  scope: BudgetScope.optional(),
  scopeId: z.string().min(1).max(128).optional(),
});
export type ListBudgetsInput = z.input<typeof ListBudgetsInput>;

export const ListBudgetsOutput = z.object({
  budgets: z.array(BudgetView),
  spendingStopped: z
    .enum(["moved", "restored"])
    .nullable()
    .describe(
      "Why all calls that cost money are refused, independent of budgets: the database was restored or moved, or a restore is not confirmed.",
    ),
});
export type ListBudgetsOutput = z.output<typeof ListBudgetsOutput>;

/** The budgets that the reader sees, oldest first, with what is spent and held in the present period. */
export const listBudgets = async (
  deps: Deps,
  reader: UsageReader,
  input: ListBudgetsInput = {},
): Promise<ListBudgetsOutput> => {
  const { scope, scopeId } = parseInput(ListBudgetsInput, input);
  const [rows, stop] = await Promise.all([
    selectBudgets(deps.db.pool, reader.organizationId, undefined),
    selectSpendingStop(deps.db.pool),
  ]);
  const wanted = rows.filter(
    (row) =>
      (scope === undefined || row.scope === scope) &&
      (scopeId === undefined || row.scope_id === scopeId) &&
      // What another person has spent.
      (row.scope !== "user" || isWithinReach(reader, row.scope_id)),
  );
  return { budgets: wanted.map(viewBudget), spendingStopped: stop ?? null };
};
