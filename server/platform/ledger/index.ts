export { openLedger, type Ledger, type LedgerLag } from "./ledger.ts";
export type { ActQueue, PutBack, QueuedEntry, QueueRoom, TakenEntry } from "./act-queue.ts";
export type { LedgerCounts } from "./ledger-counts.ts";
export type { ActAttempt, ActLedger, OutcomeReport, UnknownAct } from "./act-ledger.ts";
export type {
  ActEvidence,
  AttemptPhase,
  AttemptRecord,
  AttemptStart,
  HoldFacts,
  HoldRefusal,
  HoldResult,
  IdempotencyClaim,
  HoldState,
  ReserveCall,
  ReserveReply,
  HoldResolution,
  SettleCall,
  SettleReply,
  StreamCheckpoint,
} from "./types.ts";
export { resolvers } from "./types.ts";
export type { Orphan, RecoveryPolicy, OrphanLookUp } from "./recovery.ts";
export { startLedgerWorkers, type LedgerTask, type LedgerWorkers } from "./workers.ts";
export { verifySums, type SumDifference, type Sums } from "./verify-sums.ts";
