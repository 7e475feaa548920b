import type { OperationMark } from "./operation-mark.ts";
import type { OperationRow } from "./operation-row.ts";

/** Somebody who follows, and what waits to be read. */
export interface Follower {
  rows: readonly OperationRow[];
  missed: number;
  /** Whatever happens from now on will be told. */
  isReady: boolean;
  wake: (() => void) | undefined;
}

/** What one look at the database found. */
interface Look {
  /** The newest first. */
  readonly recent: readonly OperationMark[];
  /** Of those that went on before, and are not among the newest. */
  readonly open: readonly OperationMark[];
  /** The id from which on was looked. */
  readonly from: string;
  /** There may be more since then than the newest. */
  readonly isCut: boolean;
  /** It was looked too late to see everything since the last look. */
  readonly isLate: boolean;
  /** At most so many are told. */
  readonly share: number;
}

/** Operations that go on, and are looked at until they end. */
const mostOpen = 200;

const isOver = (state: string): boolean => state !== "open" && state !== "uncertain";

/** The followers of one organization, and what they know. */
export class FollowedOrganization {
  readonly id: string;
  readonly followers = new Set<Follower>();
  /** State by operation, of those that may be seen again. */
  #known = new Map<string, string>();
  #begun = false;

  constructor(id: string) {
    this.id = id;
  }

  /** What goes on and is not among the newest. */
  openBesides(recent: readonly OperationMark[]): readonly string[] {
    const seen = new Set(recent.map(({ operationId }) => operationId));
    return [...this.#known]
      .filter(([operationId, state]) => !seen.has(operationId) && !isOver(state))
      .map(([operationId]) => operationId)
      .slice(-mostOpen);
  }

  /** What is to be told of a look, the oldest first, and what is known once it was. */
  compare({ recent, open, from, isCut, isLate, share }: Look) {
    const marks = [...open, ...recent.toReversed()];
    const changed = marks.filter(({ operationId, state }) => this.#known.get(operationId) !== state);
    const oldest = recent.at(-1);
    const hasGap = isLate || (isCut && oldest !== undefined && !this.#known.has(oldest.operationId));
    const known = new Map([...this.#known].filter(([operationId]) => operationId >= from));
    for (const { operationId, state } of marks)
      if (operationId >= from || !isOver(state)) known.set(operationId, state);
    // What was there before somebody followed is in the list that is followed.
    if (!this.#begun) return { told: [], missed: 0, known };
    const told = changed.map(({ operationId }) => operationId).toSorted();
    return { told: told.slice(-share), missed: Math.max(told.length - share, 0) + (hasGap ? 1 : 0), known };
  }

  know(known: Map<string, string>): void {
    this.#known = known;
    this.#begun = true;
  }
}
