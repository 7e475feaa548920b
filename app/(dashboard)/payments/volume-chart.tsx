"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { PaymentSum } from "../../_data/answers.ts";
import { calendarDays } from "../../_data/periods.ts";
import { beginOfDay, dayIn } from "../../_data/zoned-days.ts";
import { useAskAgain } from "../../_data/use-ask-again.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { BarChart, type Bar } from "../../_ui/bar-chart.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { useTimeZone } from "../../_ui/use-time-zone.ts";

const shownDays = 30;
const everyMs = 60_000;
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const came: ReadonlySet<PaymentSum["state"]> = new Set(["paid", "refunded"]);
const waits: ReadonlySet<PaymentSum["state"]> = new Set(["open", "to_capture", "sending", "unknown", "needs_review"]);

interface Volume {
  readonly paid: bigint;
  readonly waiting: bigint;
  readonly back: bigint;
}

const volumeOf = (sums: readonly PaymentSum[]): Volume => {
  const total = (of: (sum: PaymentSum) => boolean): bigint =>
    sums.filter(of).reduce((sum, { amount }) => sum + BigInt(amount.amount), 0n);
  return {
    paid: total(({ kind, state }) => kind === "payment" && came.has(state)),
    waiting: total(({ kind, state }) => kind === "payment" && waits.has(state)),
    back: total(({ kind, state }) => kind === "refund" && state !== "failed"),
  };
};

const said = ({ paid, waiting, back }: Volume, currency: string): string => {
  const shown = (amount: bigint): string => formatMoney({ amount: amount.toString(), currency });
  return [`${shown(paid)} paid`, waiting > 0n && `${shown(waiting)} waiting`, back > 0n && `${shown(back)} given back`]
    .filter(Boolean)
    .join(" · ");
};

const barsOf = (sums: readonly PaymentSum[], days: readonly string[], zone: string, currency: string): Bar[] => {
  const byDay = Map.groupBy(sums, ({ at }) => dayIn(zone, new Date(at)));
  return days.map((day) => {
    const volume = volumeOf(byDay.get(day) ?? []);
    // Heights alone: the amounts shown stay exact.
    const parts = [Number(volume.paid), Number(volume.waiting)];
    return {
      key: day,
      label: dayName.format(new Date(day)),
      value: parts.reduce((sum, part) => sum + part, 0),
      lighter: parts[1] ?? 0,
      shown: said(volume, currency),
    };
  });
};

const legend = [
  { name: "paid", look: "bg-accent" },
  { name: "waiting", look: "bg-accent/35" },
] as const;

/** What was paid by day, in one currency at a time: amounts of several have no sum. */
export const VolumeChart = ({ cause }: { readonly cause: string | undefined }) => {
  const [chosen, setChosen] = useState<string>();
  const nexus = useNexus();
  const [zone] = useTimeZone();
  const { period, days } = calendarDays(shownDays, useMinute(), zone);
  // Payments are told apart to the moment, not by the hour.
  const from = beginOfDay(zone, days[0] ?? "").toISOString();
  const { data, failure, retry } = useAnswer(
    nexus.payments.operations.volume.queryOptions({ ...period, from, timeZone: zone }, { refetchInterval: everyMs }),
  );
  useAskAgain(cause, nexus.payments.operations.volume.pathFilter());
  if (failure && !data)
    return <FailureNotice title="What was paid by day could not be loaded" failure={failure} onRetry={retry} />;
  if (!data) return <Skeleton className="h-64 rounded-xl" />;
  const counts: ReadonlyMap<string, readonly PaymentSum[]> = Map.groupBy(data.sums, ({ amount }) => amount.currency);
  const currencies = [...counts.keys()].toSorted(
    (a, b) => (counts.get(b)?.length ?? 0) - (counts.get(a)?.length ?? 0) || a.localeCompare(b),
  );
  const currency = chosen !== undefined && counts.has(chosen) ? chosen : currencies[0];
  if (currency === undefined) return null;
  const sums = counts.get(currency) ?? [];
  return (
    <Card
      title="Paid by day"
      aside={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
          {legend.map(({ name, look }) => (
            <span key={name} className="flex items-center gap-1.5">
              <span className={`size-2.5 rounded-xs ${look}`} aria-hidden="true" />
              {name}
            </span>
          ))}
          {currencies.length > 1 && (
            <select
              aria-label="Currency"
              value={currency}
              onChange={({ target }) => setChosen(target.value)}
              className="min-h-8 rounded-lg border border-line-strong bg-surface px-2 text-ink"
            >
              {currencies.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </select>
          )}
        </div>
      }
    >
      <BarChart
        caption={`Paid by day in ${currency}, in ${zone}`}
        columns={["Day", "Paid"]}
        bars={barsOf(sums, days, zone, currency)}
        total={{ label: `Last ${shownDays} days`, shown: said(volumeOf(sums), currency) }}
      />
    </Card>
  );
};
