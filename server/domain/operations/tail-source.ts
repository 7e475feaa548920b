import type pg from "pg";
import type { TailSource } from "./open-operation-tail.ts";
import { selectMarks, selectRecentMarks, selectRows } from "./store-tail.ts";

/** The tail of the ledger's operations. */
export const tailSource = (pool: pg.Pool): TailSource => ({
  recent: (organizationIds, from, limit) => selectRecentMarks(pool, organizationIds, from, limit),
  marksOf: (operationIds) => selectMarks(pool, operationIds),
  rowsOf: (operationIds) => selectRows(pool, operationIds),
});
