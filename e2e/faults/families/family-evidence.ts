import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KillPoint } from "../act/acting-family.ts";
import type { CampaignRow } from "../act/campaign-rows.ts";
import type { AskedCall } from "./family-caller.ts";
import type { FamilyEffect, VendorPayment } from "./family-vendor.ts";
import type { FamilyRun } from "./run-family.ts";

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
  readonly rows: readonly CampaignRow[];
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

/** What the marks of the gateways say: operations and vendors' keys, each with its call. */
export const readMarks = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const names = await readdir(join(folder, "marks"));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, "marks", name), "utf8")] as const)),
  );
};
