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

/** Where people ask for more of a budget that refused them. */
export const askUrlOf = (dashboardUrl: string, budgetId: string): string => `${dashboardUrl}/me?ask=${budgetId}`;

/** What a call would have held, and why that is more than it may seem to need. */
interface Needed {
  readonly neededNanos: bigint;
  readonly whyHeld?: string | undefined;
}

const sentenceOf = (budget: BudgetView, { neededNanos, whyHeld }: Needed, askUrl: string | undefined): string => {
  const held = BigInt(budget.reservedNanos) + BigInt(budget.overrunNanos);
  return [
    `The hard budget of ${ownerOf(budget)} (${budget.window === "rolling" ? "rolling " : ""}${budget.period}, ${budget.id}) has no room for this call:`,
    `of ${usd(budget.limitNanos)}, ${usd(budget.spentNanos)} are spent and ${usd(held)} held, and the call may need ${usd(neededNanos)}.`,
    ...(whyHeld === undefined ? [] : [whyHeld]),
    resetOf(budget),
    ...(askUrl === undefined ? [] : [`A person can ask for more at ${askUrl}`]),
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

/** Says which budget refused a call, how full it is, when it resets, and where to ask for more of it. */
export const budgetRefusal = async (
  deps: Deps & { readonly dashboardUrl: string },
  levels: BudgetLevels,
  ctx: CallContext,
  rowId: bigint,
  needed: Needed,
): Promise<NexusError> => {
  const neededNanoUsd = String(needed.neededNanos);
  // That there is no room is known; how much there is can be told another time.
  const budget = await refusing(deps, levels, ctx, rowId).catch((error: unknown) => {
    deps.log.warn({ err: error }, "the budget that refused a call cannot be read just now");
    return undefined;
  });
  if (budget === undefined) return new NexusError("BUDGET_EXCEEDED", { details: { neededNanoUsd } });
  const { id, scope, scopeId, period, window, limitNanos, spentNanos, reservedNanos, overrunNanos, nextResetAt } =
    budget;
  const told = { id, scope, scopeId, period, window, limitNanos, spentNanos, reservedNanos, overrunNanos, nextResetAt };
  // Of the platform's own limit, the organization's administrators can give no more.
  const askUrl = budget.imposed ? undefined : askUrlOf(deps.dashboardUrl, id);
  const nowMs = deps.clock.now() + levels.clockOffsetMs;
  return new NexusError("BUDGET_EXCEEDED", {
    message: sentenceOf(budget, needed, askUrl),
    details: { budgetId: id, budget: told, neededNanoUsd, ...(askUrl === undefined ? {} : { askUrl }) },
    ...(nextResetAt === null ? {} : { retryAfterMs: Math.max(Date.parse(nextResetAt) - nowMs, 1_000) }),
  });
};
