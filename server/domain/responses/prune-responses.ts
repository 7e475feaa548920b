import { keepingBounds } from "./keeping-bounds.ts";
import type { ResponsesDeps } from "./responses-deps.ts";
import { pruneRows } from "./store.ts";

const atOnce = 1_000;

/** Deletes what was not used for so long, and what an organization has too much of. Says how much it was. */
export const pruneResponses = async ({ db }: Pick<ResponsesDeps, "db">): Promise<number> => {
  const { responses: most, bytesOfResponses: bytes, conversations } = keepingBounds;
  let pruned = 0;
  for (let last = atOnce; last >= atOnce; pruned += last)
    last = await pruneRows(db.pool, { most, bytes, conversations, atOnce });
  return pruned;
};
