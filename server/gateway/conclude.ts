import type { ActRules } from "../contracts/act-rules.ts";

/** What is known of an operation of unknown outcome after a round of questions. */
export interface UnknownFacts {
  /**
   * What the same request under the same key was answered: `done`; `rejected` a definite no; `mismatch` the vendor holds the
   * key for another request; `unclear` anything else. Undefined: it was not sent.
   */
  readonly repeated: "done" | "rejected" | "mismatch" | "unclear" | undefined;
  /** What a look-up shows; `contradicted` where it is something else than was asked for, `unclear` where it failed. Undefined: there is none. */
  readonly found: "done" | "absent" | "contradicted" | "unclear" | undefined;
  /** The vendor says that it has cancelled what was done under the key, or that nothing was. */
  readonly cancelled: boolean;
  /** What the app that owns the operation was told. */
  readonly reported: "done" | "not_done" | undefined;
  /** Nothing of ours can still be on its way, or be carried out late: the settle time is over. */
  readonly quiet: boolean;
  /** The key will be used again. */
  readonly keyAlive: boolean;
  /** What is looked for would show by now, even where that takes its time. */
  readonly patient: boolean;
}

/** How an operation of unknown outcome goes on: `none` is a proof that nothing was done, `review` that nobody can be asked. */
export type Conclusion = "done" | "none" | "later" | "review";

/**
 * What is proved. That something was done is proved by any yes. That nothing was done is proved only when no request can be
 * on its way any more, by a look-up that shows everything at once, a definite no to the same request, a cancelled key, or a
 * report. Time alone proves nothing.
 */
export const conclude = (
  { repeated, found, cancelled, reported, quiet, keyAlive, patient }: UnknownFacts,
  { lookUp }: Pick<ActRules, "lookUp">,
): Conclusion => {
  if (found === "contradicted") return "review";
  if (repeated === "done" || found === "done") return "done";
  const showsAll = lookUp === "strong" && found === "absent";
  if (reported === "done") return showsAll && quiet ? "review" : showsAll ? "later" : "done";
  if (!quiet) return "later";
  if (showsAll || cancelled) return "none";
  // Who can be asked is asked before a no is believed.
  if (found !== "unclear" && (reported === "not_done" || repeated === "rejected")) return "none";
  if (repeated === "mismatch") return "review";
  const canAsk = keyAlive || lookUp === "strong" || (lookUp === "eventual" && !patient);
  return canAsk ? "later" : "review";
};
