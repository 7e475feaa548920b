import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { RequestLog } from "../../sandbox/request-log.ts";
import type { BudgetSample } from "./run-log.ts";

interface StartBudgetSampler {
  /** Straight to the database: what stands between it and the gateways is no matter here. */
  readonly pool: Pool;
  readonly log: RequestLog;
  readonly everyMs: number;
}

/** Notes the counters of all budgets again and again, so that they can be compared with what the vendors had received by then. */
export const startBudgetSampler = ({
  pool,
  log,
  everyMs,
}: StartBudgetSampler): { readonly stop: () => Promise<number> } => {
  const ending = new AbortController();
  let samples = 0;
  const sample = async (): Promise<void> => {
    const at = new Date().toISOString();
    const { rows } = await pool.query<BudgetSample["budgets"][number]>(
      `select id::text, hard, lim::text, reserved::text, spent::text, overrun::text, rolled_off::text "rolledOff" from nexus.budget order by id`,
    );
    await log.append({ type: "budgets", at, budgets: rows } satisfies BudgetSample);
    samples += 1;
  };
  const running = (async () => {
    while (!ending.signal.aborted) {
      // A database that is away has nothing to say.
      await sample().catch(() => undefined);
      await sleep(everyMs);
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await running;
      return samples;
    },
  };
};
