export { openLedger, type Ledger, type LedgerCounts, type LedgerLag } from "./ledger.ts";
export type { ActAttempt, ActLedger, OutcomeReport, UnknownAct } from "./act-ledger.ts";
export type {
  ActEvidence,
  AttemptPhase,
  AttemptRecord,
  AttemptStart,
  HoldFacts,
  HoldResult,
  IdempotencyClaim,
  OperationState,
  ReserveCall,
  ReserveReply,
  Resolution,
  SettleCall,
  SettleReply,
  StreamCheckpoint,
} from "./types.ts";
export type { Orphan, RecoveryPolicy, LookUpResult } from "./recovery.ts";
export { startLedgerWorkers, type LedgerTask, type LedgerWorkers } from "./workers.ts";
export { verifySums, type SumDifference, type Sums } from "./verify-sums.ts";
