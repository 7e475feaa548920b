"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { UsageSumAnswer } from "../_data/answers.ts";
import { lastDays, stepsOf, type Period } from "../_data/periods.ts";
import { sumUp } from "../_data/sum-up.ts";
import { useMinute } from "../_data/use-minute.ts";
import { useAnswer } from "../_data/use-answer.ts";
import { BarChart, type Bar } from "../_ui/bar-chart.tsx";
import { Card } from "../_ui/card.tsx";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { formatMoney } from "../_ui/format-money.ts";
import { Skeleton } from "../_ui/skeleton.tsx";

const shownDays = 30;
const everyMs = 30_000;
const hourName = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const barsOf = (sums: readonly UsageSumAnswer[], period: Period, step: "hour" | "day"): Bar[] => {
  const byStep = Map.groupBy(sums, ({ at }) => Date.parse(at));
  return stepsOf(period, step).map((at) => {
    const { costNanos } = sumUp(byStep.get(at) ?? []);
    const label = (step === "hour" ? hourName : dayName).format(at);
    // Heights alone: the amounts shown stay exact.
    return { key: String(at), label, value: Number(costNanos), shown: formatMoney(costNanos) };
  });
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
  const period = lastDays(shownDays, useMinute());
  const { data, failure, retry } = useAnswer(
    nexus.usage.summary.queryOptions({ ...period, step: "day" }, { refetchInterval: everyMs }),
  );
  if (failure && !data)
    return <FailureNotice title="The daily spend could not be loaded" failure={failure} onRetry={retry} />;
  if (!data) return <Skeleton className="h-48" />;
  return (
    <BarChart
      caption="Spend by day, in UTC"
      columns={["Day", "Spend"]}
      bars={barsOf(data.sums, period, "day")}
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
            caption="Spend by hour"
            columns={["Hour", "Spend"]}
            bars={barsOf(hours, hoursPeriod, "hour")}
            total={totalOf("Last 24 hours", hours)}
          />
        ) : (
          <Skeleton className="h-48" />
        ))}
    </Card>
  );
};
