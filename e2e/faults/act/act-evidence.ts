import type { Pool } from "pg";
import type { Effect } from "../../../sandbox/acting/effect-store.ts";
import type { ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import type { RunOutcome } from "./act-caller.ts";
import type { KillPoint } from "./acting-family.ts";
import type { ActingVendorName } from "./acting-vendors.ts";

export interface ActRow {
  readonly operationId: string;
  readonly state: string;
  readonly progress: string;
  readonly vendor: string;
  readonly held: bigint;
  readonly cost: bigint | null;
  /** What all its entries come to. */
  readonly booked: bigint;
  /** Who ended it, where its own process did not. */
  readonly by: string | null;
  readonly attempts: readonly { readonly vendor: string; readonly evidence: string | null }[];
}

export interface BudgetRow {
  readonly id: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
}

/** What vendors did, what the ledger says, and what callers heard. */
export interface ActEvidence {
  readonly runs: readonly RunOutcome[];
  readonly effects: readonly (Effect & { readonly vendor: ActingVendorName })[];
  readonly rows: readonly ActRow[];
  /** The roots, on which every operation counts. */
  readonly budgets: readonly BudgetRow[];
  /** Operations that an operator is shown as unknown. */
  readonly listed: readonly string[];
  readonly faults: Readonly<Partial<Record<ActingFault, number>>>;
  readonly kills: Readonly<Partial<Record<KillPoint, number>>>;
  /** Connections to vendors that were cut, and times that one could not be reached. */
  readonly cuts: number;
  readonly outages: number;
}

/** What the ledger holds of a campaign's operations, as one moment. */
export const readRows = async (pool: Pool): Promise<Pick<ActEvidence, "rows" | "budgets">> => {
  const { rows } = await pool.query<ActRow>(
    `select o.operation_id as "operationId", o.state, nexus.progress_of(o.operation_id, o.state) as progress, o.vendor, o.held, o.cost,
            o.result->'resolution'->>'by' as by,
            (select coalesce(sum(case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end), 0)::bigint
               from nexus.entry e where e.operation_id = o.operation_id) as booked,
            coalesce((select json_agg(json_build_object('vendor', a.vendor, 'evidence', a.evidence) order by a.n)
                        from nexus.attempt a where a.operation_id = o.operation_id), '[]') as attempts
       from nexus.operation o where o.name = 'payments.act' order by 1`,
  );
  const budgets = await pool.query<BudgetRow>(
    "select id, reserved, spent, overrun from nexus.budget where rule_id is null order by id",
  );
  return { rows, budgets: budgets.rows };
};
