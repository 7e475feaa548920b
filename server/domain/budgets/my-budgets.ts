import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { BudgetView } from "./budget.ts";
import { selectBudgets, type BudgetRow } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

/** Input of `listMyBudgets`. */
export const MyBudgetsInput = z.strictObject({});
export type MyBudgetsInput = z.input<typeof MyBudgetsInput>;

export const MyBudgetsOutput = z.object({
  budgets: z
    .array(BudgetView)
    .describe("Those of the person and of the key that asks; of the organization, for whoever may see its budgets"),
});
export type MyBudgetsOutput = z.output<typeof MyBudgetsOutput>;

/** The budgets that whatever the caller does counts against, as far as they are the caller's to see. */
export const listMyBudgets = async (
  deps: Deps,
  { organizationId, userId, keyId, permissions }: CallContext,
): Promise<MyBudgetsOutput> => {
  const seesAll = permissions.has("srv_nexus.budgets:read");
  const binds = ({ scope, scope_id: id }: BudgetRow): boolean => {
    if (scope === "organization") return seesAll;
    return (scope === "user" && id === userId) || (scope === "key" && id === keyId);
  };
  const rows = await selectBudgets(deps.db.pool, organizationId, undefined);
  return { budgets: rows.filter(binds).map(viewBudget) };
};
