import type { Deps } from "../../platform/deps.ts";
import { fileBounds } from "./file-bounds.ts";
import { deleteGone } from "./store.ts";

const atOnce = 1_000;

/** Forgets files that have expired at their vendors, and uploads whose process died. Says how many. */
export const pruneFiles = async ({ db }: Pick<Deps, "db">): Promise<number> => {
  let pruned = 0;
  for (let last = atOnce; last >= atOnce; pruned += last)
    last = await deleteGone(db.pool, fileBounds.onItsWayMs, atOnce);
  return pruned;
};
