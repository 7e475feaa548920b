import type { CallContext } from "../../contracts/call-context.ts";
import type { VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { tellRow } from "../jobs/index.ts";
import type { StoredBatch } from "./store.ts";

/** Notes that a batch was cancelled at its vendor, which may take a while to end it. */
export const noteCancelled = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { id, operationId, vendor }: StoredBatch,
  told: VendorBatch,
): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    await tellRow(tx, "ai_batch", operationId, told, 0);
    await audit({ action: "batch.cancel", target: id, details: { operationId, vendor } });
  });
