import type pg from "pg";
import { openPeriods } from "./store.ts";

/** Makes what `levelsFor` missed: the organization's root, and the rows of its present periods. Harmless to repeat. */
export const openBudgetPeriods = (pool: pg.Pool, organizationId: string): Promise<void> =>
  openPeriods(pool, organizationId);
