import type { Deps } from "../../platform/deps.ts";
import { deleteExpired } from "./store-admission.ts";

/** How long it is known what became of a mail: as long as its idempotency key. */
const keepDays = 90;
const atOnce = 1_000;

/** Deletes what is kept of mail for no longer. Says how much it was. */
export const pruneEmails = async ({ db }: Pick<Deps, "db">): Promise<number> => {
  let pruned = 0;
  for (let last = atOnce; last >= atOnce; pruned += last) last = await deleteExpired(db.pool, atOnce, keepDays);
  return pruned;
};
