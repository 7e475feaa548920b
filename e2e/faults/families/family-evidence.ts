import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import type { KillPoint } from "../act/acting-family.ts";
import type { AskedCall } from "./family-caller.ts";
import type { FamilyEffect, VendorPayment } from "./family-vendor.ts";
import type { FamilyRun } from "./run-family.ts";

/** An operation as the ledger has it. */
export interface FamilyRow {
  readonly operationId: string;
  /** The hold of the same call before this one. */
  readonly after: string | null;
  readonly name: string;
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

/** A budget in the end, and at its worst. */
export interface WatchedBudget {
  readonly id: bigint;
  readonly root: boolean;
  readonly hard: boolean;
  readonly lim: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
  readonly mostUsed: bigint;
  readonly leastReserved: bigint;
}

/** The most that refunds of a payment that may have been made came to, at any time. */
export interface WatchedRefunds {
  readonly operationId: string;
  readonly paid: bigint;
  readonly most: bigint;
}

/** What vendors did, what the ledger says, and what callers heard. */
export interface FamilyEvidence {
  readonly runs: readonly FamilyRun[];
  /** Calls that are no run's own. */
  readonly others: readonly AskedCall[];
  readonly effects: readonly FamilyEffect[];
  readonly payments: readonly VendorPayment[];
  readonly rows: readonly FamilyRow[];
  readonly budgets: readonly WatchedBudget[];
  readonly refunds: readonly WatchedRefunds[];
  readonly samples: number;
  /** Operations that an operator is shown as unknown. */
  readonly listed: readonly string[];
  /** For which call an operation was made. */
  readonly callOf: ReadonlyMap<string, string>;
  /** Faults that met a request, by operation, vendor and fault. */
  readonly met: ReadonlyMap<string, number>;
  readonly kills: Readonly<Partial<Record<KillPoint, number>>>;
  readonly cuts: number;
  readonly outages: number;
}

export const readFamilyRows = async (pool: Pool): Promise<readonly FamilyRow[]> => {
  const { rows } = await pool.query<FamilyRow>(
    `select o.operation_id as "operationId", i.after, o.name, o.state, nexus.progress_of(o.operation_id, o.state) as progress, o.vendor,
            o.held, o.cost, o.result->'resolution'->>'by' as by,
            (select coalesce(sum(case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end), 0)::bigint
               from nexus.entry e where e.operation_id = o.operation_id) as booked,
            coalesce((select json_agg(json_build_object('vendor', a.vendor, 'evidence', a.evidence) order by a.n)
                        from nexus.attempt a where a.operation_id = o.operation_id), '[]') as attempts
       from nexus.operation o left join nexus.idempotency i on i.operation_id = o.operation_id order by 1`,
  );
  return rows;
};

/** What the marks of the gateways say: operations and vendors' keys, each with its call. */
export const readMarks = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const names = await readdir(join(folder, "marks"));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, "marks", name), "utf8")] as const)),
  );
};
