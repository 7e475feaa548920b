"use client";

import type { Budget, ExploredUsage } from "../_data/answers.ts";
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
  /** Undefined where the person may not see budgets. */
  readonly budgets: readonly Budget[] | undefined;
}

/** The totals at a glance, each against the period before; each leads to the calls behind it. */
export const HomeTiles = ({ usage, choice, budgets }: HomeTilesProps) => {
  const totals = usage?.totals;
  const before = usage?.before?.totals;
  const calls = callsAddress(choice);
  const tightest = budgets && tightestBudget(budgets);
  return (
    <dl className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-5" aria-busy={totals === undefined}>
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
      <Tile
        label="Budget left"
        value={totals && (tightest ? formatMoney(budgetLeft(tightest)) : "–")}
        href="/budgets"
        note={tightest ? `of ${formatMoney(tightest.limitNanos)} ${periodOfBudget[tightest.period]}` : "no budget"}
      />
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
