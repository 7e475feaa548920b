"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { UsageSumAnswer } from "../_data/answers.ts";
import { calendarDays, hoursOf, type Period } from "../_data/periods.ts";
import { dayIn } from "../_data/zoned-days.ts";
import { sumUp } from "../_data/sum-up.ts";
import { useMinute } from "../_data/use-minute.ts";
import { useAnswer } from "../_data/use-answer.ts";
import { BarChart, type Bar } from "../_ui/bar-chart.tsx";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { formatMoney } from "../_ui/format-money.ts";
import { Skeleton } from "../_ui/skeleton.tsx";
import { useTimeZone } from "../_ui/use-time-zone.ts";

const shownDays = 30;
const everyMs = 30_000;
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const barOf = (key: string, label: string, sums: readonly UsageSumAnswer[]): Bar => {
  const { costNanos } = sumUp(sums);
  // Heights alone: the amounts shown stay exact.
  return { key, label, value: Number(costNanos), shown: formatMoney(costNanos) };
};

const barsOfHours = (sums: readonly UsageSumAnswer[], period: Period, timeZone: string): Bar[] => {
  const name = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone });
  const byHour = Map.groupBy(sums, ({ at }) => Date.parse(at));
  return hoursOf(period).map((at) => barOf(String(at), name.format(at), byHour.get(at) ?? []));
};

const barsOfDays = (sums: readonly UsageSumAnswer[], days: readonly string[], zone: string): Bar[] => {
  const byDay = Map.groupBy(sums, ({ at }) => dayIn(zone, new Date(at)));
  return days.map((day) => barOf(day, dayName.format(new Date(day)), byDay.get(day) ?? []));
};

const totalOf = (label: string, sums: readonly UsageSumAnswer[]) => ({
  label,
  shown: formatMoney(sumUp(sums).costNanos),
});

const choices = [
  { value: "hours", label: "24 hours" },
  { value: "days", label: "30 days" },
] as const;

const Days = () => {
  const nexus = useNexus();
  const [zone] = useTimeZone();
  const { period, days } = calendarDays(shownDays, useMinute(), zone);
  const { data, failure, retry } = useAnswer(
    nexus.usage.summary.queryOptions({ ...period, step: "hour" }, { refetchInterval: everyMs }),
  );
  if (failure && !data)
    return <FailureNotice title="The daily spend could not be loaded" failure={failure} onRetry={retry} />;
  if (!data) return <Skeleton className="h-48" />;
  return (
    <BarChart
      caption={`Spend by day, in ${zone}`}
      columns={["Day", "Spend"]}
      bars={barsOfDays(data.sums, days, zone)}
      total={totalOf("Last 30 days", data.sums)}
    />
  );
};

interface SpendChartProps {
  readonly className?: string;
  readonly hours: readonly UsageSumAnswer[] | undefined;
  readonly hoursPeriod: Period | undefined;
}

/** Spend over time. */
export const SpendChart = ({ className, hours, hoursPeriod }: SpendChartProps) => {
  const [range, setRange] = useState<string>("hours");
  const [zone] = useTimeZone();
  return (
    <Card
      title="Spend"
      {...(className === undefined ? {} : { className })}
      aside={
        <fieldset aria-label="Time range" className="flex rounded-lg bg-raised p-0.5 text-sm">
          {choices.map(({ value, label }) => (
            <button
              key={value}
              type="button"
              aria-pressed={range === value}
              onClick={() => setRange(value)}
              className="rounded-md px-2.5 py-1 font-medium text-muted hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card"
            >
              {label}
            </button>
          ))}
        </fieldset>
      }
    >
      {range === "days" && <Days />}
      {range === "hours" &&
        (hours && hoursPeriod ? (
          <BarChart
            caption={`Spend by hour, in ${zone}`}
            columns={["Hour", "Spend"]}
            bars={barsOfHours(hours, hoursPeriod, zone)}
            total={totalOf("Last 24 hours", hours)}
          />
        ) : (
          <Skeleton className="h-48" />
        ))}
    </Card>
  );
};
