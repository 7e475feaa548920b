import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { FamilyEvidence, WatchedBudget, WatchedRefunds } from "./family-evidence.ts";

const everyMs = 250;

interface RefundRow {
  readonly operationId: string;
  readonly paid: bigint;
  readonly sum: bigint;
}

/** Looks again and again at all budgets, and at what the refunds of each payment may come to: from outside. */
export const watchMoney = (pool: Pool) => {
  const ending = new AbortController();
  const budgets = new Map<bigint, WatchedBudget>();
  const refunds = new Map<string, WatchedRefunds>();
  let samples = 0;
  const look = async (): Promise<void> => {
    const { rows } = await pool.query<Omit<WatchedBudget, "mostUsed" | "leastReserved">>(
      `select id, rule_id is null as root, hard, lim, reserved, spent, overrun from nexus.budget`,
    );
    for (const row of rows) {
      const before = budgets.get(row.id);
      const used = row.reserved + row.spent;
      budgets.set(row.id, {
        ...row,
        mostUsed: before === undefined || used > before.mostUsed ? used : before.mostUsed,
        leastReserved:
          before === undefined || row.reserved < before.leastReserved ? row.reserved : before.leastReserved,
      });
    }
    const made = await pool.query<RefundRow>(
      `select p.operation_id as "operationId", p.amount as paid, sum(r.amount)::bigint as sum
         from nexus.payment p join nexus.payment r on r.parent_id = p.operation_id and r.kind = 'refund'
         join nexus.operation o on o.operation_id = r.operation_id
        where o.state <> 'released' and r.closed_at is null and p.amount is not null group by 1, 2`,
    );
    for (const { operationId, paid, sum } of made.rows) {
      const most = refunds.get(operationId)?.most ?? 0n;
      refunds.set(operationId, { operationId, paid, most: sum > most ? sum : most });
    }
    samples += 1;
  };
  const looking = (async () => {
    while (!ending.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async (): Promise<Pick<FamilyEvidence, "budgets" | "refunds" | "samples">> => {
      ending.abort();
      await looking;
      await look();
      return { budgets: [...budgets.values()], refunds: [...refunds.values()], samples };
    },
  };
};
