import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { bookedCosts } from "../usage/index.ts";
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

/** The hour that begins at a moment or after it: an hour's costs are those of the period in which it begins. */
const wholeHour = (at: number): Date => new Date(Math.ceil(at / hourMs) * hourMs);

type Of = Pick<Parameters<typeof bookedCosts>[1], "organizationId" | "filter">;

/** What the calls of a scope cost, between moments in ms. */
const costsOf = (deps: Pick<DirectoryDeps, "db">, of: Of) => {
  const by = (interval: "hour" | "day" | "all", from: number, to: number) =>
    bookedCosts(deps, { ...of, interval, from: wholeHour(from), to: wholeHour(to) });
  return {
    between: async (from: number, to: number): Promise<bigint> => (await by("all", from, to))[0]?.costNanos ?? 0n,
    /** The hour in which a limit is passed, looked for in the day in which it is. */
    passed: async (limit: bigint, from: number, to: number): Promise<Date | undefined> => {
      let sum = 0n;
      for (const { at, costNanos } of await by("day", from, to)) {
        if (sum + costNanos <= limit) {
          sum += costNanos;
          continue;
        }
        const dayEnd = (Math.floor(at.getTime() / dayMs) + 1) * dayMs;
        for (const hour of await by("hour", at.getTime(), Math.min(dayEnd, to))) {
          sum += hour.costNanos;
          if (sum > limit) return hour.at;
        }
      }
      return undefined;
    },
  };
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
  const costs = costsOf(deps, { organizationId, filter: scope === "organization" ? {} : { [scope]: scopeId } });
  const limit = BigInt(limitNanos);
  const [spent, ofWeek, before] = await Promise.all([
    costs.between(from.getTime(), now),
    costs.between(now - rateDays * dayMs, now),
    pastFrom && costs.between(pastFrom.getTime(), from.getTime()),
  ]);
  const nanosPerDay = ofWeek / BigInt(rateDays);
  const reachedAt =
    pastFrom && before !== undefined && before > limit
      ? await costs.passed(limit, pastFrom.getTime(), from.getTime())
      : undefined;
  return {
    past:
      before === undefined || pastFrom === undefined
        ? null
        : {
            from: pastFrom.toISOString(),
            to: from.toISOString(),
            costNanos: before.toString(),
            reachedAt: reachedAt?.toISOString() ?? null,
            beyondNanos: beyond(before, limit).toString(),
          },
    present: {
      from: from.toISOString(),
      spentNanos: spent.toString(),
      nanosPerDay: nanosPerDay.toString(),
      runsOutAt: runsOut(limit - spent, nanosPerDay, now, to?.getTime() ?? Infinity)?.toISOString() ?? null,
    },
  };
};
