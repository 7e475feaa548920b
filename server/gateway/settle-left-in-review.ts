import type { Gateway } from "./gateway.ts";

const batch = 100;

/**
 * Settles at full price what has been left in review for longer than its family waits: the money is not kept back for ever.
 * Whether it was done stays unknown, and says so; a report, an operator or the vendor's bill can still put it right. Says
 * how many there were.
 */
export const settleLeftInReview = async ({ families, ledger }: Gateway): Promise<number> => {
  let settled = 0;
  for (const [family, { acts }] of Object.entries(families)) {
    if (acts?.reviewMs === undefined) continue;
    for (const { operationId, priceNanos } of await ledger.acts.leftInReview(family, acts.reviewMs, batch)) {
      const result = { resolution: { by: "policy" } } as const;
      await ledger.settle({ operationId, end: "settled", costNanos: priceNanos, source: "estimated", result });
      settled += 1;
    }
  }
  return settled;
};
