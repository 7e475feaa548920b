import type { Deps } from "../../platform/deps.ts";
import type { HoldResolution } from "../../platform/ledger/index.ts";

/** What verbs that show operations, or say how they ended, need. */
export interface OperationsDeps extends Deps {
  /** Age at which policy settles a `read` operation of unknown outcome at its hold. */
  readonly settleReadsAfterMs: number;
  /** Told of each operation of unknown outcome that is ended. */
  readonly onResolved?: (by: HoldResolution["by"]) => void;
}
