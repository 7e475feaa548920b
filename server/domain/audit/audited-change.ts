import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { emitAudit, type AuditEvent } from "./emit-audit.ts";
import { inTransaction } from "./store.ts";

/** Records one event of the change. */
export type Audit = (event: AuditEvent) => Promise<void>;

/**
 * Runs a change in one transaction and refuses to commit it without an audit row: no audit, no action. A change that finds
 * everything as it is to be writes nothing, and says so by `unchanged`.
 *
 * @example
 * auditedChange(deps, ctx, async (tx, audit) => {
 *   await deleteRow(tx, ctx.organizationId, input.id);
 *   await audit({ action: "key.delete", target: input.id });
 * });
 */
export const auditedChange = <T>(
  deps: Pick<Deps, "db">,
  ctx: CallContext | OperatorContext,
  work: (tx: pg.PoolClient, audit: Audit, unchanged: () => void) => Promise<T>,
): Promise<T> =>
  inTransaction(deps.db.pool, async (tx) => {
    let recorded = false;
    const audit: Audit = async (event) => {
      await emitAudit(tx, ctx, event);
      recorded = true;
    };
    let nothingToDo = false;
    const result = await work(tx, audit, () => {
      nothingToDo = true;
    });
    if (!recorded && !nothingToDo) throw new NexusError("INTERNAL", { cause: new Error("a change left no audit row") });
    return result;
  });
