import type { Deps } from "../../platform/deps.ts";

/** What verbs that show or end doubts need. */
export interface DoubtDeps extends Deps {
  /** Age at which policy settles the doubt of a `read` operation at its hold. */
  readonly settleReadsAfterMs: number;
}
