import type pg from "pg";
import { openPeriods } from "./store.ts";

/** Creates what `levelsFor` did not find: the organization's root, and the rows of its present periods. Harmless to repeat. */
export const openBudgetPeriods = (pool: pg.Pool, organizationId: string): Promise<void> =>
  openPeriods(pool, organizationId);
