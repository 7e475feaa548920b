import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { hourlyCosts, type HourlyCost } from "../usage/index.ts";
import { runsOut } from "./runs-out.ts";
import { SetBudgetInput } from "./set-budget.ts";
import { selectPeriods } from "./store.ts";

/** Input of `previewBudget`: the budget as it would be set. */
export const PreviewBudgetInput = SetBudgetInput;
export type PreviewBudgetInput = z.input<typeof PreviewBudgetInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");
const moment = z.iso.datetime();

export const PreviewBudgetOutput = z.object({
  past: z
    .object({
      from: moment.describe("Begin of the last whole period; of a rolling budget, of its last window"),
      to: moment.describe("Exclusive"),
      costNanos: nanos.describe("What calls of this scope cost in it"),
      reachedAt: moment.nullable().describe("The hour in which the limit would have been reached; null: never"),
      beyondNanos: nanos.describe("What would have been beyond the limit: refused where the budget is hard"),
    })
    .nullable()
    .describe("What the budget would have meant before; null for a total, which has no period before"),
  present: z
    .object({
      from: moment.describe("Begin of the present period or window; of a total, thirty days ago"),
      spentNanos: nanos.describe(
        "What calls of this scope have cost in it so far. A new budget counts from its making",
      ),
      nanosPerDay: nanos.describe("What they cost a day, over the last seven days"),
      runsOutAt: moment
        .nullable()
        .describe("When the limit is reached at that rate, within the period; null: not in this period"),
    })
    .describe("The period that is running, and the day on which its money runs out"),
});
export type PreviewBudgetOutput = z.output<typeof PreviewBudgetOutput>;

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const rateDays = 7;

const sumOf = (costs: readonly HourlyCost[]): bigint => costs.reduce((sum, { costNanos }) => sum + costNanos, 0n);

const within = (costs: readonly HourlyCost[], from: Date, to: Date): readonly HourlyCost[] =>
  costs.filter(({ at }) => at >= from && at < to);

/** The hour in which a limit is passed. */
const reachedIn = (costs: readonly HourlyCost[], limit: bigint): Date | undefined => {
  let sum = 0n;
  for (const { at, costNanos } of costs) {
    sum += costNanos;
    if (sum > limit) return at;
  }
  return undefined;
};

const beyond = (cost: bigint, limit: bigint): bigint => (cost > limit ? cost - limit : 0n);

/** What a budget would have meant in the period before, and when it would run out in this one. Changes nothing. */
export const previewBudget = async (
  deps: DirectoryDeps,
  ctx: CallContext | OrganizationOperatorContext,
  input: PreviewBudgetInput,
): Promise<PreviewBudgetOutput> => {
  const { organizationId } = ctx;
  const { scope, scopeId, period, window, limitNanos, timeZone } = parseInput(PreviewBudgetInput, input);
  await requireSubject(deps, { organizationId, scope, scopeId });
  const now = deps.clock.now();
  const periods = await selectPeriods(deps.db.pool, { period, window, timeZone, now: new Date(now) });
  const { pastFrom, from, to } = periods;
  const since = Math.min((pastFrom ?? from).getTime(), now - rateDays * dayMs);
  const costs = await hourlyCosts(deps, {
    organizationId,
    from: new Date(Math.floor(since / hourMs) * hourMs),
    to: new Date(Math.ceil(now / hourMs) * hourMs),
    filter: scope === "organization" ? {} : { [scope]: scopeId },
  });
  const limit = BigInt(limitNanos);
  const spent = sumOf(within(costs, from, new Date(now)));
  const nanosPerDay = sumOf(within(costs, new Date(now - rateDays * dayMs), new Date(now))) / BigInt(rateDays);
  const before = pastFrom && within(costs, pastFrom, from);
  return {
    past:
      before === undefined || pastFrom === undefined
        ? null
        : {
            from: pastFrom.toISOString(),
            to: from.toISOString(),
            costNanos: sumOf(before).toString(),
            reachedAt: reachedIn(before, limit)?.toISOString() ?? null,
            beyondNanos: beyond(sumOf(before), limit).toString(),
          },
    present: {
      from: from.toISOString(),
      spentNanos: spent.toString(),
      nanosPerDay: nanosPerDay.toString(),
      runsOutAt: runsOut(limit - spent, nanosPerDay, now, to?.getTime() ?? Infinity)?.toISOString() ?? null,
    },
  };
};
