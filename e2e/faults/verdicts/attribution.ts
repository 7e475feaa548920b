import type { OperationAttribution, BudgetRow } from "../evidence.ts";
import { concerns, covers, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

const textOf = ({ orgId, appId, userId, keyId }: OperationAttribution): string =>
  `organization ${orgId}, app ${appId}, user ${userId}, key ${keyId}`;

/** Rows of one rule follow each other: at the boundary, the transaction's clock may have stood on either side. */
const atBoundary = (budget: BudgetRow, at: bigint): boolean => {
  const second = 1_000_000n;
  return covers(budget, at - second) || covers(budget, at + second);
};

/** Rows say who called, as the caller knows it, and count against every budget that this demands. */
export const attributionIsTrue = ({ operations, budgets, callerOf, client }: Dossier): Finding => {
  const finding = new Finding("attribution", "each row says who called, and counts against every budget of theirs");
  const callers = new Set(
    client.flatMap((line) =>
      line.type === "sent" && line.organizationId !== null
        ? [textOf({ orgId: line.organizationId, appId: line.appId, userId: line.userId, keyId: line.keyId })]
        : [],
    ),
  );
  for (const row of operations) {
    const caller = callerOf(row.operationId);
    const known = caller === undefined ? callers.has(textOf(row)) : textOf(row) === textOf(caller);
    finding.check(
      known,
      () => `${row.operationId} names ${textOf(row)}; ${caller ? textOf(caller) : "nobody is that"}`,
    );
    const levels = new Set(row.levels);
    const own = budgets.filter((budget) => concerns(budget, caller ?? row));
    for (const budget of own) {
      if (covers(budget, row.createdAt) && !levels.has(budget.id))
        finding.check(
          own.some(
            (other) =>
              other.scope === budget.scope &&
              other.period === budget.period &&
              levels.has(other.id) &&
              atBoundary(other, row.createdAt),
          ),
          () => `${row.operationId} does not count against budget ${budget.id} (${budget.scope} ${budget.scopeId})`,
        );
      else finding.check(true, () => "");
    }
    for (const level of levels)
      finding.check(
        own.some((budget) => budget.id === level && atBoundary(budget, row.createdAt)),
        () => `${row.operationId} counts against budget ${level}, which is not its caller's`,
      );
  }
  return finding;
};
