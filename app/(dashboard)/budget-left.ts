import type { Budget } from "../_data/answers.ts";

type Money = Pick<Budget, "limitNanos" | "spentNanos" | "reservedNanos" | "overrunNanos">;

/** What a budget has room for: nothing that is spent or held. */
export const budgetLeft = ({ limitNanos, spentNanos, reservedNanos, overrunNanos }: Money): bigint => {
  const left = BigInt(limitNanos) - BigInt(spentNanos) - BigInt(reservedNanos) - BigInt(overrunNanos);
  return left > 0n ? left : 0n;
};

/** Of the organization's own budgets the one with least left: it is met first. */
export const tightestBudget = <B extends Money & Pick<Budget, "scope">>(budgets: readonly B[]): B | undefined =>
  budgets
    .filter(({ scope }) => scope === "organization")
    .toSorted((a, b) => (budgetLeft(a) < budgetLeft(b) ? -1 : 1))[0];
