import type { FamilyEvidence } from "./family-evidence.ts";
import { nameOfCell } from "./family-plan.ts";
import { lastWord } from "./run-family.ts";

/** What became of the runs of one operation at one vendor that were to meet one fault. */
export interface FamilyTableRow {
  readonly operation: string;
  readonly vendor: string;
  readonly fault: string;
  readonly tried: number;
  /** Requests that met the fault, those of other runs included. */
  readonly met: number;
  readonly done: number;
  readonly none: number;
  /** Unknown, and known in the end. */
  readonly resolved: number;
  readonly review: number;
  /** More effects than one, beyond the copies of mails whose callers accepted them. */
  readonly doubled: number;
  /** Acknowledged without an effect, or done without a row. */
  readonly lost: number;
  readonly copies: number;
}

export const familiesTable = (evidence: FamilyEvidence): readonly FamilyTableRow[] => {
  const { runs, rows, effects, callOf, met } = evidence;
  const rowsByKey = Map.groupBy(rows, ({ operationId }) => callOf.get(operationId));
  const effectsByKey = Map.groupBy(effects, ({ callKey }) => callKey);
  const captures = Map.groupBy(
    effects.filter(({ operation }) => operation === "payments.order.capture"),
    ({ objectId }) => objectId,
  );
  const cells = Map.groupBy(runs, ({ plan }) => nameOfCell(plan));
  return [...cells]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, of]) => {
      const [operation = "", vendor = "", fault = ""] = name.split(" ");
      const seen = of.map((run) => {
        const { plan, objectId } = run;
        const own = rowsByKey.get(plan.key) ?? [];
        const isCapture = plan.operation === "payments.order.capture";
        const did = (isCapture ? captures.get(objectId ?? "") : effectsByKey.get(plan.key)) ?? [];
        const said = lastWord(run);
        const kept = own.some(({ state }) => state === "settled" || state === "uncertain");
        return {
          done: own.some(({ state }) => state === "settled"),
          none: said?.effect === "none",
          resolved: own.some(({ by }) => by !== null),
          review: own.some(({ progress }) => progress === "needs_review"),
          doubled: did.length > (plan.delivery === "at_least_once" && plan.operation === "email.send" ? 3 : 1),
          lost: (said?.status === 200 && did.length === 0) || (did.length > 0 && !kept),
          copies: did.length - 1,
        };
      });
      const count = (of_: (one: (typeof seen)[number]) => boolean): number => seen.filter(of_).length;
      return {
        operation,
        vendor,
        fault,
        tried: of.length,
        met: met.get(name) ?? 0,
        done: count(({ done }) => done),
        none: count(({ none, done }) => none && !done),
        resolved: count(({ resolved }) => resolved),
        review: count(({ review }) => review),
        doubled: count(({ doubled }) => doubled),
        lost: count(({ lost }) => lost),
        copies: seen.reduce((sum, { copies }) => sum + Math.max(copies, 0), 0),
      };
    });
};
