/** What has happened in this process since it opened the ledger. */
export interface LedgerCounts {
  held: number;
  refused: number;
  replayed: number;
  stale: number;
  settled: number;
  released: number;
  uncertain: number;
  /** Was booked by estimate and is booked by a better source now. */
  corrected: number;
  /** Alarms: see `SettleReply`. */
  late: number;
  conflict: number;
  lost: number;
  /** Batches sent again because their outcome was unknown. */
  resent: number;
  /** Holds released because their caller had gone before they were made. */
  abandoned: number;
}

/** Nothing has happened yet. */
export const noLedgerCounts = (): LedgerCounts => ({
  held: 0,
  refused: 0,
  replayed: 0,
  stale: 0,
  settled: 0,
  released: 0,
  uncertain: 0,
  corrected: 0,
  late: 0,
  conflict: 0,
  lost: 0,
  resent: 0,
  abandoned: 0,
});
