"use client";

import type { UsageSumAnswer } from "../_data/answers.ts";
import { sumUp } from "../_data/sum-up.ts";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { Skeleton } from "../_ui/skeleton.tsx";

interface TileProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly title?: string | undefined;
  readonly note?: string | undefined;
}

const Tile = ({ label, value, title, note }: TileProps) => (
  <div className="min-w-0 rounded-xl border border-line bg-surface px-5 py-4 shadow-card">
    <dt className="text-sm text-muted">{label}</dt>
    <dd title={title} className="mt-1 text-2xl font-semibold tracking-tight break-words tabular-nums">
      {value ?? <Skeleton className="h-8 w-24" />}
    </dd>
    <dd className="mt-0.5 min-h-5 text-sm text-muted tabular-nums">{note}</dd>
  </div>
);

const count = new Intl.NumberFormat("en-US");

interface TilesProps {
  readonly day: readonly UsageSumAnswer[] | undefined;
  readonly month: readonly UsageSumAnswer[] | undefined;
}

/** The totals at a glance. */
export const Tiles = ({ day, month }: TilesProps) => {
  const ofDay = day && sumUp(day);
  const ofMonth = month && sumUp(month);
  return (
    <dl className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4" aria-busy={ofDay === undefined}>
      <Tile
        label="Spent today"
        value={ofDay && formatMoney(ofDay.costNanos)}
        title={ofDay && exactMoney(ofDay.costNanos)}
        note={ofDay && `${count.format(ofDay.tokens)} tokens`}
      />
      <Tile
        label="Spent this month"
        value={ofMonth && formatMoney(ofMonth.costNanos)}
        title={ofMonth && exactMoney(ofMonth.costNanos)}
        note={ofMonth && `${count.format(ofMonth.tokens)} tokens`}
      />
      <Tile
        label="Calls today"
        value={ofDay && count.format(ofDay.calls)}
        note={ofMonth && `${count.format(ofMonth.calls)} this month`}
      />
      <Tile
        label="Failed today"
        value={ofDay && count.format(ofDay.failed)}
        note={ofMonth && `${count.format(ofMonth.failed)} this month`}
      />
    </dl>
  );
};
