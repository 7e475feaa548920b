import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { TimeZone } from "../../contracts/time-zone.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { tellAdministrators } from "../alerts/index.ts";
import { auditedChange } from "../audit/index.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { BudgetPeriod, BudgetScope, BudgetView, BudgetWindow } from "./budget.ts";
import { LimitNanos } from "./limit-nanos.ts";
import { countRules, putRule, selectBudgets } from "./store.ts";
import { viewBudget } from "./view-budget.ts";

const mostBudgets = 1_000;

/** Input of `setBudget`. */
export const SetBudgetInput = z
  .strictObject({
    scope: BudgetScope,
    scopeId: z.string().min(1).max(128).optional().describe("Required but for the organization's own budget"),
    period: BudgetPeriod,
    window: BudgetWindow.default("calendar").describe(
      "calendar: begins with the hour, day, week or month; rolling: the time before now",
    ),
    hard: z.boolean().default(true).describe("Refuse calls that do not fit; otherwise only alert"),
    limitNanos: LimitNanos.describe("Nano-USD as a decimal string; USD 25 is 25000000000. 0 admits nothing"),
    alertThresholds: z
      .array(z.int().min(1).max(1_000))
      .max(10)
      .default([80, 100])
      .transform((percents) => [...new Set(percents)].sort((a, b) => a - b))
      .describe("Percent of the limit, spent and overrun"),
    timeZone: TimeZone.default("UTC"),
  })
  .refine(({ scope, scopeId }) => (scope === "organization") === (scopeId === undefined), {
    path: ["scopeId"],
    error: "an id for app, user and key; none for the organization",
  })
  .refine(({ period, window }) => period !== "total" || window === "calendar", {
    path: ["window"],
    error: "a total budget has no rolling window",
  });
export type SetBudgetInput = z.input<typeof SetBudgetInput>;

export const SetBudgetOutput = BudgetView;
export type SetBudgetOutput = z.output<typeof SetBudgetOutput>;

/**
 * Creates a budget, or changes the one of the same scope, period and window. It holds for every call that reserves after
 * the commit, in every process; a new one counts from now on.
 */
export const setBudget = async (
  deps: DirectoryDeps,
  ctx: CallContext | OrganizationOperatorContext,
  input: SetBudgetInput,
): Promise<SetBudgetOutput> => {
  const { organizationId } = ctx;
  const parsed = parseInput(SetBudgetInput, input);
  await requireSubject(deps, { organizationId, ...parsed, scopeId: parsed.scopeId });
  return auditedChange(deps, ctx, async (tx, audit) => {
    const id = await putRule(tx, {
      id: newId(),
      organizationId,
      ...parsed,
      scopeId: parsed.scopeId,
      limitNanos: BigInt(parsed.limitNanos),
    });
    await tellAdministrators(tx, id, organizationId);
    if ((await countRules(tx, organizationId)) > mostBudgets) {
      throw new NexusError("CONFLICT", {
        message: `An organization can have at most ${mostBudgets} budgets; remove one first.`,
      });
    }
    const [row] = await selectBudgets(tx, organizationId, id);
    if (!row) throw new NexusError("INTERNAL", { cause: new Error("the budget that was set cannot be read") });
    const details = { organizationId, ...parsed, scopeId: parsed.scopeId ?? null };
    await audit({ action: "budget.set", target: id, details });
    return viewBudget(row);
  });
};
