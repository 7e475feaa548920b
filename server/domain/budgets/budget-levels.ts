import type { BudgetPeriod, BudgetScope } from "./budget.ts";

/** One row a call can count against, while `now` lies within it. */
export interface LevelPeriod {
  readonly id: bigint;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** The rows of one rule, in time order. */
export interface RuleLevels {
  readonly ruleId: string;
  readonly scope: BudgetScope;
  readonly scopeId: string | null;
  readonly period: BudgetPeriod;
  readonly periods: readonly LevelPeriod[];
}

/** What an organization's calls count against. */
export interface OrganizationLevels {
  readonly rootId: bigint;
  readonly epoch: bigint;
  /** The monthly limit that the platform imposes; undefined: none. */
  readonly imposedNanos: bigint | undefined;
  /** By `scope:scopeId`; the organization's own under `organization:`. */
  readonly rules: ReadonlyMap<string, readonly RuleLevels[]>;
}

/** Why nothing that costs money is admitted: the database was restored, or is not where it was at home. */
export type SpendingStop = "restored" | "moved";

/** Every organization's levels in memory, replaced whole when rules or periods change. */
export interface BudgetLevels {
  /** For everybody; undefined: calls are admitted as their budgets allow. */
  readonly stop: SpendingStop | undefined;
  readonly organizations: ReadonlyMap<string, OrganizationLevels>;
  readonly byRow: ReadonlyMap<bigint, RuleLevels>;
  /** The database's clock minus this process's, ms: the database decides which period it is. */
  readonly clockOffsetMs: number;
}

export const ruleKey = (scope: BudgetScope, scopeId: string | null | undefined): string => `${scope}:${scopeId ?? ""}`;
