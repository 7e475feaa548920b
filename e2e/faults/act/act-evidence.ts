import type { Pool } from "pg";
import type { Effect } from "../../../sandbox/acting/effect-store.ts";
import type { ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import type { RunOutcome } from "./act-caller.ts";
import type { KillPoint } from "./acting-family.ts";
import type { ActingVendorName } from "./acting-vendors.ts";
import { readCampaignRows, type CampaignRow } from "./campaign-rows.ts";

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
  readonly rows: readonly CampaignRow[];
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

/** What the ledger holds of the campaign's operations. */
export const readRows = async (pool: Pool): Promise<Pick<ActEvidence, "rows" | "budgets">> => {
  const rows = (await readCampaignRows(pool)).filter(({ name }) => name === "payments.act");
  const budgets = await pool.query<BudgetRow>(
    "select id, reserved, spent, overrun from nexus.budget where rule_id is null order by id",
  );
  return { rows, budgets: budgets.rows };
};
