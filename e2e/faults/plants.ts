import type { RunEvidence } from "./evidence.ts";
import { plantsOfBooks } from "./plants-of-books.ts";
import { plantsOfLogs } from "./plants-of-logs.ts";

/** A lie in the evidence of a sound run, and the verdicts that must all fail for it. */
export interface Plant {
  readonly name: string;
  readonly noticedBy: readonly string[];
  readonly apply: (sound: RunEvidence) => RunEvidence;
}

/** Everything the judge is examined with. */
export const plants: readonly Plant[] = [...plantsOfBooks, ...plantsOfLogs];
