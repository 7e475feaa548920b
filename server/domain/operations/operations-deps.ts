import type { Deps } from "../../platform/deps.ts";

/** What verbs that show operations, or say how they ended, need. */
export interface OperationsDeps extends Deps {
  /** Age at which policy settles a `read` operation of unknown outcome at its hold. */
  readonly settleReadsAfterMs: number;
}
