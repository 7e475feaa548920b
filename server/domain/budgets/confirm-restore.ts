import type { OperatorContext } from "../../contracts/operator.ts";
import type { Deps } from "../../platform/deps.ts";
import { emitAudit } from "../audit/index.ts";
import { allowSpending, inTransaction, selectSpendingStop } from "./store.ts";

interface ConfirmRestore {
  /** What was found to have been spent since the backup, and where that was booked. */
  readonly note: string;
}

/** `confirmed`: spending is allowed from now on. Else why there is nothing to confirm. */
export type RestoreConfirmation = "confirmed" | "not stopped" | "moved";

/** Lets calls that cost money in again after a restore; the operator's word for it stays on record. */
export const confirmRestore = async (
  { db }: Pick<Deps, "db">,
  operator: OperatorContext,
  { note }: ConfirmRestore,
): Promise<RestoreConfirmation> =>
  inTransaction(db.pool, async (tx) => {
    const stop = await selectSpendingStop(tx);
    if (stop === undefined) return "not stopped";
    if (stop === "moved") return "moved";
    const stoppedAt = await allowSpending(tx);
    await emitAudit(tx, operator, {
      action: "restore.confirm",
      target: "installation",
      details: { note, stoppedAt: stoppedAt?.toISOString() ?? null },
    });
    return "confirmed";
  });
