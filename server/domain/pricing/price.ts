import type { UnitClass } from "../../contracts/units.ts";

/** Who set a price; the first that has one wins. */
export type PriceSource = "organization" | "platform" | "catalogue";

/** One immutable price row. */
export interface Price {
  /** Stable across processes and restarts: the ledger keeps it. */
  readonly id: string;
  readonly unitClass: UnitClass;
  /** Applies to requests with more input tokens than this; 0 is the base. */
  readonly aboveInputTokens: number;
  readonly nanosPerMillion: bigint;
  /** The vendor bills this class at that one's rate; null where it has a rate of its own. */
  readonly billedAs: UnitClass | null;
  readonly source: PriceSource;
}

/** A row of the imported catalogue. */
export interface CataloguePrice extends Price {
  readonly vendor: string;
  readonly model: string;
}

/** Prices that hold from a date on, or between two times of a UTC day; with neither they always hold. */
export interface PriceSchedule {
  readonly from: number | null;
  readonly daily: { readonly startMs: number; readonly endMs: number } | null;
  readonly prices: readonly CataloguePrice[];
}

/** A model as the catalogue knows it. */
export interface CatalogueModel {
  readonly vendor: string;
  readonly model: string;
  readonly matches: (model: string) => boolean;
  /** Names that match exactly, lower case. */
  readonly exactNames: readonly string[];
  readonly contextWindow: number | null;
  /** The last one that holds is the one that counts; where none does, the first. */
  readonly schedules: readonly PriceSchedule[];
}

/** A price set by an administrator. Null gives the class back to the level below. */
export interface PriceOverride {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly unitClass: UnitClass;
  readonly organizationId: string | null;
  /** Set by the organization itself, for servers of its own: counts only where its own key pays. */
  readonly own: boolean;
  readonly nanosPerMillion: bigint | null;
  readonly billedAs: UnitClass | null;
  readonly effectiveFrom: number;
  readonly authorId: string;
  readonly createdAt: number;
}
