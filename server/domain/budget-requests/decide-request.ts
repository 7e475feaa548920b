import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { findOwnBudget, LimitNanos, raiseLimit } from "../budgets/index.ts";
import { viewRequest, type BudgetRequest } from "./budget-request.ts";
import { decide, lockRequest } from "./store.ts";

const dayMs = 86_400_000;
const mostDays = 366;
/** For budgets without a calendar's end, where nothing else is said. */
const usualDays = 7;

const needsGrant = { error: "absent where it is declined" } as const;

/** Input of `decideRequest`. */
export const DecideRequestInput = z
  .strictObject({
    id: z.uuid().describe("Id of the request"),
    decision: z.enum(["grant", "decline"]).describe("grant: the higher limit holds at once, and until `until`"),
    limitNanos: LimitNanos.optional().describe(
      "Of a grant: another limit than was asked for; nano-USD as a decimal string",
    ),
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .describe(
        `Of a grant: when the budget's own limit holds again, at most ${mostDays} days ahead. Absent: at the end of its present period; ${usualDays} days from now where it is rolling or total`,
      ),
    note: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe("What whoever asked reads beside it; required where it is declined"),
  })
  .refine(({ decision, limitNanos }) => decision === "grant" || limitNanos === undefined, {
    path: ["limitNanos"],
    ...needsGrant,
  })
  .refine(({ decision, until }) => decision === "grant" || until === undefined, { path: ["until"], ...needsGrant })
  .refine(({ decision, note }) => decision === "grant" || note !== undefined, {
    path: ["note"],
    error: "why it is declined",
  });
export type DecideRequestInput = z.input<typeof DecideRequestInput>;

const wrong = (field: string, expected: string) => new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** Grants a request, which puts a higher limit above the budget's own until a date, or declines it. Whoever asked is mailed. */
export const decideRequest = async (
  deps: Deps,
  ctx: CallContext | OrganizationOperatorContext,
  input: DecideRequestInput,
): Promise<BudgetRequest> => {
  const { id, decision, limitNanos, until, note } = parseInput(DecideRequestInput, input);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    const request = await lockRequest(tx, organizationId, id);
    if (!request) throw new NexusError("NOT_FOUND", { message: "The organization has no request of this id." });
    if (request.state !== "open")
      throw new NexusError("CONFLICT", { message: `The request was ${request.state} before.` });

    const grant = async () => {
      const gone = new NexusError("CONFLICT", { message: "There is no such budget any more: decline the request." });
      const budget = await findOwnBudget(tx, organizationId, request.rule_id);
      if (!budget) throw gone;
      const granted = BigInt(limitNanos ?? request.limit_wanted);
      if (granted <= BigInt(budget.baseLimitNanos))
        throw wrong("limitNanos", `more than the budget's own limit, ${budget.baseLimitNanos}`);
      const now = deps.clock.now();
      const end = Date.parse(until ?? budget.nextResetAt ?? new Date(now + usualDays * dayMs).toISOString());
      if (end <= now || end > now + mostDays * dayMs)
        throw wrong("until", `a time that is to come, at most ${mostDays} days ahead`);
      const raise = { limitNanos: granted, until: new Date(end) };
      if (!(await raiseLimit(tx, { organizationId, id: request.rule_id, ...raise }))) throw gone;
      const told = { organizationId, limitNanos: granted.toString(), until: raise.until.toISOString(), requestId: id };
      await audit({ action: "budget.raise", target: request.rule_id, details: told });
      return raise;
    };

    const granted = decision === "grant" ? await grant() : undefined;
    const state = granted === undefined ? "declined" : "granted";
    await decide(tx, { id, state, decisionId: newId(), decidedBy: actorIdOf(ctx.actor), note, granted });
    const limit = (granted?.limitNanos ?? request.limit_wanted).toString();
    const details = { budgetId: request.rule_id, limitNanos: limit };
    await audit({ action: `budget-request.${decision}`, target: id, details });
    const decided = await lockRequest(tx, organizationId, id);
    if (!decided) throw new NexusError("INTERNAL", { cause: new Error("the request that was decided cannot be read") });
    return viewRequest(decided);
  });
};
