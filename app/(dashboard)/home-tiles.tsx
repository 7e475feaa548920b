"use client";

import type { Budget, ExploredUsage } from "../_data/answers.ts";
import { classNames } from "../_ui/class-names.ts";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { budgetLeft, tightestBudget } from "./budget-left.ts";
import { Change } from "./change.tsx";
import { Tile } from "./tile.tsx";
import { callsAddress, type UsageChoice } from "./usage/usage-question.ts";

const count = new Intl.NumberFormat("en-US");
const ms = (value: number | null): string => (value === null ? "–" : `${count.format(value)} ms`);

interface HomeTilesProps {
  readonly usage: ExploredUsage | undefined;
  readonly choice: UsageChoice;
  /** Undefined where they are not known. */
  readonly budgets: readonly Budget[] | undefined;
  readonly seesBudgets: boolean;
}

/** The totals at a glance, each against the period before; each leads to the calls behind it. */
export const HomeTiles = ({ usage, choice, budgets, seesBudgets }: HomeTilesProps) => {
  const totals = usage?.totals;
  const before = usage?.before?.totals;
  const calls = callsAddress(choice);
  const tightest = budgets && tightestBudget(budgets);
  return (
    <dl
      className={classNames("grid grid-cols-2 gap-3 sm:gap-4", seesBudgets ? "lg:grid-cols-5" : "lg:grid-cols-4")}
      aria-busy={totals === undefined}
    >
      <Tile
        label="Spend"
        value={totals && formatMoney(totals.costNanos)}
        title={totals && exactMoney(totals.costNanos)}
        href={calls}
        note={totals && before && <Change now={BigInt(totals.costNanos)} before={BigInt(before.costNanos)} />}
      />
      <Tile
        label="Calls"
        value={totals && count.format(totals.calls)}
        href={calls}
        note={totals && before && <Change now={totals.calls} before={before.calls} />}
      />
      <Tile
        label="Errors"
        value={totals && count.format(totals.errors)}
        href={callsAddress({ ...choice, status: "failed" })}
        note={totals && before && <Change now={totals.errors} before={before.errors} isBad />}
      />
      <Tile
        label="95 % answered within"
        value={totals && ms(totals.latencyP95Ms)}
        href={callsAddress({ ...choice, status: "succeeded" })}
        note={<Change now={totals?.latencyP95Ms} before={before?.latencyP95Ms} isBad />}
      />
      {seesBudgets && (
        <Tile
          label="Budget left"
          value={totals && (tightest ? formatMoney(budgetLeft(tightest)) : "–")}
          href="/budgets"
          note={tightest ? `of ${formatMoney(tightest.limitNanos)} ${periodOfBudget[tightest.period]}` : "no budget"}
        />
      )}
    </dl>
  );
};

const periodOfBudget = {
  hour: "this hour",
  day: "today",
  week: "this week",
  month: "this month",
  total: "in all",
} as const satisfies Record<Budget["period"], string>;
