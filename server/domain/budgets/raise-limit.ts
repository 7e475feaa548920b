import type pg from "pg";
import type { BudgetView } from "./budget.ts";
import { raiseRule, selectBudgets } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

interface RaiseLimit {
  readonly organizationId: string;
  readonly id: string;
  readonly limitNanos: bigint;
  readonly until: Date;
}

/** A budget of the organization that its own administrators may change; undefined where there is none. */
export const findOwnBudget = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
): Promise<BudgetView | undefined> => {
  const [row] = await selectBudgets(tx, organizationId, id);
  return row && !row.imposed ? viewBudget(row) : undefined;
};

/** Puts a limit above a budget's own, which stays as it is and holds again from the date on; false where there is none. */
export const raiseLimit = (tx: pg.PoolClient, raise: RaiseLimit): Promise<boolean> => raiseRule(tx, raise);
