import type { Ground } from "../../platform/ground.ts";

/** What verbs that show or end doubts stand on. */
export interface DoubtGround extends Ground {
  /** Age at which policy settles the doubt of a `read` operation at its hold. */
  readonly settleReadsAfterMs: number;
}
