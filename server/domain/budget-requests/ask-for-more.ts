import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { listMyBudgets, LimitNanos } from "../budgets/index.ts";
import { viewRequest, type BudgetRequest } from "./budget-request.ts";
import { countOfDay, insertRequest, lockRequest } from "./store.ts";

const mostADay = 5;
const hourMs = 3_600_000;

/** Input of `askForMore`. */
export const AskForMoreInput = z.strictObject({
  budgetId: z.uuid().describe("A budget that one's own calls count against, as a refusal names it"),
  limitNanos: LimitNanos.describe(
    "The limit that is asked for, above the one that holds now; nano-USD as a decimal string",
  ),
  reason: z.string().trim().min(1).max(500).describe("Why: administrators read it"),
});
export type AskForMoreInput = z.input<typeof AskForMoreInput>;

/** Asks the administrators for a higher limit of a budget that binds the caller. They are mailed, and decide. */
export const askForMore = async (deps: Deps, ctx: CallContext, input: AskForMoreInput): Promise<BudgetRequest> => {
  const { budgetId, limitNanos, reason } = parseInput(AskForMoreInput, input);
  const { organizationId, actor, userId } = ctx;
  if (actor.kind !== "user" || userId === undefined)
    throw new NexusError("SCOPE_DENIED", { message: "People ask for more themselves, signed in." });
  const [budget] = (await listMyBudgets(deps, ctx, { budgetId })).budgets;
  if (!budget) throw new NexusError("NOT_FOUND", { message: "No budget that binds you has this id." });
  if (budget.imposed)
    throw new NexusError("SCOPE_DENIED", { message: "The platform has set this budget: its operators change it." });
  if (BigInt(limitNanos) <= BigInt(budget.limitNanos))
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "limitNanos", expected: `more than the limit that holds now, ${budget.limitNanos}` }],
    });
  return auditedChange(deps, ctx, async (tx, audit) => {
    if ((await countOfDay(tx, organizationId, userId)) >= mostADay)
      throw new NexusError("RATE_LIMITED", {
        message: `You can ask ${mostADay} times a day.`,
        retryAfterMs: hourMs,
      });
    const id = newId();
    const isNew = await insertRequest(tx, {
      id,
      organizationId,
      userId,
      budgetId,
      limitBefore: BigInt(budget.limitNanos),
      limitWanted: BigInt(limitNanos),
      reason,
    });
    if (!isNew)
      throw new NexusError("CONFLICT", {
        message: "You have asked for more of this budget already; it is not decided yet.",
      });
    await audit({ action: "budget-request.create", target: id, details: { budgetId, limitNanos } });
    const made = await lockRequest(tx, organizationId, id);
    if (!made) throw new NexusError("INTERNAL", { cause: new Error("the request that was made cannot be read") });
    return viewRequest(made);
  });
};
