import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { BudgetView } from "./budget.ts";
import { selectBudgets, type BudgetRow } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

/** Input of `listMyBudgets`. */
export const MyBudgetsInput = z.strictObject({
  budgetId: z
    .uuid()
    .optional()
    .describe("This budget alone, as a refusal names it; also one of an app or a key, or of the organization"),
});
export type MyBudgetsInput = z.input<typeof MyBudgetsInput>;

export const MyBudgetsOutput = z.object({
  budgets: z
    .array(BudgetView)
    .describe(
      "Those of the person and of the key that asks; of the organization, for whoever may see its budgets. With `budgetId`, that one, or none",
    ),
});
export type MyBudgetsOutput = z.output<typeof MyBudgetsOutput>;

/** The budgets that whatever the caller does counts against, as far as they are the caller's to see. */
export const listMyBudgets = async (
  deps: Deps,
  { organizationId, userId, keyId, permissions }: CallContext,
  input: MyBudgetsInput = {},
): Promise<MyBudgetsOutput> => {
  const { budgetId: named } = parseInput(MyBudgetsInput, input);
  const seesAll = permissions.has("srv_nexus.budgets:read");
  // Whoever was refused was told of the budget: everything but what another person may spend.
  const mayHaveRefused = ({ scope, scope_id: id }: BudgetRow): boolean => scope !== "user" || id === userId;
  const binds = ({ scope, scope_id: id }: BudgetRow): boolean => {
    if (scope === "organization") return seesAll;
    return (scope === "user" && id === userId) || (scope === "key" && id === keyId);
  };
  const rows = await selectBudgets(deps.db.pool, organizationId, named);
  return { budgets: rows.filter(named === undefined ? binds : mayHaveRefused).map(viewBudget) };
};
