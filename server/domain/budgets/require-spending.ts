import type pg from "pg";
import { NexusError } from "../../errors.ts";
import type { BudgetLevels, SpendingStop } from "./budget-levels.ts";
import { selectSpendingStop } from "./store.ts";

const messages: Readonly<Record<SpendingStop, string>> = {
  moved:
    "Nothing that costs money is started: the database has been moved or restored. The operator has to run `nexus restore`.",
  restored:
    "Nothing that costs money is started: the database was restored from a backup. The operator has to run `nexus restore --confirm`.",
};

/** Refuses while nothing may be spent, whoever asks. */
export const requireSpending = ({ stop }: Pick<BudgetLevels, "stop">): void => {
  if (stop !== undefined)
    throw new NexusError("SPENDING_STOPPED", { effect: "none", message: messages[stop], details: { reason: stop } });
};

/** Why nothing may be spent, read now. */
export const spendingStopOf = (pool: pg.Pool): Promise<SpendingStop | undefined> => selectSpendingStop(pool);
