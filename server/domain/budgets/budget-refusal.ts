import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import type { Deps } from "../../platform/deps.ts";
import type { BudgetView } from "./budget.ts";
import type { BudgetLevels } from "./budget-levels.ts";
import { ruleOfLevel } from "./levels-for.ts";
import { selectBudgets } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

const usd = (nanos: string | bigint): string => `${formatUsd(BigInt(nanos))} USD`;

const ownerOf = ({ scope, scopeId }: BudgetView): string =>
  scopeId === null ? "the organization" : `${scope} ${scopeId}`;

const resetOf = ({ nextResetAt, window }: BudgetView): string => {
  if (nextResetAt !== null) return `It resets at ${nextResetAt}.`;
  return window === "rolling" ? "What is spent leaves it as time passes." : "It does not reset.";
};

const sentenceOf = (budget: BudgetView, neededNanos: bigint): string => {
  const held = BigInt(budget.reservedNanos) + BigInt(budget.overrunNanos);
  return [
    `The hard budget of ${ownerOf(budget)} (${budget.window === "rolling" ? "rolling " : ""}${budget.period}, ${budget.id}) has no room for this call:`,
    `of ${usd(budget.limitNanos)}, ${usd(budget.spentNanos)} are spent and ${usd(held)} held, and the call may need ${usd(neededNanos)}.`,
    resetOf(budget),
  ].join(" ");
};

/** The budget whose row refused a call, of the caller's own organization alone; undefined where it is gone meanwhile. */
const refusing = async (
  deps: Deps,
  levels: BudgetLevels,
  { organizationId }: CallContext,
  rowId: bigint,
): Promise<BudgetView | undefined> => {
  const rule = ruleOfLevel(levels, rowId);
  const [row] = rule ? await selectBudgets(deps.db.pool, organizationId, rule.ruleId) : [];
  return row && viewBudget(row);
};

/** Says which budget refused a call, how full it is, and when it resets. */
export const budgetRefusal = async (
  deps: Deps,
  levels: BudgetLevels,
  ctx: CallContext,
  rowId: bigint,
  neededNanos: bigint,
): Promise<NexusError> => {
  const neededNanoUsd = String(neededNanos);
  // That there is no room is known; how much there is can be told another time.
  const budget = await refusing(deps, levels, ctx, rowId).catch((error: unknown) => {
    deps.log.warn({ err: error }, "the budget that refused a call cannot be read just now");
    return undefined;
  });
  if (budget === undefined) return new NexusError("BUDGET_EXCEEDED", { details: { neededNanoUsd } });
  const { id, scope, scopeId, period, window, limitNanos, spentNanos, reservedNanos, overrunNanos, nextResetAt } =
    budget;
  const told = { id, scope, scopeId, period, window, limitNanos, spentNanos, reservedNanos, overrunNanos, nextResetAt };
  const nowMs = deps.clock.now() + levels.clockOffsetMs;
  return new NexusError("BUDGET_EXCEEDED", {
    message: sentenceOf(budget, neededNanos),
    details: { budgetId: id, budget: told, neededNanoUsd },
    ...(nextResetAt === null ? {} : { retryAfterMs: Math.max(Date.parse(nextResetAt) - nowMs, 1_000) }),
  });
};
