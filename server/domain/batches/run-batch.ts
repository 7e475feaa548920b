import type { CallContext } from "../../contracts/call-context.ts";
import { batchIdOf } from "../../contracts/batch-id.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { callRunBatch, insertBatch, type NewBatch, type RunningBatch } from "./store.ts";

/** Notes that a batch is on its way. */
export const beginBatch = ({ db }: Pick<Deps, "db">, batch: NewBatch): Promise<void> => insertBatch(db.pool, batch);

/**
 * Notes that the vendor has a batch, in one commit with its operation, which waits for the end from then on. Says the same
 * however often it is said. False: the operation has ended in its place.
 */
export const runBatch = async (deps: Pick<Deps, "db">, ctx: CallContext, batch: RunningBatch): Promise<boolean> => {
  const run = (): Promise<boolean> =>
    auditedChange(deps, ctx, async (tx, audit) => {
      const runs = await callRunBatch(tx, batch);
      const { counts } = batch.told;
      await audit({
        action: "batch.create",
        target: batchIdOf(batch.operationId),
        details: { operationId: batch.operationId, requests: counts.total },
      });
      return runs;
    });
  // Nobody can tell whether a commit without an answer was made; the same one again changes nothing.
  return run().catch(run);
};

/** The same of a batch that was looked for at its vendor, because the process that began it could not say so. */
export const runFoundBatch = ({ db }: Pick<Deps, "db">, batch: RunningBatch): Promise<boolean> =>
  callRunBatch(db.pool, batch);
