import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { newId } from "../../platform/ids.ts";
import { emitSystemAudit } from "../audit/index.ts";
import { endRule, inTransaction, openPeriods, putRule, selectImposed } from "./store.ts";

type Payee = Pick<CallContext, "organizationId" | "admission">;

/** Makes the platform's hard budget for the organization what its admission says; a repeat changes nothing. */
const imposeBudget = async (pool: pg.Pool, { organizationId, admission }: Payee): Promise<void> => {
  const limitNanos = admission?.monthlyLimitNanos;
  await inTransaction(pool, async (tx) => {
    const imposed = await selectImposed(tx, organizationId);
    if (imposed?.lim === limitNanos) return;
    if (limitNanos === undefined) await endRule(tx, organizationId, imposed?.id ?? "", true);
    else
      await putRule(tx, {
        id: newId(),
        organizationId,
        scope: "organization",
        scopeId: undefined,
        period: "month",
        window: "calendar",
        hard: true,
        limitNanos,
        alertThresholds: [80, 100],
        timeZone: "UTC",
        imposed: true,
      });
    await emitSystemAudit(tx, "environment", {
      action: "budget.impose",
      target: organizationId,
      details: { organizationId, limitNanos: limitNanos === undefined ? null : String(limitNanos) },
    });
  });
};

/**
 * Creates what `levelsFor` did not find: the organization's root, the rows of its present periods, and the budget that the
 * platform imposes. Harmless to repeat.
 */
export const openBudgetPeriods = async (pool: pg.Pool, payee: Payee): Promise<void> => {
  await imposeBudget(pool, payee);
  await openPeriods(pool, payee.organizationId);
};
