import { batchOperationOf } from "../../contracts/batch-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectBatches, type PageOfBatches, type StoredBatch } from "./store.ts";

/** A page of an organization's batches. `beyond` is the last of the page before, by its id. */
export const listStoredBatches = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  page: PageOfBatches,
): Promise<{ readonly batches: readonly StoredBatch[]; readonly more: boolean }> => {
  const beyond = page.beyond === undefined ? undefined : batchOperationOf(page.beyond);
  if (page.beyond !== undefined && beyond === undefined)
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "after", expected: "the id of a batch" }] });
  const rows = await selectBatches(db.pool, organizationId, { ...page, beyond });
  return { batches: rows.slice(0, page.limit), more: rows.length > page.limit };
};
